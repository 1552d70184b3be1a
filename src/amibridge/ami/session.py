"""One connection to Asterisk's manager, from its banner to its end: login, actions with deadlines, leaving."""

import asyncio
import hashlib
import ssl
from collections.abc import Callable
from typing import Any, Final, Self

from panoramisk.actions import Action

from amibridge.ami.connection import Answer, Connection, adopt, answer_of
from amibridge.ami.failures import (
    CaFileError,
    LoginRefusedError,
    NoAnswerError,
    NoBannerError,
    SessionEndedError,
    UnreachableError,
    UnsafeTextError,
)
from amibridge.ami.protocol import Banner, Framer, Heard
from amibridge.errors import reason_of
from amibridge.settings import AmiSettings

CONNECT_SECONDS: Final = 10.0
BANNER_SECONDS: Final = 10.0
LOGIN_SECONDS: Final = 10.0
LOGOFF_SECONDS: Final = 1.0


def tls_context(settings: AmiSettings) -> ssl.SSLContext | None:
    """What a TLS connection is verified with; None when the link is in the clear.

    Raises:
        CaFileError: ``tls_ca_file`` is no readable PEM file.
    """
    if not settings.tls:
        return None
    try:
        return ssl.create_default_context(cafile=settings.tls_ca_file or None)
    except OSError as error:
        raise CaFileError(path=settings.tls_ca_file, problem=reason_of(error)) from error


def refuse_unsafe(name: str, value: str) -> None:
    """Refuse a value that AMI would read as further headers.

    Raises:
        UnsafeTextError: It holds CR, LF or NUL, or what cannot be sent as UTF-8.
    """
    if any(character in "\r\n\0" or "\ud800" <= character <= "\udfff" for character in value):
        raise UnsafeTextError(name=name)


class Session:
    """One connection; ``open`` makes it, ``close`` ends it.

    Attributes:
        banner: What the PBX greeted with.
        ended: Done when the connection is over, with the reason as its result; with the exception that ``tap`` or
            ``hear`` raised.
    """

    def __init__(self, connection: Connection, banner: Banner) -> None:
        self._connection = connection
        self.banner = banner
        self.ended = connection.ended

    @classmethod
    async def open(
        cls,
        settings: AmiSettings,
        framer: Framer,
        *,
        hear: Callable[[Heard], None],
        tap: Callable[[bytes], None] | None = None,
        tls: ssl.SSLContext | None = None,
        banner_seconds: float = BANNER_SECONDS,
    ) -> Self:
        """Connect, and wait for the banner; nothing is sent before it.

        Args:
            settings: Where to.
            framer: Reads the stream; new for each connection.
            hear: Called with the wanted events, in order, from the event loop's reading: it must not wait.
            tap: Called with all that is received, before it is read.
            tls: From ``tls_context``.
            banner_seconds: So long may the banner take.

        Raises:
            UnreachableError: No connection.
            NoBannerError: Connected, but to something else.
        """
        loop = asyncio.get_running_loop()
        made: asyncio.Future[tuple[asyncio.BaseTransport, Connection]] = loop.create_future()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                made.set_result(
                    await loop.create_connection(
                        lambda: Connection(framer, hear, tap), settings.host, settings.port, ssl=tls
                    )
                )
        except TimeoutError as error:
            raise _unreachable(settings, f"no answer within {CONNECT_SECONDS:g} s") from error
        except (OSError, UnicodeError) as error:
            raise _unreachable(settings, reason_of(error)) from error
        adopt(made)
        connection = made.result()[1]
        try:
            await _first(banner_seconds, connection.banner, connection.ended)
            return cls(connection, _greeting(settings, connection, banner_seconds))
        except BaseException:
            await connection.abandon()
            raise

    def drop(self, reason: str) -> None:
        """End the connection at once; what it still sends is not read."""
        self._connection.drop(reason)

    def expect_end(self, reason: str) -> None:
        """The PBX has said why it will close the connection."""
        self._connection.announced = reason

    async def ask(
        self,
        action: str,
        *,
        seconds: float,
        on_answer: Callable[[Answer], None] | None = None,
        **headers: str,
    ) -> Answer:
        """Send an action and wait for its answer.

        Args:
            action: Its name.
            seconds: So long may the answer take.
            on_answer: Called with the answer at its place in the stream, before the next event is heard.
            headers: The action's other headers.

        Raises:
            UnsafeTextError: A header holds CR, LF or NUL; nothing was sent.
            NoAnswerError: Nothing came in time. The action is forgotten: it is not sent again.
            SessionEndedError: The connection ended before the answer came.
        """
        for name, value in headers.items():
            refuse_unsafe(name, name)
            refuse_unsafe(name, value)
        if self.ended.done():
            raise SessionEndedError(reason=self.ended.result())
        request = Action({"Action": action, **headers})
        if on_answer is not None:
            self._connection.on_answer[request.id] = on_answer
        try:
            answered = self._connection.send_action(request)
            await _first(seconds, answered, self.ended)
            if answered.done():
                return answer_of(answered.result())
            if self.ended.done():
                raise SessionEndedError(reason=self.ended.result())
            raise NoAnswerError(action=action, seconds=seconds)
        finally:
            self._connection.forget(request)

    async def login(
        self, username: str, secret: str, *, on_accepted: Callable[[], None] = lambda: None, events: bool = True
    ) -> None:
        """Log in; the secret itself is sent only to a PBX that offers no MD5 challenge.

        Args:
            username: The AMI user.
            secret: Its secret.
            on_accepted: Called when the PBX lets us in, before the first event.
            events: Whether to be sent what happens; the answers to actions come in any case.

        Raises:
            LoginRefusedError: It does not.
            LinkError: As ``ask``.
        """
        challenge = (await self.ask("Challenge", seconds=LOGIN_SECONDS, AuthType="MD5"))[0].get("challenge")
        if challenge:
            # The digest is AMI's; nothing is kept by it.
            key = hashlib.md5(f"{challenge}{secret}".encode(), usedforsecurity=False).hexdigest()
            proof = {"AuthType": "MD5", "Key": key}
        else:
            proof = {"Secret": secret}

        def judge(answer: Answer) -> None:
            if _accepted(answer):
                on_accepted()

        headers = {"Username": username, **proof, "Events": "on" if events else "off"}
        answer = await self.ask("Login", seconds=LOGIN_SECONDS, on_answer=judge, **headers)
        if not _accepted(answer):
            raise LoginRefusedError(username=username, answer=answer[0].get("message") or "it did not say why")

    async def close(self, *, on_goodbye: Callable[[Answer], None] | None = None) -> None:
        """Leave, politely where somebody is there to hear it; nothing is left open.

        Args:
            on_goodbye: Called with the PBX's goodbye at its place in the stream, if it says one.
        """
        try:
            if not self.ended.done():
                await self.ask("Logoff", seconds=LOGOFF_SECONDS, on_answer=on_goodbye)
        except (NoAnswerError, SessionEndedError) as error:
            self.drop(str(error))
        finally:
            await self._connection.abandon()


async def _first(seconds: float, *futures: asyncio.Future[Any]) -> None:
    """Wait until one of them is done, or the time is over."""
    await asyncio.wait(futures, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)


def _greeting(settings: AmiSettings, connection: Connection, seconds: float) -> Banner:
    if connection.banner.done():
        return connection.banner.result()
    problem = connection.ended.result() if connection.ended.done() else f"no greeting within {seconds:g} s"
    raise NoBannerError(host=settings.host, port=settings.port, problem=problem)


def _accepted(answer: Answer) -> bool:
    return answer[0].get("response") == "Success"


def _unreachable(settings: AmiSettings, problem: str) -> UnreachableError:
    return UnreachableError(host=settings.host, port=settings.port, problem=problem, tls=settings.tls)
