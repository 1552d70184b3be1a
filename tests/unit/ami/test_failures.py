"""What a person is told when there is no link."""

import pytest

from amibridge.ami.failures import (
    CaFileError,
    LoginRefusedError,
    NoAnswerError,
    NoBannerError,
    SessionEndedError,
    UnreachableError,
    UnsafeTextError,
    printable,
)
from amibridge.errors import AmibridgeError, SettingsError


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            UnreachableError(host="pbx", port=5038, problem="Connection refused"),
            (
                "no connection to Asterisk's manager at pbx:5038: Connection refused; check ami.host and ami.port, and"
                " that manager.conf has enabled = yes"
            ),
        ),
        (
            UnreachableError(host="pbx", port=5039, problem="wrong version number", tls=True),
            (
                "no connection to Asterisk's manager at pbx:5039: wrong version number; check ami.host, ami.port"
                " (manager.conf: tlsbindaddr), ami.tls and ami.tls_ca_file"
            ),
        ),
        (
            NoBannerError(host="pbx", port=25, problem="no greeting within 10 s"),
            (
                "pbx:25 is no Asterisk manager: no greeting within 10 s; check ami.port, and ami.tls (true for the port"
                " of tlsbindaddr alone)"
            ),
        ),
        (
            LoginRefusedError(username="ami", answer="Authentication failed"),
            (
                "Asterisk refused the login of 'ami' (Authentication failed): the secret is wrong, manager.conf has no"
                " such user (or was not reloaded: asterisk -rx 'manager reload'), or its permit and deny lines refuse"
                " this host"
            ),
        ),
        (
            NoAnswerError(action="Ping", seconds=5.0),
            "no answer to Ping within 5 s; check the network and that Asterisk responds",
        ),
        (
            SessionEndedError(reason="Asterisk closed it"),
            "the connection to Asterisk is over: Asterisk closed it; it is made again by itself",
        ),
        (
            UnsafeTextError(name="Secret"),
            "the value for AMI's Secret holds a line break, a NUL or what is no text; remove it",
        ),
        (
            CaFileError(path="/ca.pem", problem="No such file or directory"),
            "ami.tls_ca_file /ca.pem cannot be used (No such file or directory); it takes a readable PEM file",
        ),
    ],
)
def test_sentences(error: AmibridgeError, text: str) -> None:
    """Each failure is one line that says what to do."""
    assert str(error) == text


def test_wrong_settings_have_their_exit_status() -> None:
    """A value that cannot be sent, or a CA file that cannot be read, is a wrong setting."""
    assert issubclass(UnsafeTextError, SettingsError)
    assert issubclass(UnsafeTextError, ValueError)
    assert issubclass(CaFileError, SettingsError)


def test_printable() -> None:
    """A peer's text cannot draw on a terminal or fill a log."""
    assert printable("Zoë\x1b[31m\r\n\x9b") == "Zoë\N{REPLACEMENT CHARACTER}[31m" + "\N{REPLACEMENT CHARACTER}" * 3
    assert printable("x" * 10_000) == "x" * 160 + "…"
