"""The recorded calls, and the tracker that they are told to."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from amibridge.ami.message import AmiEvent
from amibridge.ami.replay import read_stream
from amibridge.calls.attribution import Attribution
from amibridge.calls.directory import Directory, Extension, ExtensionKind
from amibridge.calls.tracker import Tracker
from amibridge.settings import ExtensionsSettings
from tests.replay.stories import DIRECTORY, TRUNKS

FOLDER: Final = Path(__file__).parent / "traces"

TRACES: Final = {str(path.relative_to(FOLDER).with_suffix("")): path for path in sorted(FOLDER.rglob("*.ami"))}
"""The recordings by version, group and name: ``22/internal/tenants``."""


def declared() -> list[Extension]:
    """The directory of the recorded calls."""
    return [
        Extension(number=one.number, kind=ExtensionKind(one.kind), did=one.did, service=one.service, name=one.name)
        for one in DIRECTORY
    ]


def new_tracker() -> Tracker:
    """A tracker with the settings and the directory of the recorded calls."""
    attribution = Attribution.from_settings(ExtensionsSettings(trunks=list(TRUNKS)))
    return Tracker(attribution, Directory(declared()))


@cache
def read_trace(name: str) -> Sequence[AmiEvent]:
    """The events of a recording that the tracker reads."""
    stream = [TRACES[name].read_bytes()]
    return tuple(item for item in read_stream(stream, new_tracker().wanted) if isinstance(item, AmiEvent))
