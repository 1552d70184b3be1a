"""A phone: one socket, one account on the PBX, any number of calls at a time."""

import asyncio
import secrets
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tests.asterisk.lab.sip.call import PATIENCE, Call, Line
from tests.asterisk.lab.sip.message import (
    Headers,
    Request,
    Response,
    SipError,
    answer_challenge,
    parameter,
    quoted,
    user_of,
)
from tests.asterisk.lab.sip.transport import Address, Transport, new_branch


class _Deaf(asyncio.DatagramProtocol):
    """Takes the audio that the PBX sends, and forgets it."""


class Phone:
    """A SIP device for scripts: ``async with Phone(...) as phone: call = await phone.call("202")``."""

    def __init__(
        self,
        *,
        username: str,
        password: str,
        registrar: Address,
        host: str = "127.0.0.1",
        name: str = "",
        dialled: Callable[[str], str] = str,
    ) -> None:
        self.username, self.name = username, name
        self._dialled = dialled
        self._password, self._registrar, self._host = password, registrar, host
        self._transport: Transport | None = None
        self._line: Line | None = None
        self._calls: dict[str, Call] = {}
        self._offered: asyncio.Queue[Call] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        self._transport = await Transport.open(self._handle, self._host)
        self._transport.stray_success = self._repeat_ack
        loop = asyncio.get_running_loop()
        media, _ = await loop.create_datagram_endpoint(_Deaf, local_addr=(self._host, 0))
        self._line = Line(
            transport=self._transport,
            registrar=self._registrar,
            username=self.username,
            password=self._password,
            media=media,
            dialled=self._dialled,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for call in self._calls.values():
            await call.abandon()
        if self._transport is not None:
            self._transport.close()
        if self._line is not None:
            self._line.media.close()

    @property
    def line(self) -> Line:
        """The phone's account and sockets."""
        if self._line is None:
            raise SipError(f"phone {self.username} is not switched on")
        return self._line

    async def register(self, seconds: int = 3600) -> None:
        """Tell the PBX where this phone is; 0 seconds takes that back."""
        host, port = self._registrar
        account = f"<sip:{self.username}@{host}:{port}>"
        here, tag, call_id = self.line.contact, secrets.token_hex(4), secrets.token_hex(12)
        authorization: Headers = []
        for sequence in (1, 2):
            local, local_port = self.line.transport.local
            request = Request(
                verb="REGISTER",
                uri=f"sip:{host}:{port}",
                headers=[
                    ("Via", f"SIP/2.0/UDP {local}:{local_port};branch={new_branch()}"),
                    ("Max-Forwards", "70"),
                    ("From", f"{account};tag={tag}"),
                    ("To", account),
                    ("Call-ID", call_id),
                    ("CSeq", f"{sequence} REGISTER"),
                    ("Contact", f"{here};expires={seconds}"),
                    *authorization,
                ],
            )
            response = await self.line.transport.request(request, self._registrar)
            if response.status == 200:
                return
            if response.status != 401:
                break
            challenge = response.get("WWW-Authenticate")
            value = answer_challenge(challenge, request, username=self.username, password=self._password)
            authorization = [("Authorization", value)]
        raise SipError(f"{self.username} may not register: {response.status}")

    def call(
        self,
        number: str,
        *,
        caller: str = "",
        name: str | None = None,
        domain: str = "",
        headers: Headers | None = None,
    ) -> Call:
        """Dial a number; ``caller`` and ``name`` are what From shows (a provider shows the outside caller's)."""
        host, port = self._registrar
        shown = quoted(self.name if name is None else name, f"sip:{caller or self.username}@{domain or host}")
        target = f"sip:{self._dialled(number)}@{host}:{port}"
        call_id = secrets.token_hex(12)
        local = f"{shown};tag={secrets.token_hex(4)}"
        call = Call(self.line, local=local, remote=f"<{target}>", target=target, call_id=call_id)
        self._calls[call_id] = call
        call.begin(headers or [])
        return call

    async def incoming(self) -> Call:
        """Wait for the next call that is offered to this phone."""
        try:
            return await asyncio.wait_for(self._offered.get(), PATIENCE)
        except TimeoutError:
            raise SipError(f"nobody called {self.username} in {PATIENCE:.0f} s") from None

    def forget(self) -> None:
        """Begin a new script: calls of the one before are none of its business."""
        while not self._offered.empty():
            self._offered.get_nowait()

    @property
    def busy(self) -> bool:
        """Whether a call of this phone is still open."""
        return any(not call.over for call in self._calls.values())

    def _handle(self, request: Request, peer: Address) -> None:
        call = self._calls.get(request.get("Call-ID"))
        if call is not None:
            call.handle(request, peer)
        elif request.verb == "INVITE" and not parameter(request.get("To"), "tag"):
            call = Call(
                self.line,
                local=f"{request.get('To')};tag={secrets.token_hex(4)}",
                remote=request.get("From"),
                target=_contact(request),
                call_id=request.get("Call-ID"),
            )
            self._calls[call.call_id] = call
            call.received(request, peer)
            self._offered.put_nowait(call)
        elif request.verb != "ACK":
            status = 200 if request.verb in {"OPTIONS", "NOTIFY"} else 481
            self.line.transport.reply(request, request.reply(status, tag=secrets.token_hex(4)), peer)

    def _repeat_ack(self, response: Response) -> None:
        call = self._calls.get(response.get("Call-ID"))
        if call is not None:
            call.repeat_ack()

    def dialled(self, call: Call) -> str:
        """The number that an incoming call asks for (a provider serves many)."""
        return user_of(call.invite.uri) if call.invite is not None else ""


def _contact(request: Request) -> str:
    contact = request.get("Contact")
    return contact.partition("<")[2].partition(">")[0] or contact.partition(";")[0]
