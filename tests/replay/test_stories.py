"""What ``amibridge replay`` prints for each recorded call is what its story tells."""

import asyncio
import json
from itertools import pairwise
from pathlib import Path

import pytest

from amibridge.calls.events import CallEvent, EventType
from amibridge.cli import main
from amibridge.store.database import Store
from amibridge.store.extensions import ExtensionBook
from tests.replay.reading import TRACES, declared, new_tracker, read_trace
from tests.replay.stories import TRUNKS, mismatch, story_on
from tests.replay.test_properties import feed

ORDER = ("dial-out", "dial-in", "answer-in", "answer-out", "hangup")
"""In which the call events of one AMI event are told; then by extension."""


@pytest.fixture(scope="session")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings whose store has the directory of the recorded calls."""
    folder = tmp_path_factory.mktemp("replay")

    async def declare() -> None:
        async with Store.open(folder / "amibridge.db") as store:
            book = await ExtensionBook.open(store)
            for extension in declared():
                await book.add(extension)

    asyncio.run(declare())
    file = folder / "amibridge.toml"
    file.write_text(
        f'[store]\npath = "{folder}/amibridge.db"\n[extensions]\ntrunks = {json.dumps(list(TRUNKS))}\n',
    )
    return file


@pytest.mark.parametrize("name", TRACES)
def test_tells_its_story(
    name: str, settings_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exactly the events of the story, with every parameter; nothing on standard error."""
    monkeypatch.setattr("sys.argv", ["amibridge", "replay", str(TRACES[name]), "--config", str(settings_file)])
    assert main() == 0
    output, errors = capsys.readouterr()
    assert errors == ""
    told = [json.loads(line) for line in output.splitlines()]
    variant, _, call = name.partition("/")
    assert mismatch(story_on(variant, call), told) == []
    assert all(event["at"].endswith("+00:00") for event in told)


@pytest.mark.parametrize("name", TRACES)
def test_order_within_a_moment(name: str) -> None:
    """Call events of one AMI event come in the order of their types, then by extension; a part begun anew has ended."""
    tracker = new_tracker()
    for event in read_trace(name):
        moment = tracker.feed(event, event.timestamp)
        begun = {_part(told) for told in moment if told.status == "CALLING"}
        while moment and moment[0].type is EventType.HANGUP and _part(moment[0]) in begun:
            del moment[0]
        for one, next_one in pairwise((ORDER.index(told.type.label), told.extension) for told in moment):
            assert one < next_one


def _part(event: CallEvent) -> tuple[str, str, str]:
    return event.extension, event.call_id, event.flow


@pytest.mark.parametrize("name", TRACES)
def test_equal_input_equal_output(name: str) -> None:
    """The same call is told the same way twice, event ids included."""
    assert feed(new_tracker(), read_trace(name)) == feed(new_tracker(), read_trace(name))
