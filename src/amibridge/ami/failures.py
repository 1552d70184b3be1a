"""Why a link to the PBX is not there; facts are attributes, the sentence is in ``__str__``.

LinkError (AmibridgeError)
├── UnreachableError      no connection
├── NoBannerError         connected, but to no Asterisk manager
├── LoginRefusedError     the PBX does not let us in
├── NoAnswerError         an action's answer did not come in time
└── SessionEndedError     the connection is over
UnsafeTextError           (SettingsError) a value that AMI would read as further headers
CaFileError               (SettingsError) tls_ca_file cannot be used
"""

from typing import Final

from amibridge.errors import AmibridgeError, SettingsError

_SHOWN_CHARACTERS: Final = 160
_CONTROLS: Final = dict.fromkeys([*range(32), *range(127, 160)], "\N{REPLACEMENT CHARACTER}")


def printable(text: str) -> str:
    """A peer's text as it may stand in a message: one line, no control characters, not long."""
    shown = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
    return shown.translate(_CONTROLS)


class LinkError(AmibridgeError):
    """There is no link to the PBX, or not any more."""


class UnreachableError(LinkError):
    """No connection to the manager's port."""

    def __init__(self, *, host: str, port: int, problem: str, tls: bool = False) -> None:
        super().__init__(host, port, problem, tls)
        self.host, self.port, self.problem, self.tls = host, port, printable(problem), tls

    def __str__(self) -> str:
        cure = (
            "check ami.host, ami.port (manager.conf: tlsbindaddr), ami.tls and ami.tls_ca_file"
            if self.tls
            else "check ami.host and ami.port, and that manager.conf has enabled = yes"
        )
        return f"no connection to Asterisk's manager at {self.host}:{self.port}: {self.problem}; {cure}"


class NoBannerError(LinkError):
    """Whoever listens there does not speak AMI, or not in the clear."""

    def __init__(self, *, host: str, port: int, problem: str) -> None:
        super().__init__(host, port, problem)
        self.host, self.port, self.problem = host, port, printable(problem)

    def __str__(self) -> str:
        return (
            f"{self.host}:{self.port} is no Asterisk manager: {self.problem};"
            " check ami.port, and ami.tls (true for the port of tlsbindaddr alone)"
        )


class LoginRefusedError(LinkError):
    """The PBX refused the login; it looks the same whatever the cause."""

    def __init__(self, *, username: str, answer: str) -> None:
        super().__init__(username, answer)
        self.username, self.answer = printable(username), printable(answer)

    def __str__(self) -> str:
        return (
            f"Asterisk refused the login of {self.username!r} ({self.answer}): the secret is wrong, manager.conf has"
            " no such user (or was not reloaded: asterisk -rx 'manager reload'),"
            " or its permit and deny lines refuse this host"
        )


class NoAnswerError(LinkError):
    """An action's answer did not come in time: the connection is half-open, or the PBX hangs."""

    def __init__(self, *, action: str, seconds: float) -> None:
        super().__init__(action, seconds)
        self.action, self.seconds = action, seconds

    def __str__(self) -> str:
        return f"no answer to {self.action} within {self.seconds:g} s; check the network and that Asterisk responds"


class SessionEndedError(LinkError):
    """The connection is over."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = printable(reason)

    def __str__(self) -> str:
        return f"the connection to Asterisk is over: {self.reason}; it is made again by itself"


class UnsafeTextError(SettingsError, ValueError):
    """A value that cannot be sent as one header."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name)
        self.name = printable(name)

    def __str__(self) -> str:
        return f"the value for AMI's {self.name} holds a line break, a NUL or what is no text; remove it"


class CaFileError(SettingsError):
    """The CA file of the link cannot be used."""

    def __init__(self, *, path: str, problem: str) -> None:
        super().__init__(path, problem)
        self.path, self.problem = path, printable(problem)

    def __str__(self) -> str:
        return f"ami.tls_ca_file {self.path} cannot be used ({self.problem}); it takes a readable PEM file"
