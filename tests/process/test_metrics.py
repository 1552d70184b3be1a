"""``/metrics`` of the real daemon, and what is written about it: the page, the alerts, the dashboard."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families

from amibridge.simulator.recording import Pace
from tests.process.test_daemon import CALL, running

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).parents[2]
RULES = ROOT / "config" / "prometheus" / "amibridge.rules.yml"
RULES_TEST = RULES.with_name("amibridge.test.yml")
DASHBOARD = ROOT / "config" / "grafana" / "amibridge.json"
PAGE = (ROOT / "docs" / "metrics.md").read_text()
OPERATING = (ROOT / "docs" / "operating.md").read_text()

METRIC = re.compile(r"\b(?:amibridge|process)_\w+")
SELECTOR = re.compile(r"\b((?:amibridge|process)_\w+)\{([^}]*)\}")
MATCHER = re.compile(r'(\w+)(?:=~|!~|!=|=)"([^"]*)"')
OF_THE_SCRAPE = {"job", "instance"}
"""Labels that Prometheus itself adds."""

AS_IT_COMES = {"route", "status"}
"""Labels whose values are there once they have happened."""

ASKING = {
    path.name: path.read_text().replace('\\"', '"')
    for path in (RULES, RULES_TEST, DASHBOARD, ROOT / "docs" / "operating.md")
}
"""Who names metrics."""

Samples = list[tuple[str, Mapping[str, str], float]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def text(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """What is scraped of a daemon that has followed one call, and told a receiver of it."""
    async with running(tmp_path_factory.mktemp("daemon")) as (daemon, pbx, receiver):
        await pbx.play(CALL, Pace(speed=1000))
        await receiver.wait_for(6)
        await daemon.until(
            lambda: {} if [line["event"] for line in daemon.lines].count("delivery_delivered") == 6 else None,
            "6 notifications were not delivered",
        )
        async with aiohttp.ClientSession(daemon.url) as client, client.get("/metrics") as answer:
            assert answer.status == 200
            yield await answer.text()


@pytest.fixture
def samples(text: str) -> Samples:
    """Each sample: name, labels, value."""
    return [
        (one.name, one.labels, one.value) for family in text_string_to_metric_families(text) for one in family.samples
    ]


def value(samples: Samples, name: str, **labels: str) -> float:
    """The one sample of that name and these labels."""
    (found,) = [number for sample, own, number in samples if sample == name and labels.items() <= own.items()]
    return found


async def test_a_call(samples: Samples) -> None:
    """What happened is counted where it happened."""
    assert value(samples, "amibridge_ready") == 1
    assert value(samples, "amibridge_link_up") == 1
    assert value(samples, "amibridge_link_state", state="up") == 1
    assert value(samples, "amibridge_link_state", state="refused") == 0
    assert value(samples, "amibridge_part_ready", part="writer") == 1
    assert value(samples, "amibridge_ami_events_total", event="Hangup") == 2
    assert value(samples, "amibridge_ami_lag_seconds_count") > 10
    assert value(samples, "amibridge_ami_received_bytes_total") > 10_000
    told = {kind: value(samples, "amibridge_call_events_total", type=kind) for kind in ("dial-in", "hangup")}
    assert told == {"dial-in": 1, "hangup": 2}
    assert value(samples, "amibridge_delivery_attempts_total", result="2xx") == 6
    assert value(samples, "amibridge_delivery_attempts_total", result="no-answer") == 0
    assert value(samples, "amibridge_delivery_latency_seconds_count", outcome="delivered") == 6
    assert value(samples, "amibridge_outbox_deliveries", state="delivered") == 6
    assert value(samples, "amibridge_store_commit_seconds_count") > 10
    assert value(samples, "amibridge_store_reserve_bytes") == 16 * 1024 * 1024
    assert (value(samples, "amibridge_participations"), value(samples, "amibridge_channels")) == (0, 0)
    route = "/uapi/extensions/{userId}/{extension}/phoneCallEvents/{typeOrId}"
    assert value(samples, "amibridge_api_requests_total", route=route, status="2xx") == 10


async def test_labels_do_not_grow(text: str, samples: Samples) -> None:
    """No extension, number, URL or receiver is in any label; each metric has few series."""
    assert not re.search(r"20[12]\b|127\.0\.0\.1|://|canary", re.sub(r"(?m)^#.*| [^ ]+$", "", text))
    names = [name for name, _, _ in samples]
    assert max(names.count(name) for name in set(names) if not name.endswith("_bucket")) <= 30


async def test_the_page(text: str) -> None:
    """docs/metrics.md has each metric with its type, labels and meaning, and no other."""
    shown = {
        (
            f"{one.name}_total" if one.type == "counter" else one.name,
            one.type,
            ", ".join(f"`{label}`" for label in sorted({label for s in one.samples for label in s.labels} - {"le"})),
            one.documentation,
        )
        for one in text_string_to_metric_families(text)
    }
    rows = re.findall(r"(?m)^\| `((?:amibridge|process)_\w+)` \| (\w+) \| (.*?) ?\| (.+) \|$", PAGE)
    assert sorted(rows) == sorted(shown)


@pytest.mark.parametrize("name", ASKING)
async def test_what_is_asked_for_is_there(samples: Samples, name: str) -> None:
    """Each metric, label and value that an expression names is one that the daemon serves."""
    served: dict[str, list[Mapping[str, str]]] = {}
    for metric, labels, _ in samples:
        served.setdefault(metric, []).append(labels)
    histograms = {metric.removesuffix("_bucket") for metric in served if metric.endswith("_bucket")}
    names = set(METRIC.findall(ASKING[name]))
    assert len(names) > 5
    assert names <= {*served, *histograms}
    for metric, matchers in SELECTOR.findall(ASKING[name]):
        for label, wanted in MATCHER.findall(matchers):
            if label in OF_THE_SCRAPE:
                continue
            known = {labels.get(label, "") for labels in served[metric]}
            assert "" not in known, (metric, label)
            assert label in AS_IT_COMES or set(wanted.split("|")) <= known, (metric, label, wanted)


async def test_each_alert_says_what_to_do() -> None:
    """docs/operating.md has a row for each alert, and no other."""
    alerts = re.findall(r"(?m)^ +- alert: (\w+)$", RULES.read_text())
    assert len(alerts) == len(set(alerts)) > 10
    assert re.findall(r"(?m)^\| `(Amibridge\w+)` \|", OPERATING) == alerts
    assert set(re.findall(r"alertname: (\w+)", RULES_TEST.read_text())) == set(alerts)


async def test_the_dashboard() -> None:
    """Each panel has a place of its own, a title, and something to show."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
        assert panel["title"]
        assert panel["type"] == "row" or panel["targets"]


async def test_promtool(text: str) -> None:
    """Prometheus' own tool finds nothing wrong with the metrics, the alerts, and when they are raised."""
    if not shutil.which("promtool") and os.environ.get("CI") != "true":
        pytest.skip("no promtool here: apt-get install prometheus")

    def promtool(*arguments: str | Path, given: str = "") -> None:
        ended = subprocess.run(
            ("promtool", *arguments), input=given, text=True, capture_output=True, check=False, cwd=RULES.parent
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr

    promtool("check", "metrics", given=text)
    promtool("check", "rules", RULES.name)
    promtool("test", "rules", RULES_TEST.name)
    promtool("check", "config", "scrape.yml")
