"""Counts and measures, and how Prometheus reads them.

Whoever works counts in plain numbers; what is shown is put together when somebody asks. There is no global registry:
each daemon has its own.
"""

from bisect import bisect_left
from collections.abc import Awaitable, Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric

K = TypeVar("K", bound=Hashable)

TIMELESS: Final = "FullyBooted"
"""What Asterisk says at each login, without a time whatever its settings are."""

COMMIT_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""From a fast disk to one that is about to fail."""
LATENCY_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 600.0, 3600.0, 86400.0)
"""From a receiver beside us to one that was down for a day."""
LAG_SECONDS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
"""Asterisk may hold events back until the next ping, and where it does not hear of us, for minutes."""


class Tally(Generic[K]):
    """How often what happened.

    Args:
        known: What is shown from the start, although it has not happened yet.
    """

    def __init__(self, known: Iterable[K] = ()) -> None:
        self.counts: dict[K, int] = dict.fromkeys(known, 0)

    def add(self, what: K) -> None:
        """It happened once more."""
        self.counts[what] = self.counts.get(what, 0) + 1


class Distribution:
    """How often which size was seen.

    Args:
        bounds: The upper ends of its buckets, ascending; what is above the last one is counted too.
    """

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.total = 0.0
        """The sum of all that was seen."""

    def observe(self, size: float) -> None:
        """See one."""
        self._counts[bisect_left(self._bounds, size)] += 1
        self.total += size

    def buckets(self) -> list[tuple[str, float]]:
        """The upper end of each bucket, and how many were not above it."""
        seen = 0
        found: list[tuple[str, float]] = []
        for bound, count in zip((*self._bounds, float("inf")), self._counts, strict=True):
            seen += count
            found.append(("+Inf" if bound == float("inf") else repr(bound), seen))
        return found


class EventMeter:
    """What the PBX tells: how often which event, and how late.

    Attributes:
        events: How often each event that is read came, by its name.
        lag: Seconds from the time that an event carries to its arrival.
        last_lag_seconds: The same of the last event; None when that carried none, and before the first.
    """

    def __init__(self) -> None:
        self.events: Tally[str] = Tally()
        self.lag = Distribution(LAG_SECONDS)
        self.last_lag_seconds: float | None = None

    def heard(self, name: str, lag_seconds: float | None) -> None:
        """An event came; ``lag_seconds`` is None when it carries no time."""
        self.events.add(name)
        if name == TIMELESS:
            return
        self.last_lag_seconds = lag_seconds
        if lag_seconds is not None:
            self.lag.observe(lag_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposition:
    """All metrics, as they are sent."""

    content: bytes
    content_type: str


class Metrics:
    """What is shown of one daemon; a name stands for one metric."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._readings: list[Callable[[], Metric]] = []
        self._refreshers: list[Callable[[], Awaitable[None]]] = []
        self._registry.register(_Collector(self._readings))
        ProcessCollector(registry=self._registry)

    def gauge(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Show a number that goes up and down.

        Args:
            name: With its unit at the end.
            text: What it is, in one sentence.
            read: Asked at each scrape; must be quick.
        """
        self._readings.append(lambda: GaugeMetricFamily(name, text, value=read()))

    def gauges(self, name: str, text: str, label: str, read: Callable[[], Mapping[str, float]]) -> None:
        """Show such numbers by a label, of which there must be few values."""

        def family() -> Metric:
            shown = GaugeMetricFamily(name, text, labels=[label])
            for value, number in read().items():
                shown.add_metric([value], number)
            return shown

        self._readings.append(family)

    def info(self, name: str, text: str, facts: Mapping[str, str]) -> None:
        """Show texts that stay the same, as the labels of a 1."""

        def family() -> Metric:
            shown = GaugeMetricFamily(name, text, labels=list(facts))
            shown.add_metric(list(facts.values()), 1)
            return shown

        self._readings.append(family)

    def counter(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Show a number that only grows; ``_total`` is added to its name."""
        self._readings.append(lambda: CounterMetricFamily(name, text, value=read()))

    def counters(
        self, name: str, text: str, labels: Sequence[str], read: Callable[[], Mapping[tuple[str, ...], float]]
    ) -> None:
        """Show such numbers by labels, of which there must be few values."""

        def family() -> Metric:
            shown = CounterMetricFamily(name, text, labels=labels)
            for values, number in read().items():
                shown.add_metric(values, number)
            return shown

        self._readings.append(family)

    def histogram(self, name: str, text: str, of: Distribution) -> None:
        """Show a distribution."""
        self._readings.append(lambda: HistogramMetricFamily(name, text, buckets=of.buckets(), sum_value=of.total))

    def histograms(self, name: str, text: str, label: str, of: Mapping[str, Distribution]) -> None:
        """Show distributions by a label."""

        def family() -> Metric:
            shown = HistogramMetricFamily(name, text, labels=[label])
            for value, distribution in of.items():
                shown.add_metric([value], buckets=distribution.buckets(), sum_value=distribution.total)
            return shown

        self._readings.append(family)

    def before_scrape(self, refresh: Callable[[], Awaitable[None]]) -> None:
        """Wait for this before each scrape: what it reads is shown by others."""
        self._refreshers.append(refresh)

    async def expose(self, accept: str) -> Exposition:
        """All metrics now.

        Args:
            accept: The Accept header of who asks; empty without one.
        """
        for refresh in self._refreshers:
            await refresh()
        encode, content_type = choose_encoder(accept)
        return Exposition(content=encode(self._registry), content_type=content_type)


class _Collector:
    """Reads what there is to show, each time anew."""

    def __init__(self, readings: Sequence[Callable[[], Metric]]) -> None:
        self._readings = readings

    def collect(self) -> Iterator[Metric]:
        for family in self._readings:
            yield family()
