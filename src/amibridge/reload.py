"""Settings that change while the daemon runs (SIGHUP): what can be changed at once is, the rest is named."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, NoReturn

import structlog

from amibridge.errors import SettingsError
from amibridge.service_manager import ServiceManager
from amibridge.settings import Settings

LIVE: Final = frozenset(
    {
        "ami.ping_seconds",
        *("api.hosts", "api.wrong_tokens_per_minute"),
        "store.retention_days",
        *("delivery.timeout_seconds", "delivery.tls_ca_file"),
        *("delivery.allow_destinations", "delivery.deny_destinations", "delivery.private_networks"),
        *("logging.level", "logging.format"),
    }
)
"""The settings that take effect without a restart."""

log = structlog.get_logger(__name__)


def changed(one: Settings, other: Settings) -> list[str]:
    """The names of the settings that differ, in the order of the sections."""
    return [
        f"{section}.{name}"
        for section in Settings.model_fields
        for name in type(getattr(one, section)).model_fields
        if getattr(getattr(one, section), name) != getattr(getattr(other, section), name)
    ]


def taken_over(running: Settings, asked: Settings) -> Settings:
    """The settings that are running, with those of the asked ones that can be changed at once."""
    sections = {}
    for section in Settings.model_fields:
        now, then = getattr(running, section), getattr(asked, section)
        names = [name for name in type(now).model_fields if f"{section}.{name}" in LIVE]
        sections[section] = now.model_copy(update={name: getattr(then, name) for name in names})
    return running.model_copy(update=sections)


class Reloader:
    """Reads the settings again whenever it is asked to.

    Args:
        running: The settings that the daemon runs with.
        reread: Reads them from where they were read at the start.
        apply: Makes the daemon run with other ones, of which only those of ``LIVE`` differ; when it raises a
            SettingsError, nothing has changed.
        asked: Set when somebody asks.
        manager: Told when it begins and when it is done.
    """

    def __init__(
        self,
        *,
        running: Settings,
        reread: Callable[[], Settings],
        apply: Callable[[Settings], Awaitable[None]],
        asked: asyncio.Event,
        manager: ServiceManager,
    ) -> None:
        self._running, self._reread, self._apply, self._asked = running, reread, apply, asked
        self._manager = manager

    async def run(self) -> NoReturn:
        """Wait until somebody asks, and reload; again and again."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            with self._manager.reloading():
                await self.reload()

    async def reload(self) -> None:
        """Take over what can be changed at once, and say what cannot; wrong settings change nothing."""
        try:
            asked = await asyncio.to_thread(self._reread)
            new = taken_over(self._running, asked)
            await self._apply(new)
        except SettingsError as error:
            log.error("settings_refused", reason=str(error), cure="mend that; until then the former settings hold")  # noqa: TRY400 - the reason says all
            return
        log.info("settings_reloaded", settings=", ".join(changed(self._running, new)) or "nothing changed")
        self._running = new
        waiting = changed(new, asked)
        if waiting:
            log.warning("settings_need_restart", settings=", ".join(waiting), cure="restart amibridge")
