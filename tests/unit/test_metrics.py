"""Counts, distributions, and the formats that they are shown in."""

import math

from prometheus_client.parser import text_string_to_metric_families

from amibridge.metrics import Distribution, EventMeter, Metrics, Tally


async def exposed(metrics: Metrics) -> dict[str, float]:
    """What is shown of amibridge, by name and labels."""
    shown = (await metrics.expose("")).content.decode()
    samples = [one for family in text_string_to_metric_families(shown) for one in family.samples]
    return {
        " ".join([one.name, *(f"{name}={text}" for name, text in sorted(one.labels.items()))]): one.value
        for one in samples
        if not one.name.startswith("process_")
    }


def test_tally() -> None:
    """What is known from the start stands at 0; others come when they happen."""
    tally = Tally(["a"])
    for what in "bab":
        tally.add(what)
    assert tally.counts == {"a": 1, "b": 2}
    assert Tally(["a"]).counts == {"a": 0}


def test_distribution() -> None:
    """A bucket's bound belongs to it; what is above the last is in +Inf alone."""
    seen = Distribution((1.0, 2.5))
    for size in (-3.0, 1.0, 1.1, 2.5, 99.0):
        seen.observe(size)
    assert seen.buckets() == [("1.0", 2), ("2.5", 4), ("+Inf", 5)]
    assert seen.total == 100.6


def test_event_meter() -> None:
    """Events without a time are counted, and say nothing of how late they are."""
    meter = EventMeter()
    meter.heard("Hangup", 0.2)
    lags = [meter.last_lag_seconds]
    meter.heard("Hangup", None)
    lags.append(meter.last_lag_seconds)
    meter.heard("Hangup", 0.3)
    meter.heard("FullyBooted", None)
    lags.append(meter.last_lag_seconds)
    assert (lags, meter.events.counts, meter.lag.total) == ([0.2, None, 0.3], {"Hangup": 3, "FullyBooted": 1}, 0.5)


async def test_shown() -> None:
    """Each kind of metric, as Prometheus reads it."""
    metrics = Metrics()
    seen = Distribution((1.0,))
    seen.observe(0.5)
    metrics.gauge("depth", "…", lambda: 7)
    metrics.gauge("unknown", "…", lambda: math.nan)
    metrics.gauges("state", "…", "state", lambda: {"up": 1, "down": 0})
    metrics.counter("bytes", "…", lambda: 12)
    metrics.counters("requests", "…", ("route", "status"), lambda: {("/a", "2xx"): 3})
    metrics.histogram("lag", "…", seen)
    metrics.histograms("latency", "…", "outcome", {"delivered": seen})
    metrics.info("build", "…", {"version": "1"})
    shown = await exposed(metrics)
    assert math.isnan(shown.pop("unknown"))
    assert shown == {
        "depth": 7,
        "state state=up": 1,
        "state state=down": 0,
        "bytes_total": 12,
        "requests_total route=/a status=2xx": 3,
        "lag_bucket le=1.0": 1,
        "lag_bucket le=+Inf": 1,
        "lag_count": 1,
        "lag_sum": 0.5,
        "latency_bucket le=1.0 outcome=delivered": 1,
        "latency_bucket le=+Inf outcome=delivered": 1,
        "latency_count outcome=delivered": 1,
        "latency_sum outcome=delivered": 0.5,
        "build version=1": 1,
    }


async def test_fresh() -> None:
    """What has to be fetched is fetched before it is shown; each daemon has metrics of its own."""
    one, other = Metrics(), Metrics()
    found: list[int] = []

    async def refresh() -> None:
        found.append(1)

    one.before_scrape(refresh)
    one.gauge("found", "…", lambda: len(found))
    other.gauge("found", "…", lambda: -1)
    assert [(await exposed(metrics))["found"] for metrics in (one, one, other)] == [1, 2, -1]


async def test_open_metrics() -> None:
    """Who asks for OpenMetrics gets it."""
    metrics = Metrics()
    metrics.counter("bytes", "…", lambda: 12)
    shown = await metrics.expose("application/openmetrics-text; version=1.0.0, text/plain;q=0.5")
    assert shown.content_type.startswith("application/openmetrics-text")
    assert shown.content.endswith(b"bytes_total 12.0\n# EOF\n") or b"# EOF\n" in shown.content
