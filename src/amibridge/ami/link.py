"""The link to the PBX: connects, logs in, asks for the channels, stays awake, and begins again when it is lost.

All that it receives goes into the inbox, in the order of the stream; it never waits for whoever reads there. A full
inbox ends the session on purpose: a gap that is known, and a listing afterwards, instead of a hole that nobody knows.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final, NoReturn

import structlog

from amibridge.ami.connection import Answer
from amibridge.ami.facts import LinkFacts, LinkState
from amibridge.ami.failures import LinkError, LoginRefusedError, NoAnswerError, SessionEndedError, printable
from amibridge.ami.inbox import EventsArrived, Inbox, Item, LinkLost, LinkUp, Listed, ListingAsked, StillUp
from amibridge.ami.listing import is_refused, listing_refusal, listing_snapshot
from amibridge.ami.pauses import Pauses
from amibridge.ami.protocol import Banner, Framer, Heard
from amibridge.ami.session import Session, refuse_unsafe, tls_context
from amibridge.repeats import Repeats
from amibridge.settings import AmiSettings

PING_ANSWER_SECONDS: Final = 5.0
LISTING_SECONDS: Final = 15.0
LISTING_AGAIN_SECONDS: Final = 3600.0
_FIRST_LISTING_PAUSE_SECONDS: Final = 15.0
_LONGEST_LISTING_PAUSE_SECONDS: Final = 300.0

_FIRST_PAUSE_SECONDS: Final = 1.0
_REFUSED_GROWTH: Final = 10
_SHUTDOWN: Final = "Shutdown"
_OWN: Final = frozenset({_SHUTDOWN})
"""What the link itself reads, whoever else wants what."""
_STABLE_SECONDS: Final = 30.0
"""A session that lasted so long begins the pauses anew; a link that flaps keeps them growing."""

_LISTING_CURE: Final = "see whether asterisk -rx 'core show channels' hangs as well; it is asked again by itself"

_LISTED_CHANNEL_BYTES: Final = 1024

log = structlog.get_logger(__name__)


class Link:
    """The link; ``run`` keeps it until cancelled.

    Args:
        settings: Where the PBX is and who we are there.
        inbox: Takes what is received.
        wanted: Gives the names of the events that are put into it, the same object as long as they are the same.
        is_stale: Whether so little was heard of a call that the channels should be listed again. Asked at each ping,
            but not for an hour after it said so.
        clock: Unix seconds.
        tap: Called with every byte that the PBX sends, from its banner on, before it is read; ``run`` raises what it
            raises.
        pauses: Between attempts; None: as the settings say.
        refused_pauses: After a refused login; None: as the settings say.
        listing_pauses: After a listing that did not come, although the PBX is there; None: from 15 s to 5 min.

    Attributes:
        ping_seconds: A ping this often; may be changed.
        first_attempt: Set once a login was accepted or an attempt has failed.

    Raises:
        SettingsError: The CA file cannot be used, or the user's name or secret cannot be sent.
    """

    def __init__(
        self,
        settings: AmiSettings,
        inbox: Inbox,
        wanted: Callable[[], frozenset[str]],
        *,
        is_stale: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.time,
        tap: Callable[[bytes], None] | None = None,
        pauses: Pauses | None = None,
        refused_pauses: Pauses | None = None,
        listing_pauses: Pauses | None = None,
    ) -> None:
        refuse_unsafe("Username", settings.username)
        refuse_unsafe("Secret", settings.secret.get_secret_value())
        self._settings, self._inbox = settings, inbox
        self._wanted, self._is_stale = wanted, is_stale
        self._may_list_again_at = 0.0
        self._tls = tls_context(settings)
        self.ping_seconds = settings.ping_seconds
        self._clock, self._tap = clock, tap
        longest, refused = settings.reconnect_seconds, settings.refused_seconds
        self._pauses = pauses or Pauses(min(_FIRST_PAUSE_SECONDS, longest), longest)
        self._refused_pauses = refused_pauses or Pauses(refused, refused * _REFUSED_GROWTH)
        self._listing_pauses = listing_pauses or Pauses(_FIRST_LISTING_PAUSE_SECONDS, _LONGEST_LISTING_PAUSE_SECONDS)
        self._list_again_at: float | None = None
        self._framer = Framer(self._wanted, _OWN)
        self._session: Session | None = None
        self._banner: Banner | None = None
        self._up = False
        self._up_since = 0.0
        self._state, self._since = LinkState.STOPPED, clock()
        self._down_since = self._since
        self._sessions = self._overflows = self._received = self._received_bytes = self._skipped = 0
        self._last_event_at: float | None = None
        self._heard_at = self._since
        self._last_error = ""
        self._listing_refused = self._listing_missing = ""
        self._repeats = Repeats()
        self.first_attempt = asyncio.Event()

    @property
    def state(self) -> LinkState:
        """Where the link is now."""
        return self._state

    @property
    def facts(self) -> LinkFacts:
        """The link now, with its counts since it was made."""
        return LinkFacts(
            state=self._state,
            since=self._since,
            down_since=self._down_since,
            version=self._banner.version if self._banner else "",
            asterisk=self._banner.branch if self._banner else "",
            last_event_at=self._last_event_at,
            sessions=self._sessions,
            reconnects=max(0, self._sessions - 1),
            inbox_overflows=self._overflows,
            messages_received=self._received + self._framer.received,
            bytes_received=self._received_bytes + self._framer.received_bytes,
            events_skipped=self._skipped + self._framer.skipped,
            listing_refused=self._listing_refused,
            listing_missing=self._listing_missing,
            last_error=self._last_error,
        )

    async def run(self) -> NoReturn:
        """Keep the link until cancelled; leaves the PBX politely then."""
        try:
            while True:
                await self._inbox.wait_for_room()
                await asyncio.sleep(await self._attempt())
        finally:
            self._enter(LinkState.STOPPED)

    async def _attempt(self) -> float:
        """One session from connecting to its end; returns the seconds to wait before the next."""
        self._enter(LinkState.CONNECTING)
        try:
            await self._connect_and_follow()
        except LoginRefusedError as error:
            self._failed(error)
            self._enter(LinkState.REFUSED)
            return self._refused_pauses.next()
        except LinkError as error:
            self._failed(error)
            self._enter(LinkState.WAITING)
            return self._pauses.next()
        finally:
            self._up = False
            self.first_attempt.set()

    async def _connect_and_follow(self) -> NoReturn:
        self._received += self._framer.received
        self._skipped += self._framer.skipped
        self._received_bytes += self._framer.received_bytes
        self._framer = Framer(self._wanted, _OWN)
        session = await Session.open(self._settings, self._framer, hear=self._hear, tap=self._tap, tls=self._tls)
        reason = "amibridge was stopped"
        self._session, self._banner = session, session.banner
        try:
            self._enter(LinkState.LOGGING_IN)
            secret = self._settings.secret.get_secret_value()
            await session.login(self._settings.username, secret, on_accepted=self._accepted)
            self.first_attempt.set()
            await self._take_listing(session)
            await self._stay_awake(session)
        except LinkError as error:
            reason = error.reason if isinstance(error, SessionEndedError) else str(error)
            raise
        finally:
            await self._leave(session, reason)

    async def _leave(self, session: Session, reason: str) -> None:
        try:
            await session.close(on_goodbye=self._alive)
        finally:
            self._session = None
            if self._up:
                # When it fell silent, not when that was noticed.
                self._down_since = min(self._heard_at, self._clock())
                self._inbox.put(LinkLost(at=self._down_since, reason=reason))
                if asyncio.get_running_loop().time() - self._up_since >= _STABLE_SECONDS:
                    self._pauses.reset()

    async def _take_listing(self, session: Session) -> None:
        """Ask for the channels. A PBX that lists none but is there still tells its events: it keeps the session."""
        try:
            answer = await session.ask("CoreShowChannels", seconds=LISTING_SECONDS, on_answer=self._listed)
        except NoAnswerError:
            await self._ping(session)  # whoever is gone does not answer this either, and that ends the session
            self._listing_is_missing("Asterisk does not answer CoreShowChannels")
            return
        problem = printable(listing_refusal(answer))
        if problem and not is_refused(answer):
            self._listing_is_missing(f"Asterisk did not answer CoreShowChannels to the end ({problem})")
            return
        self._listing_refused, self._listing_missing = problem, ""
        self._list_again_at = None
        self._listing_pauses.reset()
        self._repeats.over("listing")
        if problem:
            log.warning(
                "ami_listing_refused",
                answer=problem,
                cure="add write = reporting to the user in manager.conf; until then calls that were missed stay open",
            )

    def _listing_is_missing(self, problem: str) -> None:
        now = asyncio.get_running_loop().time()
        self._list_again_at = now + self._listing_pauses.next()
        self._listing_missing = problem
        repeated = self._repeats.say("listing", problem, now)
        if repeated is not None:
            log.warning("ami_listing_missing", reason=problem, cure=_LISTING_CURE, repeated=repeated)

    async def _stay_awake(self, session: Session) -> NoReturn:
        """Ping for ever: Asterisk may hold events back until it hears of us, and a dead peer must be noticed."""
        while True:
            await asyncio.wait({session.ended}, timeout=self.ping_seconds)
            await self._ping(session)
            await self._list_again(session)

    async def _ping(self, session: Session) -> None:
        await session.ask("Ping", seconds=min(PING_ANSWER_SECONDS, self.ping_seconds), on_answer=self._alive)

    async def _list_again(self, session: Session) -> None:
        """A listing did not come, or a call of which nothing was heard for long may have ended unheard."""
        now = asyncio.get_running_loop().time()
        if self._list_again_at is not None:
            if now < self._list_again_at:
                return
            log.debug("ami_listing_asked", reason="the last one did not come")
        elif now >= self._may_list_again_at and self._is_stale():
            self._may_list_again_at = now + LISTING_AGAIN_SECONDS
            log.info("ami_listing_asked", reason="nothing was heard of a call for long")
        else:
            return
        self._put(ListingAsked(), at=self._heard_at)
        await self._take_listing(session)

    def _accepted(self) -> None:
        """Runs at the login's answer in the stream, before the first event."""
        self._up = True
        self._up_since = asyncio.get_running_loop().time()
        self._sessions += 1
        self._refused_pauses.reset()
        self._listing_refused = self._listing_missing = ""
        self._list_again_at = None
        self._listing_pauses.reset()
        self._enter(LinkState.UP)
        version, asterisk = (self._banner.version, self._banner.branch) if self._banner else ("", "")
        self._put(LinkUp(at=(now := self._clock()), version=version), at=now)
        log.info("ami_connected", host=self._settings.host, port=self._settings.port, asterisk=asterisk)
        self._repeats.over("link")

    def _listed(self, answer: Answer) -> None:
        """Runs at the listing's end in the stream, before the next event."""
        if not listing_refusal(answer):
            size_bytes = len(answer) * _LISTED_CHANNEL_BYTES
            now = self._clock()
            self._put(Listed(snapshot=listing_snapshot(answer), at=now), at=now, size_bytes=size_bytes)

    def _alive(self, _answer: Answer = ()) -> None:
        """Runs where the PBX says that it is there, in the stream: all that it told before has been read."""
        now = self._clock()
        self._put(StillUp(at=now), at=now)

    def _hear(self, heard: Heard) -> None:
        """Runs for the wanted events in the stream, all at once that were read at once."""
        events = [event for event in heard.events if event.name != _SHUTDOWN]
        if events:
            self._last_event_at = now = self._clock()
            item = EventsArrived(events=events, arrived_at=now)
            if not self._put(item, at=now, size_bytes=heard.size_bytes):
                return
        if len(events) < len(heard.events):
            self._alive()
            shutdown = next(event for event in heard.events if event.name == _SHUTDOWN)
            self._expect_shutdown(restart=shutdown.get("restart").lower() == "true")

    def _expect_shutdown(self, *, restart: bool) -> None:
        if self._session is not None:
            self._session.expect_end("Asterisk restarts" if restart else "Asterisk was stopped")

    def _put(self, item: Item, *, at: float, size_bytes: int = 0) -> bool:
        """Put an item into the inbox; where it does not fit the session ends, and whatever follows is not read."""
        if self._session is None:
            return False
        if self._inbox.put(item, size_bytes):
            self._heard_at = at
            return True
        self._overflows += 1
        self._session.drop("events are not taken as fast as they come, so the inbox is full")
        return False

    def _enter(self, state: LinkState) -> None:
        self._state, self._since = state, self._clock()

    def _failed(self, error: LinkError) -> None:
        """Say why there is no link: once, then rarely as long as it stays the same."""
        self._last_error = text = str(error)
        repeated = self._repeats.say("link", text, asyncio.get_running_loop().time())
        if repeated is None:
            log.debug("ami_still_away", error=text)
        elif isinstance(error, LoginRefusedError):
            log.error("ami_login_refused", error=text, repeated=repeated)
        elif self._up:
            log.warning("ami_link_lost", error=text, repeated=repeated)
        else:
            log.warning("ami_unreachable", error=text, repeated=repeated)
