"""SIP messages as text: parsing, building, and the digest answer to a challenge (RFC 3261, RFC 2617)."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field

Headers = list[tuple[str, str]]

COMPACT = {
    "i": "Call-ID", "m": "Contact", "l": "Content-Length", "c": "Content-Type", "f": "From", "t": "To", "v": "Via",
}  # fmt: skip
"""Short forms that a peer may use instead of the names."""

REASONS = {
    100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 202: "Accepted",
    302: "Moved Temporarily", 404: "Not Found", 405: "Method Not Allowed", 480: "Temporarily Unavailable",
    481: "Call Does Not Exist", 486: "Busy Here", 487: "Request Terminated", 503: "Service Unavailable", 603: "Decline",
}  # fmt: skip


class SipError(Exception):
    """The other side said, or left unsaid, what the script of a call does not allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What requests and responses share: headers in order, and a body."""

    headers: Headers = field(default_factory=list)
    body: str = ""

    def get(self, name: str) -> str:
        """The first header of that name; empty where there is none."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every header of that name, top first."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def branch(self) -> str:
        """The branch of the topmost Via, which names the transaction."""
        return parameter(self.get("Via"), "branch")

    @property
    def method(self) -> str:
        """The method that the message belongs to, from its CSeq."""
        return self.get("CSeq").partition(" ")[2].strip()

    def _tail(self) -> str:
        body = self.body.encode()
        lines = [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", self.body])


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Message):
    """Somebody wants something."""

    verb: str
    uri: str

    def __bytes__(self) -> bytes:
        return f"{self.verb} {self.uri} SIP/2.0\r\n{self._tail()}".encode()

    def reply(self, status: int, *, tag: str = "", headers: Headers | None = None, body: str = "") -> "Response":
        """The response to this request, with the headers that must be copied."""
        to = self.get("To")
        if tag and not parameter(to, "tag"):
            to = f"{to};tag={tag}"
        copied = [("Via", via) for via in self.all("Via")]
        copied += [("From", self.get("From")), ("To", to), ("Call-ID", self.get("Call-ID")), ("CSeq", self.get("CSeq"))]
        return Response(status=status, headers=copied + (headers or []), body=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Message):
    """What the other side makes of a request."""

    status: int

    def __bytes__(self) -> bytes:
        return f"SIP/2.0 {self.status} {REASONS.get(self.status, 'Status')}\r\n{self._tail()}".encode()

    @property
    def is_final(self) -> bool:
        """Whether nothing more will follow (a provisional one only says: wait)."""
        return self.status >= 200


def parse(datagram: bytes) -> Request | Response | None:
    """Read one datagram; None for a keep-alive or anything else that is no SIP message."""
    head, _, body = datagram.decode(errors="replace").partition("\r\n\r\n")
    start, *lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
    headers: Headers = []
    for line in lines:
        name, _, value = line.partition(":")
        name = name.strip()
        headers.append((COMPACT.get(name.lower(), name), value.strip()))
    if found := re.match(r"SIP/2\.0 (\d{3})", start):
        return Response(status=int(found.group(1)), headers=headers, body=body)
    if found := re.match(r"([A-Z]+) (\S+) SIP/2\.0$", start):
        return Request(verb=found.group(1), uri=found.group(2), headers=headers, body=body)
    return None


def parameter(value: str, name: str) -> str:
    """The value of ``;name=value`` behind an address or a Via; empty where there is none."""
    found = re.search(rf";\s*{name}=([^;,>\s]+)", value.rpartition(">")[2] if ">" in value else value, re.IGNORECASE)
    return found.group(1) if found else ""


def address(value: str) -> str:
    """The URI in a From, To or Contact header."""
    found = re.search(r"<([^>]+)>", value)
    return found.group(1) if found else value.partition(";")[0].strip()


def user_of(uri: str) -> str:
    """The user part of a SIP URI."""
    found = re.match(r"sips?:([^@;]+)@", address(uri))
    return found.group(1) if found else ""


def quoted(name: str, uri: str) -> str:
    """An address with a display name."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{uri}>' if name else f"<{uri}>"


def answer_challenge(challenge: str, request: Request, *, username: str, password: str) -> str:
    """The Authorization value that answers a digest challenge (MD5, with or without ``qop=auth``)."""
    found = re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', challenge)
    fields = {key.lower(): given or bare for key, given, bare in found}
    realm, nonce = fields["realm"], fields["nonce"]
    secret = _md5(f"{username}:{realm}:{password}")
    asked = _md5(f"{request.verb}:{request.uri}")
    answer = [f'username="{username}"', f'realm="{realm}"', f'nonce="{nonce}"', f'uri="{request.uri}"', "algorithm=MD5"]
    if "qop" in fields:
        once = secrets.token_hex(8)
        answer += ["qop=auth", "nc=00000001", f'cnonce="{once}"']
        answer.append(f'response="{_md5(f"{secret}:{nonce}:00000001:{once}:auth:{asked}")}"')
    else:
        answer.append(f'response="{_md5(f"{secret}:{nonce}:{asked}")}"')
    if "opaque" in fields:
        answer.append(f'opaque="{fields["opaque"]}"')
    return f"Digest {', '.join(answer)}"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
