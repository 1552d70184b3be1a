"""One look at the PBX for ``amibridge check``: can it be reached, does it let us in, what may we do there?"""

import asyncio
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from amibridge.ami.failures import LinkError, LoginRefusedError, NoBannerError, UnreachableError, printable
from amibridge.ami.listing import listing_refusal, listing_snapshot
from amibridge.ami.protocol import Framer, Heard
from amibridge.ami.session import Session, tls_context
from amibridge.errors import SettingsError
from amibridge.settings import AmiSettings

_BOOTED: Final = "FullyBooted"
_ANY: Final = frozenset({"Newchannel", "Newstate", "Hangup", "VarSet", "Newexten", _BOOTED})
"""Events of which one soon comes where there are calls, and what is said at the login."""
_PRIVILEGES: Final = re.compile(r"\(Priv: ([a-z,]+)\)")
_ANYBODY: Final = "all"
"""Who may do everything may do this; it says nothing of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """What was found; each fact is what it is without the later ones."""

    reachable: bool = False
    """Something accepted the connection."""
    version: str = ""
    """AMI's version in the banner, ``11.0.0``; empty when no Asterisk manager greeted."""
    asterisk: str = ""
    """``Asterisk 22``, or ``Asterisk 22.5.1`` once the PBX itself has told."""
    logged_in: bool = False
    login_refused: bool = False
    """The PBX said no; False also when there was nobody to say it."""
    may_list: bool | None = None
    """Whether the user may list channels (``write = reporting``); None when it was not asked."""
    channels: int | None = None
    """How many were listed."""
    system_name: str = ""
    """``systemname`` of asterisk.conf, which begins each Uniqueid."""
    timestamps: bool | None = None
    """Whether events carry their time (``timestampevents = yes``); None when no event came to see it on."""
    answer_seconds: float | None = None
    """How long a ping's answer took."""
    clock_ahead_seconds: float | None = None
    """How far the PBX's clock is ahead of ours, as its answer to a ping says; None when it does not."""
    hears_system: bool | None = None
    """Whether Asterisk said at the login that it has booted, as it does to who may hear of the system; None when nobody
    was logged in."""
    may_write: frozenset[str] | None = None
    """The classes of actions that are offered to the user and to no one without that class (``write`` of
    manager.conf); None when that was not asked."""
    problem: str = ""
    """Why there is no more than this, with its cure; empty when all was asked."""


async def probe(settings: AmiSettings, *, timeout_seconds: float = 10) -> ProbeResult:
    """Connect, log in, ask what may be asked, leave; raises nothing for what a PBX or a network may do.

    Args:
        settings: The link's settings.
        timeout_seconds: For all of it.
    """
    look = _Look(settings, timeout_seconds)
    try:
        async with asyncio.timeout(timeout_seconds):
            await look.look()
    except TimeoutError:
        look.note(problem=f"Asterisk's manager did not answer within {timeout_seconds:g} s; check the network")
    except LoginRefusedError as error:
        look.note(login_refused=True, problem=str(error))
    except NoBannerError as error:
        look.note(reachable=True, problem=str(error))
    except (UnreachableError, LinkError, SettingsError) as error:
        look.note(problem=str(error))
    return look.result


class _Look:
    def __init__(self, settings: AmiSettings, timeout_seconds: float) -> None:
        self._settings, self._timeout_seconds = settings, timeout_seconds
        self.result = ProbeResult()

    def note(self, **facts: bool | float | str | frozenset[str] | None) -> None:
        self.result = replace(self.result, **facts)  # type: ignore[arg-type]  # each caller names its own field

    async def look(self) -> None:
        # Newchannel and its like carry a time when any event does.
        framer = Framer(lambda: _ANY)
        session = await Session.open(self._settings, framer, hear=self._hear, tls=tls_context(self._settings))
        try:
            self.note(reachable=True, version=session.banner.version, asterisk=session.banner.branch)
            secret = self._settings.secret.get_secret_value()
            await session.login(self._settings.username, secret, on_accepted=lambda: self.note(logged_in=True))
            await self._ask(session)
        finally:
            await session.close()

    async def _ask(self, session: Session) -> None:
        began, asked_at = time.time(), time.monotonic()
        pong = (await session.ask("Ping", seconds=self._timeout_seconds))[0]
        took = time.monotonic() - asked_at
        ahead = None if pong.timestamp is None else pong.timestamp - (began + took / 2)
        self.note(answer_seconds=took, clock_ahead_seconds=ahead)
        core = (await session.ask("CoreSettings", seconds=self._timeout_seconds))[0]
        if core.get("asteriskversion"):
            self.note(asterisk=f"Asterisk {printable(core.get('asteriskversion'))}")
        self.note(system_name=printable(core.get("systemname")))
        listing = await session.ask("CoreShowChannels", seconds=self._timeout_seconds)
        if listing_refusal(listing):
            self.note(may_list=False)
        else:
            self.note(may_list=True, channels=len(listing_snapshot(listing).channels))
        commands = (await session.ask("ListCommands", seconds=self._timeout_seconds))[0]
        offered = classes_of(commands.values()) if commands.get("response") == "Success" else None
        self.note(may_write=offered, hears_system=bool(self.result.hears_system))

    def _hear(self, heard: Heard) -> None:
        for event in heard.events:
            if event.name == _BOOTED:  # which never carries a time
                self.note(hears_system=True)
            else:
                self.note(timestamps=event.timestamp is not None)


def classes_of(offered: Iterable[str]) -> frozenset[str]:
    """The classes of which something is offered that needs that class and no other.

    Args:
        offered: What ``ListCommands`` says of each action; it ends with ``(Priv: call,all)``.
    """
    found = (match[1].split(",") for text in offered if (match := _PRIVILEGES.search(text)))
    needed = ([name for name in names if name != _ANYBODY] for names in found)
    return frozenset(names[0] for names in needed if len(names) == 1)
