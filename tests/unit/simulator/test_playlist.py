"""The shipped recordings: true copies, with the stories that the tables of the replay tests tell."""

from pathlib import Path

import pytest

from amibridge.ami.message import AmiEvent
from amibridge.calls.attribution import Attribution
from amibridge.calls.directory import Directory
from amibridge.calls.tracker import Tracker
from amibridge.settings import ExtensionsSettings
from amibridge.simulator.playlist import EXTENSIONS, SCENES, TRUNKS, Scene, load
from amibridge.simulator.recording import FreshIds
from tests.replay import stories

TESTS = Path(__file__).parents[2]
SHIPPED = TESTS.parent / "src/amibridge/simulator/recordings"
TRACES = TESTS / "replay/traces/22"


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.recording)
def test_recordings_are_true(scene: Scene) -> None:
    """What the demo replays is what a real Asterisk 22 said, byte for byte."""
    shipped, trace = (folder / f"{scene.recording}.ami" for folder in (SHIPPED, TRACES))
    assert shipped.read_bytes() == trace.read_bytes(), f"after recording again: cp {trace} {shipped}"


def test_all_recordings_are_played() -> None:
    """Nothing is shipped that the demo does not replay."""
    shipped = {str(path.relative_to(SHIPPED).with_suffix("")) for path in SHIPPED.rglob("*.ami")}
    assert shipped == {scene.recording for scene in SCENES}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.recording)
def test_counts_are_those_of_the_script(scene: Scene) -> None:
    """The demo waits for as many call events as the call's script makes."""
    assert scene.call_events == len(stories.STORIES[scene.recording].strip().splitlines())


def test_replaying_again_makes_new_events() -> None:
    """Two replays of the whole list tell twice as many call events, none of them twice."""
    tracker = Tracker(Attribution.from_settings(ExtensionsSettings(trunks=list(TRUNKS))), Directory(EXTENSIONS))
    ids = FreshIds()
    told = []
    for scene in SCENES * 2:
        fresh = ids.for_replay(1800000000.0)
        for timed in load(scene).messages:
            headers = {name.lower(): value for name, value in fresh(timed.message, 1800000000.0).headers}
            told += tracker.feed(AmiEvent(headers["event"], headers), 1800000000.0)
    assert len(told) == len({event.event_id for event in told}) == 2 * sum(scene.call_events for scene in SCENES)
    assert {event.extension for event in told} == {extension.number for extension in EXTENSIONS}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.recording)
def test_stories_fit_the_screen(scene: Scene) -> None:
    """A story is one line of 80 columns, its number and indentation included."""
    assert len(scene.story) <= 74
