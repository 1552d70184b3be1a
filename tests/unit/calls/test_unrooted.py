"""Channels that wait for what is missing of their chain."""

from amibridge.calls.unrooted import Unrooted
from tests.unit.calls.pbx import Picture


def taken(unrooted: Unrooted, picture: Picture, *halves: str) -> list[tuple[str, str]]:
    """Who has a root now, and which, when something has become known of these halves."""
    found = unrooted.take_rooted([picture.see(half) for half in halves])
    return sorted((channel.uniqueid, root.channel.uniqueid) for channel, root in found)


def test_waiting_for_the_dial_of_the_other_half() -> None:
    """All that wait behind a pair have their root when the pair's first half is dialled; they wait no longer."""
    picture, unrooted = Picture(), Unrooted()
    for label in ("x;1", "x;2", "y;1", "y;2"):
        picture.see(label)
    for source, dest in (("x;2", "202"), ("x;2", "203"), ("y;2", "204")):
        unrooted.add(picture.dial(source, dest))
    assert taken(unrooted, picture, "x;1", "x;2") == []
    picture.see("201")
    picture.dial("201", "x;1")
    assert taken(unrooted, picture, "x;1") == [("202", "201"), ("203", "201")]
    assert taken(unrooted, picture, "x;1", "y;1") == []
    assert len(unrooted) == 1


def test_waiting_for_the_other_half_itself() -> None:
    """A half that appears last is told of under its own name; who waits does so under the half that was known."""
    picture, unrooted = Picture(), Unrooted()
    picture.see("x;2")
    unrooted.add(picture.dial("x;2", "202"))
    assert taken(unrooted, picture, "x;2") == []
    picture.see("201")
    picture.dial("201", "x;1")
    assert taken(unrooted, picture, "x;1") == [("202", "201")]


def test_waiting_further_up() -> None:
    """When the chain has become longer but has no root yet, its new end is what is waited for."""
    picture, unrooted = Picture(), Unrooted()
    for label in ("x;1", "x;2", "y;1", "y;2"):
        picture.see(label)
    unrooted.add(picture.dial("x;2", "202"))
    picture.dial("y;2", "x;1")
    assert taken(unrooted, picture, "x;1") == []
    picture.see("201")
    picture.dial("201", "y;1")
    assert taken(unrooted, picture, "x;1") == []
    assert taken(unrooted, picture, "y;1") == [("202", "201")]


def test_waiting_in_vain() -> None:
    """Who was dialled by the PBX itself has no half to wait for; who has ended waits no longer."""
    picture, unrooted = Picture(), Unrooted()
    unrooted.add(picture.dial("", "202"))
    assert len(unrooted) == 0
    for label in ("x;1", "x;2"):
        picture.see(label)
    for label in ("203", "204"):
        unrooted.add(picture.dial("x;2", label))
    unrooted.discard("203")
    unrooted.discard("203")
    assert len(unrooted) == 1
    unrooted.discard("204")
    picture.see("201")
    picture.dial("201", "x;1")
    assert taken(unrooted, picture, "x;1") == []
