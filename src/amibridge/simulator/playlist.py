"""The calls that the demo replays, in its order, each with its story and the number of call events that it makes."""

from dataclasses import dataclass
from importlib.resources import files

from amibridge.calls.directory import Extension
from amibridge.simulator.recording import Recording, read_recording


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One recorded call as the demo tells it."""

    recording: str
    """Its file below ``recordings/``, without the ending."""
    story: str
    """What people do, in one line."""
    call_events: int
    """How many call events it makes: a demo with fewer has lost some."""


SCENES = (
    Scene(
        recording="internal/answered_caller_hangs_up",
        story="201 calls 202. 202 answers; 201 hangs up.",
        call_events=6,
    ),
    Scene(
        recording="trunk/in_answered",
        story="Karl Kunde, outside, dials 49301234567, the number of 202. 202 answers.",
        call_events=3,
    ),
    Scene(
        recording="failed/busy",
        story="201 calls 202, who is busy.",
        call_events=4,
    ),
    Scene(
        recording="groups/ring_group_answered",
        story="201 calls the ring group 600: 202, 203 and 204 ring. 203 answers.",
        call_events=10,
    ),
    Scene(
        recording="trunk/out_answered",
        story="201 calls 03055512345, outside, and is answered.",
        call_events=3,
    ),
    Scene(
        recording="failed/no_answer",
        story="201 calls 207. Nobody answers.",
        call_events=4,
    ),
    Scene(
        recording="groups/two_phones_one_answers",
        story="201 calls 205, who has two phones. One of them answers.",
        call_events=6,
    ),
    Scene(
        recording="failed/cancelled",
        story="201 calls 202, and gives up while it rings.",
        call_events=4,
    ),
)

EXTENSIONS = (
    Extension(number="201", name="Anna Abel"),
    Extension(number="202", name="Bert Braun"),
    Extension(number="203", name="Carla Conrad", did="49301234503"),
    Extension(number="204", name="Dora Dietz"),
    Extension(number="205", name="Emil Ernst"),
    Extension(number="207", name="Gerda Graf"),
)
"""The phones of these calls, as the directory declares them."""

TRUNKS = ("provider-*",)
"""The setting ``extensions.trunks`` of these calls."""


def load(scene: Scene) -> Recording:
    """The recording that a scene replays, from the package's own data."""
    path = files("amibridge.simulator").joinpath("recordings", f"{scene.recording}.ami")
    return read_recording(scene.recording, path.read_bytes())
