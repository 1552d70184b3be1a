"""``amibridge tail``: its arguments, and what it does when it cannot follow."""

import socket
import threading
import time

import pytest
import typer

from amibridge.calls.events import EventType
from amibridge.cli.tail import beginning, event_type
from tests.unit.cli.conftest import Command


def test_times() -> None:
    """A span before now, or a time."""
    assert time.time() - beginning("10m") == pytest.approx(600, abs=5)
    assert time.time() - beginning("2h") == pytest.approx(7200, abs=5)
    assert beginning("2026-11-22T10:11:12Z") == 1_795_342_272


def test_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A time without a zone is local, as the rows show it."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        assert beginning("2026-11-22 11:11:12") == beginning("2026-11-22T10:11:12Z")
        assert beginning("2026-07-22 12:11:12") == beginning("2026-07-22T10:11:12Z")
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("text", ["", "10", "m", "10 m", "-5m", "yesterday", "1.5h"])
def test_no_times(text: str) -> None:
    """Anything else is wrong use, and says what to give."""
    with pytest.raises(typer.BadParameter, match="give a span such as 30s"):
        beginning(text)


def test_types() -> None:
    """By number or name."""
    assert [event_type(text) for text in ("0", "hangup", "Answer-In")] == [
        EventType.DIAL_IN,
        EventType.HANGUP,
        EventType.ANSWER_IN,
    ]
    with pytest.raises(typer.BadParameter, match=r"give one of 0 \(dial-in\), 1 \(dial-out\)"):
        event_type("5")


def test_no_daemon(amibridge: Command) -> None:
    """It says so and how to start one; it does not wait for one that was never there."""
    ended = amibridge("tail")
    assert (ended.status, ended.output) == (1, "")
    assert ended.errors.startswith("amibridge: no daemon answers at ")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--url", "pbx.example"), "--url takes the API's URL"),
        (("--url", "http://127.0.0.1:9"), "the API wants a token: give --token, or set AMIBRIDGE_TOKEN"),
        (("--logs", "--type", "hangup"), "the log has no --type: leave out --logs or --type"),
        (("--since", "10m", "--lines", "5"), "--since and --lines both say where to begin: give one of them"),
        (("--token", "x"), "--token is for a daemon elsewhere: name its API with --url, or leave it out"),
        (("--lines", "1001"), "Input should be less than or equal to 1000"),
    ],
)
def test_wrong_use(amibridge: Command, arguments: tuple[str, ...], complaint: str) -> None:
    """One line that says what to give."""
    ended = amibridge("tail", *arguments)
    assert (ended.status, ended.output) == (2, "")
    assert complaint in ended.errors


def test_nobody_at_the_url(amibridge: Command) -> None:
    """One line, status 1."""
    ended = amibridge("tail", "--url", "http://127.0.0.1:9", "--token", "t" * 40)
    assert (ended.status, ended.errors.count("\n")) == (1, 1)
    assert ended.errors == (
        "amibridge: nobody answers at http://127.0.0.1:9: Connection refused: look whether its name and port are "
        "right, and whether it runs\n"
    )


@pytest.mark.parametrize(
    ("scheme", "answer", "complaint"),
    [
        (
            "https",
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            "the TLS handshake failed: look whether it speaks HTTPS on this",
        ),
        (
            "http",
            b"\x15\x03\x01\x00\x02\x02\x46",
            "it gave no answer in HTTP: look whether the port is that of the API",
        ),
    ],
)
def test_the_other_scheme(amibridge: Command, scheme: str, answer: bytes, complaint: str) -> None:
    """A server that does not speak what the URL says: one line with the cure."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            caller, _ = server.accept()
            with caller:
                caller.recv(4096)
                caller.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"{scheme}://127.0.0.1:{server.getsockname()[1]}"
        ended = amibridge("tail", "--url", url, "--token", "t" * 40)
        thread.join(5)
    assert ended.status == 1
    assert ended.errors.startswith(f"amibridge: nobody answers at {url}: {complaint}")
