"""Settings that are read again: what holds at once, what waits, and what a mistake comes to."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from amibridge.errors import SettingsError
from amibridge.reload import LIVE, Reloader, changed, taken_over
from amibridge.settings import AmiSettings, ApiSettings, LoggingSettings, Settings, StoreSettings
from amibridge.settings_refusals import WrongSettingError, setting_names
from tests.fakes.service_manager import RememberingManager

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
RUNNING = Settings()
ASKED = Settings(
    ami=AmiSettings(host="pbx.example", ping_seconds=2),
    api=ApiSettings(hosts=["bridge.example"]),
    store=StoreSettings(path="/elsewhere", retention_days=7),
    logging=LoggingSettings(level="debug"),
)


class Bench:
    """A reloader, what it is given to read, and what it has applied."""

    def __init__(self, *reads: Settings | SettingsError) -> None:
        self.reads = list(reads)
        self.applied: list[Settings] = []
        self.refuse = False
        self.asked = asyncio.Event()
        self.manager = RememberingManager()
        self.reloader = Reloader(
            running=RUNNING, reread=self.read, apply=self.apply, asked=self.asked, manager=self.manager
        )

    def read(self) -> Settings:
        """What stands in the file now."""
        found = self.reads.pop(0)
        if isinstance(found, SettingsError):
            raise found
        return found

    async def apply(self, settings: Settings) -> None:
        """Use them, or not."""
        if self.refuse:
            raise WrongSettingError(place="settings", problem="no such CA")
        self.applied.append(settings)

    async def said(self) -> list[tuple[str, str]]:
        """What a reload writes into the log."""
        with capture_logs() as lines:
            await self.reloader.reload()
        return [(line["event"], line.get("settings") or line["reason"]) for line in lines]


def test_every_live_setting_is_one() -> None:
    """No name is mistyped, and the page names each."""
    assert {f"{section}.{name}" for section, name in setting_names(Settings)} >= LIVE
    assert [name for name in LIVE if f"`{name}`" not in PAGE.read_text()] == []


def test_what_is_taken_over() -> None:
    """Those that can be changed at once are the asked ones, all others stay."""
    new = taken_over(RUNNING, ASKED)
    assert changed(RUNNING, new) == ["ami.ping_seconds", "api.hosts", "store.retention_days", "logging.level"]
    assert changed(new, ASKED) == ["ami.host", "store.path"]


async def test_a_reload_says_what_it_did() -> None:
    """What holds and what waits, by name; again what still waits, and nothing twice that holds."""
    bench = Bench(ASKED, ASKED, RUNNING)
    waits = ("settings_need_restart", "ami.host, store.path")
    live = "ami.ping_seconds, api.hosts, store.retention_days, logging.level"
    assert await bench.said() == [("settings_reloaded", live), waits]
    assert await bench.said() == [("settings_reloaded", "nothing changed"), waits]
    assert await bench.said() == [("settings_reloaded", live)]
    assert bench.applied == [taken_over(RUNNING, ASKED)] * 2 + [RUNNING]


async def test_a_mistake_changes_nothing() -> None:
    """Neither one in the file, nor one that shows only when it is used; the next reload is as if they had not been."""
    wrong = WrongSettingError(place="amibridge.toml, line 3", problem="this is no TOML")
    bench = Bench(wrong, ASKED, Settings(logging=LoggingSettings(level="debug")))
    assert await bench.said() == [("settings_refused", str(wrong))]
    bench.refuse = True
    assert await bench.said() == [("settings_refused", "settings: no such CA")]
    bench.refuse = False
    assert await bench.said() == [("settings_reloaded", "logging.level")]


@pytest.mark.parametrize("times", [1, 3])
async def test_reloads_when_asked(times: int) -> None:
    """Each time that somebody asks, also right after a mistake."""
    bench = Bench(*[WrongSettingError(place="settings", problem="x")] * (times - 1), ASKED)
    run = asyncio.create_task(bench.reloader.run())
    while bench.reads:
        bench.reloader._asked.set()
        await asyncio.sleep(0.01)
    async with asyncio.timeout(5):
        while not bench.applied:  # noqa: ASYNC110 - it is done in a moment
            await asyncio.sleep(0.01)
    run.cancel()
    await asyncio.wait([run])


async def test_the_service_manager_is_told() -> None:
    """That a reload begins, and that it is done."""
    bench = Bench(RUNNING)
    bench.manager.tell_ready()
    bench.asked.set()
    with capture_logs():
        task = asyncio.create_task(bench.reloader.run())
        async with asyncio.timeout(5):
            while len(bench.manager.told) < 3:
                bench.manager.changed.clear()
                await bench.manager.changed.wait()
    task.cancel()
    assert [next(iter(facts)) for facts in bench.manager.told] == ["READY", "RELOADING", "READY"]
