"""``amibridge replay``."""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from amibridge import settings
from amibridge.calls.events import CallEvent
from amibridge.cli import main, replay
from tests.unit.cli.conftest import Command
from tests.unit.store.samples import unprivileged

TRACE = Path(settings.__file__).parent / "simulator" / "recordings" / "internal" / "answered_caller_hangs_up.ami"
"""201 calls 202, who answers."""
TOLD = [("dial-out", "201"), ("dial-in", "202"), ("answer-in", "202"), ("answer-out", "201")]
HANGUPS = [("hangup", "201"), ("hangup", "202")]


def told(output: str) -> list[tuple[str, str]]:
    """What was told of whom."""
    return [(event["event"], event["extension"]) for event in map(json.loads, output.splitlines())]


def test_call_events(amibridge: Command) -> None:
    """A recorded call is a JSON object a call event, and nothing else."""
    ended = amibridge("replay", TRACE)
    assert (ended.status, ended.errors) == (0, "")
    assert told(ended.output) == TOLD + HANGUPS
    first = json.loads(ended.output.splitlines()[0])
    assert list(first) == [
        "type",
        "event",
        "extension",
        "call_id",
        "flow",
        "status",
        "caller_id_num",
        "caller_id_name",
        "caller_extension",
        "called_extension",
        "called_number",
        "called_did",
        "call_api_id",
        "at",
        "event_id",
        "recovered",
    ]
    assert CallEvent.from_json(first).as_json() == first


def test_directory(amibridge: Command) -> None:
    """The directory of the store that the settings name counts."""
    amibridge("extension", "add", "202", "--did", "442079460001")
    events = [json.loads(line) for line in amibridge("replay", TRACE).output.splitlines()]
    assert {event["called_did"] for event in events} == {"442079460001"}


def test_rules(amibridge: Command, config: Path) -> None:
    """The attribution rules of the settings count: a trunk is no extension."""
    config.write_text(config.read_text() + '[extensions]\ntrunks = ["202"]\n')
    assert {extension for _, extension in told(amibridge("replay", TRACE).output)} == {"201"}


def test_half_a_message(amibridge: Command, tmp_path: Path) -> None:
    """A stream that was cut off is told as far as it goes, with a word on what is ignored; no hangup is made up."""
    whole = TRACE.read_bytes()
    cut = whole.rindex(b"Event: Hangup", 0, whole.index(b"Event: Hangup") + 20) + 40
    (tmp_path / "cut.ami").write_bytes(whole[:cut])
    ended = amibridge("replay", tmp_path / "cut.ami")
    assert ended.status == 0
    assert told(ended.output) == TOLD
    assert ended.errors == "amibridge: the last message is not complete, its 40 bytes are ignored\n"


def test_second_banner(amibridge: Command, tmp_path: Path) -> None:
    """A second session in the stream is a lost link."""
    (tmp_path / "two.ami").write_bytes(TRACE.read_bytes() * 2)
    ended = amibridge("replay", tmp_path / "two.ami")
    assert ended.status == 0
    assert ended.errors == "amibridge: the link was lost here: another session begins\n"
    assert told(ended.output)[:6] == TOLD + HANGUPS


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it is empty"),
        (b"precious\r\n\r\n" * 5, "bytes between messages that are no message"),
        (b"Event: FullyBooted\nStatus: Fully Booted\n\n", "its lines end in LF alone"),
        (bytes(range(256)) * 2000, ""),
    ],
)
def test_no_stream(amibridge: Command, tmp_path: Path, content: bytes, problem: str) -> None:
    """What is no AMI stream is said to be none, in one line."""
    file = tmp_path / "x.ami"
    file.write_bytes(content)
    ended = amibridge("replay", file)
    assert (ended.status, ended.output) == (2, "")
    assert ended.errors.startswith(f"amibridge: {file}: no AMI stream: {problem}")
    assert len(ended.errors.splitlines()) == 1


def test_unreadable(amibridge: Command, tmp_path: Path) -> None:
    """A file that cannot be read is named, with the reason."""
    for name, problem in (
        ("none", "No such file or directory"),
        (".", "Is a directory"),
        ("a\0b", "embedded null byte"),
    ):
        ended = amibridge("replay", f"{tmp_path}/{name}")
        assert (ended.status, ended.output) == (2, "")
        assert f" cannot be read ({problem}): name a file that 'amibridge record' wrote" in ended.errors


def test_settings_that_somebody_named(amibridge: Command, config: Path) -> None:
    """With --config, settings and store must be as they should be."""
    config.with_name("amibridge.db").write_text("precious" * 1000)
    ended = amibridge("replay", TRACE)
    assert (ended.status, ended.output) == (74, "")
    config.write_text("[amii]")
    ended = amibridge("replay", TRACE)
    assert (ended.status, ended.output) == (78, "")


@pytest.mark.usefixtures("amibridge")
def test_settings_that_nobody_named(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --config, what is wrong with them is a warning, and the call is told all the same."""
    monkeypatch.setattr(settings, "DEFAULT_FILE", config)
    monkeypatch.setattr("sys.argv", ["amibridge", "replay", str(TRACE)])
    config.with_name("amibridge.db").write_text("precious" * 1000)
    assert main() == 0
    output, errors = capsys.readouterr()
    assert told(output) == TOLD + HANGUPS
    assert errors.startswith(f"amibridge: going on without the directory of extensions: store {config.parent}")
    config.write_text("[amii]")
    assert main() == 0
    output, errors = capsys.readouterr()
    assert told(output) == TOLD + HANGUPS
    assert errors.startswith(f"amibridge: going on with the default settings: {config}, line 1: there is no section")


def test_where_a_store_may_be() -> None:
    """What may not be looked at is there, as far as anybody knows."""
    with TemporaryDirectory() as folder:
        os.chmod(folder, 0)  # noqa: PTH101 - the test's own folder
        with unprivileged():
            assert not replay._is_missing(Path(folder, "amibridge.db"))
        assert replay._is_missing(Path(folder, "amibridge.db")) or os.geteuid() != 0
