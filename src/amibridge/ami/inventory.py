"""Reads what the PBX has, for ``amibridge extension import``: one action after the other, each with a deadline.

An endpoint's description holds its password. Of what comes, only the messages named here are read; those with
passwords in them are passed over before they are decoded.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from amibridge.ami.connection import Answer
from amibridge.ami.failures import LinkError, SessionEndedError, printable
from amibridge.ami.listing import list_is_whole
from amibridge.ami.message import AmiEvent
from amibridge.ami.protocol import Framer
from amibridge.ami.session import Session, tls_context
from amibridge.inventory.pbx import Endpoint, Inventory, Reading, Source, SourceRead, caller_name
from amibridge.settings import AmiSettings

LIST_SECONDS: Final = 15.0
DESCRIPTION_SECONDS: Final = 5.0
DESCRIPTIONS_SECONDS: Final = 120.0
"""For all of them; Asterisk 16 and 22 were seen to describe 2,000 endpoints in a third of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """One list that is asked for."""

    source: Source
    action: str
    item: str
    """The event that lists one."""
    end: str
    """The event behind the last one."""
    header: str
    """What it is called there."""
    right: str
    """The class that the manager user needs in ``write``; empty when it needs none."""
    none: str = ""
    """How Asterisk says, as an error, that there is none."""


_LISTS: Final = (
    _List(
        source=Source.PJSIP,
        action="PJSIPShowEndpoints",
        item="EndpointList",
        end="EndpointListComplete",
        header="objectname",
        right="system",
        none="no endpoints found",
    ),
    _List(
        source=Source.SIP,
        action="SIPpeers",
        item="PeerEntry",
        end="PeerlistComplete",
        header="objectname",
        right="reporting",
    ),
    _List(
        source=Source.QUEUES,
        action="QueueSummary",
        item="QueueSummary",
        end="QueueSummaryComplete",
        header="queue",
        right="",
    ),
    _List(
        source=Source.CONFERENCES,
        action="ConfbridgeListRooms",
        item="ConfbridgeListRooms",
        end="ConfbridgeListRoomsComplete",
        header="conference",
        right="reporting",
        none="no active conferences",
    ),
)
_PJSIP_DETAIL: Final = "EndpointDetail"
_READ: Final = frozenset(
    {name for one in _LISTS for name in (one.item, one.end)} | {_PJSIP_DETAIL, "EndpointDetailComplete"}
)
_TECHNOLOGIES: Final = {Source.PJSIP: "PJSIP", Source.SIP: "SIP"}

_UNKNOWN_ACTION: Final = "invalid/unknown command"
_DENIED: Final = "permission denied"


class BrokenOffError(LinkError):
    """The PBX ended the connection before all was read."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = printable(reason)

    def __str__(self) -> str:
        return f"the connection to Asterisk was over before all was read ({self.reason}): try again"


class SlowPbxError(LinkError):
    """The PBX takes too long to describe its endpoints."""

    def __init__(self, *, described: int, asked: int) -> None:
        super().__init__(described, asked)
        self.described, self.asked = described, asked

    def __str__(self) -> str:
        return (
            f"Asterisk described {self.described} of {self.asked} endpoints in {DESCRIPTIONS_SECONDS:g} s: try again"
            " when it is less busy"
        )


async def read_inventory(settings: AmiSettings, worth_describing: Callable[[Endpoint], bool]) -> Inventory:
    """Connect, log in, ask for endpoints, queues and conferences, leave.

    Args:
        settings: Where the PBX is and who we are there.
        worth_describing: Whether an endpoint's caller id, context and account code are needed; each costs an action.

    Returns:
        What the PBX told; what it refuses to tell is no error.

    Raises:
        LinkError: It cannot be reached, does not let us in, or does not answer.
        SettingsError: The CA file cannot be used.
    """
    session = await Session.open(settings, Framer(lambda: _READ), hear=lambda _: None, tls=tls_context(settings))
    try:
        await session.login(settings.username, settings.secret.get_secret_value(), events=False)
        return await _Reader(session, settings.username).read(worth_describing)
    except SessionEndedError as error:
        raise BrokenOffError(reason=error.reason) from error
    finally:
        await session.close()


class _Reader:
    def __init__(self, session: Session, username: str) -> None:
        self._session, self._username = session, username

    async def read(self, worth_describing: Callable[[Endpoint], bool]) -> Inventory:
        names: dict[Source, tuple[str, ...]] = {}
        sources = []
        for wanted in _LISTS:
            read, names[wanted.source] = await self._list(wanted)
            sources.append(read)
        listed = [
            Endpoint(technology=technology, name=name)
            for source, technology in _TECHNOLOGIES.items()
            for name in names[source]
        ]
        return Inventory(
            endpoints=tuple(await self._describe_all(listed, worth_describing)),
            queues=names[Source.QUEUES],
            conferences=names[Source.CONFERENCES],
            sources=tuple(sources),
        )

    async def _list(self, wanted: _List) -> tuple[SourceRead, tuple[str, ...]]:
        answer = await self._session.ask(wanted.action, seconds=LIST_SECONDS)
        refusal = _refusal(answer, wanted)
        if refusal.lower().startswith(_UNKNOWN_ACTION):
            return SourceRead(source=wanted.source, reading=Reading.NOT_LOADED), ()
        if refusal:
            problem = _problem(wanted, refusal, self._username)
            return SourceRead(source=wanted.source, reading=Reading.REFUSED, problem=problem), ()
        listed = (message.get(wanted.header) for message in answer[1:] if message.name == wanted.item)
        names = tuple(dict.fromkeys(name for name in listed if name))
        return SourceRead(source=wanted.source, reading=Reading.READ, count=len(names)), names

    async def _describe_all(
        self, listed: Sequence[Endpoint], worth_describing: Callable[[Endpoint], bool]
    ) -> list[Endpoint]:
        asked = [worth_describing(endpoint) for endpoint in listed]
        described: list[Endpoint] = []
        try:
            async with asyncio.timeout(DESCRIPTIONS_SECONDS):
                for endpoint, ask in zip(listed, asked, strict=True):
                    described.append(await self._describe(endpoint) if ask else endpoint)
        except TimeoutError as error:
            raise SlowPbxError(described=sum(asked[: len(described)]), asked=sum(asked)) from error
        return described

    async def _describe(self, endpoint: Endpoint) -> Endpoint:
        if endpoint.technology == _TECHNOLOGIES[Source.SIP]:
            answer = await self._session.ask("SIPshowpeer", seconds=DESCRIPTION_SECONDS, Peer=endpoint.name)
        else:
            answer = await self._session.ask("PJSIPShowEndpoint", seconds=DESCRIPTION_SECONDS, Endpoint=endpoint.name)
        if answer[0].get("response") != "Success":
            return replace(endpoint, refusal=_word(answer[0]))
        # chan_sip describes a peer in the response itself.
        about = next((message for message in answer if message.name == _PJSIP_DETAIL), answer[0])
        return replace(
            endpoint,
            context=about.get("context"),
            account_code=about.get("accountcode"),
            caller_name=caller_name(about.get("callerid")),
        )


def _refusal(answer: Answer, wanted: _List) -> str:
    """Why the PBX did not list anything, in its words; empty for a whole list, also of nothing."""
    if answer[0].get("response") == "Success":
        return "" if list_is_whole(answer[-1], wanted.end) else "the list broke off"
    word = _word(answer[0])
    return "" if wanted.none and word.lower().startswith(wanted.none) else word


def _word(response: AmiEvent) -> str:
    return printable(response.get("message").strip()) or "it did not say why"


def _problem(wanted: _List, refusal: str, username: str) -> str:
    if wanted.right and refusal.lower().startswith(_DENIED):
        return (
            f"{wanted.source} were left out, the manager user {printable(username)!r} may not list them"
            f" ({wanted.action}: {refusal}): add {wanted.right} to its write in manager.conf for the time of the"
            " import, and asterisk -rx 'manager reload'"
        )
    return f"{wanted.source} were left out, Asterisk does not list them ({wanted.action}: {refusal}): see its log"
