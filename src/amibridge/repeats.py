"""What stays the same is said once, then rarely, and how often it was meanwhile. Pure."""

from dataclasses import dataclass
from typing import Final

AGAIN_SECONDS: Final = 600.0
"""So long until the same is said again; twice as long each further time, up to the most."""
AGAIN_MOST_SECONDS: Final = 6 * 3600.0


@dataclass(slots=True)
class _Said:
    what: str
    again_at: float
    pause_seconds: float
    unsaid: int = 0


class Repeats:
    """Decides for each subject whether to say something of it, or whether that is known."""

    def __init__(self) -> None:
        self._said: dict[str, _Said] = {}

    def say(self, subject: str, what: str, now: float) -> int | None:
        """Ask whether to say it.

        Args:
            subject: What it is about.
            what: What is said; something else than last time is always news.
            now: Seconds of a clock that never goes back.

        Returns:
            How often it was left unsaid since it was said last; None: leave it unsaid again.
        """
        said = self._said.get(subject)
        if said is None or said.what != what:
            self._said[subject] = _Said(what, now + AGAIN_SECONDS, AGAIN_SECONDS)
            return 0
        if now < said.again_at:
            said.unsaid += 1
            return None
        unsaid, said.unsaid = said.unsaid, 0
        said.pause_seconds = min(2 * said.pause_seconds, AGAIN_MOST_SECONDS)
        said.again_at = now + said.pause_seconds
        return unsaid

    def over(self, subject: str) -> int:
        """It is over; returns how often it was left unsaid."""
        said = self._said.pop(subject, None)
        return said.unsaid if said else 0

    def forget_before(self, now: float) -> None:
        """Forget subjects that nothing has been said of for long, although it was time to."""
        for subject in [subject for subject, said in self._said.items() if said.again_at < now - AGAIN_MOST_SECONDS]:
            del self._said[subject]
