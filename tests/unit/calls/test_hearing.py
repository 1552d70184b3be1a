"""Until when the PBX was heard, and the gaps."""

from amibridge.calls.events import EventType
from amibridge.calls.hearing import AWAY, Gap, Heard, Hearing
from tests.unit.store.samples import event


def test_at_first_there_is_no_gap() -> None:
    """A daemon that never heard the PBX has missed nothing."""
    hearing = Hearing()
    assert hearing.until is None
    assert hearing.settled(5.0) is None
    assert hearing.until == Heard(at=5.0)


def test_a_gap_begins_with_the_first_loss() -> None:
    """It lasts until a listing, whatever is heard and lost in between; so does the last moment that is known."""
    hearing = Hearing(Heard(at=1.0, reason="Asterisk restarts"))
    hearing.heard(2.0)
    hearing.lost(3.0, "cut")
    assert hearing.until == Heard(at=1.0, reason="Asterisk restarts")
    assert hearing.settled(4.0) == Gap(lost_at=1.0, back_at=4.0, reason="Asterisk restarts")
    hearing.heard(5.0)
    assert hearing.until == Heard(at=5.0)
    hearing.lost(6.0, "cut")
    assert hearing.until == Heard(at=6.0, reason="cut")


def test_a_process_that_said_no_goodbye() -> None:
    """What it did not live to hear is missing from its last word on."""
    gap = Hearing(Heard(at=1.0)).settled(9.0)
    assert gap == Gap(lost_at=1.0, back_at=9.0, reason=AWAY)


def test_what_was_settled() -> None:
    """Recovered events of the gap are counted by what they tell; others, and those of other times, are not."""
    recovered = [event(n)._replace(type=kind, recovered=True) for n, kind in enumerate(EventType)]
    hearing = Hearing()
    hearing.told(recovered)
    hearing.lost(1.0, "cut")
    hearing.told([event(7)._replace(recovered=False)])
    hearing.told(recovered)
    assert hearing.settled(2.0) == Gap(lost_at=1.0, back_at=2.0, reason="cut", began=2, answered=2, ended=1)
    hearing.lost(3.0, "cut")
    assert hearing.settled(4.0) == Gap(lost_at=3.0, back_at=4.0, reason="cut")


def test_a_clock_that_was_set_back() -> None:
    """A gap does not end before it began."""
    assert Hearing(Heard(at=9.0)).settled(2.0) == Gap(lost_at=2.0, back_at=2.0, reason=AWAY)
