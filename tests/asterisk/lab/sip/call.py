"""One call of a phone, seen from either end: the dialog, and what the script of a call may do with it."""

import asyncio
import re
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from urllib.parse import quote

from tests.asterisk.lab.sip.media import media_address, speak
from tests.asterisk.lab.sip.message import (
    Headers,
    Request,
    Response,
    SipError,
    address,
    answer_challenge,
    parameter,
    user_of,
)
from tests.asterisk.lab.sip.transport import Address, Transport, new_branch

PATIENCE = 6.0
"""Seconds that a script waits for the next thing to happen in a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a call must know of its phone."""

    transport: Transport
    registrar: Address
    username: str
    password: str
    media: asyncio.DatagramTransport
    dialled: Callable[[str], str] = str
    """What is really dialled, or pressed, for a number of a script."""

    @property
    def contact(self) -> str:
        """Where the phone itself is reached."""
        host, port = self.transport.local
        return f"<sip:{self.username}@{host}:{port}>"

    def offer(self, direction: str = "sendrecv") -> str:
        """A session description: one audio stream in mu-law; ``sendonly`` puts the other side on hold."""
        host, port = self.media.get_extra_info("sockname")
        lines = ["v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0"]
        lines += [f"m=audio {port} RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "a=ptime:20", f"a={direction}", ""]
        return "\r\n".join(lines)


KEY_SECONDS = 0.15
"""From key to key: Asterisk plays each for a tenth of a second."""


class Call:
    """One call. Outgoing ones are begun by ``Phone.call``, incoming ones taken from ``Phone.incoming``."""

    def __init__(self, line: Line, *, local: str, remote: str, target: str, call_id: str) -> None:
        self._line = line
        self.local, self.remote, self.target, self.call_id = local, remote, target, call_id
        self.invite: Request | None = None
        """The INVITE that began the call."""
        self.status = 0
        """The final status of that INVITE; 0 while it is open."""
        self._early_remote = ""
        self._peer = line.registrar
        self._cseq = secrets.randbelow(1000) + 1
        self._early, self._ringing, self._answered, self._ended, self._closed = (asyncio.Event() for _ in range(5))
        self._ack: Request | None = None
        self._speaking: asyncio.Task[None] | None = None
        self._confirming: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # What a script waits for

    async def rings(self) -> None:
        """Wait until the other side says 180."""
        await self._until(self._ringing, "ringing")

    async def is_answered(self) -> None:
        """Wait until the call is up: 200 for an outgoing call, its ACK for an incoming one."""
        await self._until(self._answered, "answer")

    async def is_over(self) -> int:
        """Wait until the call has ended, however that came, and return the final status of its INVITE."""
        await self._until(self._ended, "end")
        return self.status

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self._ended.is_set()

    async def _until(self, event: asyncio.Event, what: str) -> None:
        """Wait for one event; a call that ends first will never see it."""
        waits = [asyncio.create_task(event.wait()), asyncio.create_task(self._ended.wait())]
        try:
            await asyncio.wait(waits, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if not event.is_set():
            state = f"ended with {self.status}" if self.over else f"nothing in {PATIENCE:.0f} s"
            raise SipError(f"{self.local} and {self.remote}: no {what}: {state}")

    # The caller's side

    def begin(self, headers: Headers) -> None:
        """Send the INVITE of an outgoing call; what becomes of it is told by the events."""
        self._run(self._invite(headers))

    async def _invite(self, headers: Headers) -> None:
        try:
            response = await self._try_invite(headers)
        except SipError:
            self.status = 408
        else:
            self.status = response.status
            self._speak(response.body)
        if 200 <= self.status < 300:
            self._answered.set()
        else:
            self._ended.set()

    async def _try_invite(self, headers: Headers) -> Response:
        authorization: Headers = []
        while True:
            described = [*headers, *authorization, ("Content-Type", "application/sdp")]
            self.invite = self._request("INVITE", headers=described, body=self._line.offer())
            response = await self._line.transport.request(self.invite, self._peer, self._provisional)
            self._acknowledge(response)
            if response.status not in {401, 407} or authorization:
                return response
            authorization = self._authorization(self.invite, response)

    async def _provisional(self, response: Response) -> None:
        self._early.set()
        self._early_remote = response.get("To")
        if response.status == 180:
            self._ringing.set()

    def _acknowledge(self, response: Response) -> None:
        """ACK the final response of our INVITE: in the dialog for a 200, in the same transaction else."""
        assert self.invite is not None
        if response.status < 300:
            self.remote, self.target = response.get("To"), address(response.get("Contact"))
            branch = new_branch()
        else:
            branch = self.invite.branch
        number = self.invite.get("CSeq").partition(" ")[0]
        uri = self.target if response.status < 300 else self.invite.uri
        self._ack = self._request("ACK", branch=branch, cseq=int(number), to=response.get("To"), uri=uri)
        self._line.transport.send(self._ack, self._peer)

    def repeat_ack(self) -> None:
        """The 200 came again: so must its ACK."""
        if self._ack is not None:
            self._line.transport.send(self._ack, self._peer)

    async def give_up(self) -> None:
        """CANCEL the call before it is answered, and wait until it is over."""
        assert self.invite is not None
        await self._until(self._early, "provisional response")
        number = int(self.invite.get("CSeq").partition(" ")[0])
        branch, to = self.invite.branch, self.invite.get("To")
        cancel = self._request("CANCEL", branch=branch, cseq=number, to=to, uri=self.invite.uri)
        await self._line.transport.request(cancel, self._peer)
        await self.is_over()

    # The called side

    def received(self, invite: Request, peer: Address) -> None:
        """Take the INVITE of an incoming call and say that we are trying."""
        self.invite, self._peer = invite, peer
        self._answer_with(100)

    async def ring(self) -> None:
        """Say that the phone rings."""
        self._answer_with(180)
        self._ringing.set()

    async def announce(self) -> None:
        """Play something before the call is answered: early media (183)."""
        described: Headers = [("Content-Type", "application/sdp")]
        self._answer_with(183, described, self._line.offer())

    async def answer(self) -> None:
        """Pick up, and wait until the caller has acknowledged that."""
        await self._accept(self._invite_received(), self._peer)
        self.status = 200
        await self._until(self._answered, "acknowledgement")
        self._speak(self._invite_received().body)

    async def reject(self, status: int, headers: Headers | None = None) -> None:
        """Do not take the call: 486 busy, 603 refused, 404 no such user here, 503 overloaded."""
        self._answer_with(status, headers)
        self.status = status
        self._ended.set()

    async def forward(self, number: str) -> None:
        """Send the caller elsewhere (302)."""
        host, port = self._line.registrar
        await self.reject(302, [("Contact", f"<sip:{self._line.dialled(number)}@{host}:{port}>")])

    async def _accept(self, invite: Request, peer: Address) -> None:
        tag = parameter(self.local, "tag")
        described: Headers = [("Contact", self._line.contact), ("Content-Type", "application/sdp")]
        response = invite.reply(200, tag=tag, headers=described, body=self._line.offer())
        self._confirming = self._line.transport.reply_until(invite, response, peer)

    def _answer_with(self, status: int, headers: Headers | None = None, body: str = "") -> None:
        tag = parameter(self.local, "tag") if status > 100 else ""
        invite = self._invite_received()
        contact: Headers = [("Contact", self._line.contact)] if 100 < status < 300 else []
        response = invite.reply(status, tag=tag, headers=[*contact, *(headers or [])], body=body)
        self._line.transport.reply(invite, response, self._peer)

    def _invite_received(self) -> Request:
        assert self.invite is not None
        return self.invite

    # Both sides

    def _speak(self, description: str) -> None:
        """Send sound to where the other side wants it, as long as the call lasts."""
        where = media_address(description)
        if where is not None and self._speaking is None:
            self._speaking = asyncio.create_task(speak(self._line.media, where))

    def _end(self) -> None:
        if self._speaking is not None:
            self._speaking.cancel()
        self._ended.set()

    async def hang_up(self) -> None:
        """End an answered call with BYE."""
        if not self._closed.is_set():
            self._closed.set()
            await self.request("BYE")
        self._end()

    async def request(self, verb: str, headers: Headers | None = None, body: str = "") -> Response:
        """Send a request in the dialog (BYE, INFO, REFER, re-INVITE) and return its final response."""
        request = self._request(verb, headers=headers or [], body=body)
        response = await self._line.transport.request(request, self._peer)
        if response.status in {401, 407}:
            answered = [*(headers or []), *self._authorization(request, response)]
            response = await self._line.transport.request(self._request(verb, headers=answered, body=body), self._peer)
        return response

    async def hold(self) -> None:
        """Put the other side on hold."""
        await self._describe_again("sendonly")

    async def resume(self) -> None:
        """Take the other side back from hold."""
        await self._describe_again("sendrecv")

    async def _describe_again(self, direction: str) -> None:
        response = await self.request("INVITE", [("Content-Type", "application/sdp")], self._line.offer(direction))
        self._ack = self._request("ACK", cseq=int(response.get("CSeq").partition(" ")[0]))
        self._line.transport.send(self._ack, self._peer)

    async def transfer(self, number: str) -> None:
        """Send the other side to a number (REFER): a blind transfer; the PBX then ends this call."""
        host, port = self._line.registrar
        await self._refer(f"<sip:{self._line.dialled(number)}@{host}:{port}>")

    async def transfer_to(self, other: "Call") -> None:
        """Connect the other side with that of another call of this phone, answered or not (REFER with Replaces)."""
        host, port = self._line.registrar
        theirs = parameter(other.remote if other.status else other._early_remote, "tag")
        replaces = quote(f"{other.call_id};to-tag={theirs};from-tag={parameter(other.local, 'tag')}", safe="")
        await self._refer(f"<sip:{user_of(other.remote)}@{host}:{port}?Replaces={replaces}>")

    async def _refer(self, to: str) -> None:
        response = await self.request("REFER", [("Refer-To", to), ("Referred-By", self.local.partition(";tag=")[0])])
        if response.status != 202:
            raise SipError(f"{self.local}: the PBX does not transfer: {response.status}")

    async def press(self, keys: str) -> None:
        """Press keys during the call, by SIP INFO."""
        for key in self._line.dialled(keys):
            body = f"Signal={key}\r\nDuration=100\r\n"
            await self.request("INFO", [("Content-Type", "application/dtmf-relay")], body)
            await asyncio.sleep(KEY_SECONDS)

    def handle(self, request: Request, peer: Address) -> None:
        """A request of the other side in this call."""
        transport, tag = self._line.transport, parameter(self.local, "tag")
        match request.verb:
            case "ACK":
                self._confirmed()
            case "INVITE":
                self._run(self._accept(request, peer))
            case "UPDATE":
                described: Headers = [("Contact", self._line.contact)]
                body = self._line.offer() if request.body else ""
                described += [("Content-Type", "application/sdp")] if body else []
                transport.reply(request, request.reply(200, tag=tag, headers=described, body=body), peer)
            case _:
                transport.reply(request, request.reply(200, tag=tag), peer)
                self._told(request)

    def _confirmed(self) -> None:
        if self._confirming is not None:
            self._confirming.cancel()
        if 200 <= self.status < 300:
            self._answered.set()

    def _told(self, request: Request) -> None:
        """What a request means that has been answered already."""
        match request.verb:
            case "BYE":
                self._closed.set()
                self._end()
            case "NOTIFY":
                if re.match(r"SIP/2.0 (18|2\d)\d", request.body):  # our transfer is on its way: people hang up then
                    self._run(self.hang_up())
            case "CANCEL" if not self.status:
                self._answer_with(487)
                self.status = 487
                self._ended.set()

    async def abandon(self) -> None:
        """Leave the call by whatever way is open; for cleaning up, never for a script."""
        if self._confirming is not None:
            self._confirming.cancel()
        for task in self._tasks:
            task.cancel()
        self._end()

    def _run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _authorization(self, request: Request, response: Response) -> Headers:
        proxy = response.status == 407
        challenge = response.get("Proxy-Authenticate" if proxy else "WWW-Authenticate")
        value = answer_challenge(challenge, request, username=self._line.username, password=self._line.password)
        return [("Proxy-Authorization" if proxy else "Authorization", value)]

    def _request(
        self,
        verb: str,
        *,
        headers: Headers | None = None,
        body: str = "",
        branch: str = "",
        cseq: int = 0,
        to: str = "",
        uri: str = "",
    ) -> Request:
        if not cseq:
            self._cseq += 1
            cseq = self._cseq
        host, port = self._line.transport.local
        return Request(
            verb=verb,
            uri=uri or self.target,
            headers=[
                ("Via", f"SIP/2.0/UDP {host}:{port};branch={branch or new_branch()}"),
                ("Max-Forwards", "70"),
                ("From", self.local),
                ("To", to or self.remote),
                ("Call-ID", self.call_id),
                ("CSeq", f"{cseq} {verb}"),
                ("Contact", self._line.contact),
                ("Allow", "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, REFER, NOTIFY"),
                *(headers or []),
            ],
            body=body,
        )
