"""Places for requests, and keys that are open."""

import pytest

from amibridge.delivery.places import OpenKeys, Places


@pytest.mark.parametrize(
    ("total", "per_origin", "share"), [(64, 32, 32), (64, 64, 32), (64, 5, 5), (3, 32, 1), (2, 2, 1), (1, 32, 1)]
)
def test_no_origin_gets_more_than_half(total: int, per_origin: int, share: int) -> None:
    """One origin gets its own limit, but never more than half of all places (and never none)."""
    places = Places(total=total, per_origin=per_origin)
    taken = 0
    while places.has_room("a"):
        places.take("a")
        taken += 1
    assert taken == share
    assert places.free == total - share
    assert places.room() == {"a": 0}
    assert places.has_room("b") is (total > share)


def test_all_places_are_bounded() -> None:
    """When all are taken nobody has room, however few are its own; a place given back can be taken again."""
    places = Places(total=4, per_origin=2)
    for origin in ("a", "a", "b", "c"):
        assert places.has_room(origin)
        places.take(origin)
    assert not places.has_room("d")
    places.give_back("c")
    assert places.has_room("d")
    assert places.room() == {"a": 0, "b": 0}


def test_however_many_hang_there_is_room_for_one_more() -> None:
    """Each that takes all it may leaves half of what was left: six hanging receivers do not stop the seventh."""
    places = Places(total=64, per_origin=32)
    left = []
    for origin in "abcdef":
        while places.has_room(origin):
            places.take(origin)
        left.append(places.free)
    assert left == [32, 16, 8, 4, 2, 1]
    assert places.has_room("g")


def test_one_step_leaves_room_for_those_that_it_does_not_know() -> None:
    """A claim of rows of two origins, each within its room, does not take all places."""
    places = Places(total=64, per_origin=32)
    while claimed := min(places.claimable, sum(places.room().get(origin, places.per_origin) for origin in "ab")):
        for origin in "ab":
            for _ in range(min(claimed // 2, places.room().get(origin, places.per_origin))):
                places.take(origin)
        if claimed < 2:
            break
    assert places.free >= 16
    assert places.has_room("c")


def test_who_waits_for_others_is_known() -> None:
    """An origin below its own limit that has no room can go when another one gives a place back."""
    places = Places(total=4, per_origin=2)
    places.take("a")
    assert not places.scarce
    places.take("a")
    assert not places.scarce
    places.take("b")
    assert places.scarce
    assert not places.has_room("b")
    places.give_back("a")
    assert not places.scarce
    assert places.has_room("b")
    alone = Places(total=1, per_origin=1)
    alone.take("a")
    assert alone.scarce


def test_an_origin_that_fails_has_less_room() -> None:
    """It may begin nothing while more than its limit is under way, nor more than that afterwards; others may."""
    places = Places(total=64, per_origin=32)
    for _ in range(3):
        places.take("a")
    for _ in range(4):
        places.limits.failed("a", 0)
    assert places.room() == {"a": 0}
    assert not places.has_room("a")
    assert places.has_room("b")
    for _ in range(3):
        places.give_back("a")
    assert places.room() == {"a": 2}
    assert places.has_room("a")


@pytest.mark.parametrize(("total", "per_origin", "most"), [(64, 32, 32), (5, 1, 2), (2, 2, 1), (1, 1, 1)])
def test_those_that_are_down_have_half_together(total: int, per_origin: int, most: int) -> None:
    """However many are known to fail: the other half is for those that work, or are not known yet."""
    places = Places(total=total, per_origin=per_origin)
    dead = [f"dead {number}" for number in range(100)]
    for origin in dead:
        places.limits.failed(origin, 0)
    assert places.down == tuple(dead)
    for origin in dead:
        if places.has_room(origin):
            places.take(origin)
    assert total - places.free == most
    assert places.down_room == 0
    assert set(places.room().values()) == {0}
    assert places.has_room("works") is (total > 1)
    places.give_back(dead[0])
    assert places.down_room == 1
    assert places.has_room(dead[99])
    assert places.room()[dead[99]] == 1


def test_one_that_answers_is_not_down_any_more() -> None:
    """Its first answer takes it out of the half of the others, with what it has under way."""
    places = Places(total=8, per_origin=4)
    for origin in ("a", "b", "c", "d"):
        places.take(origin)
        places.limits.failed(origin, 0)
    assert (places.down_room, places.has_room("a")) == (0, False)
    places.limits.answered("a", 1)
    assert (places.down_room, places.has_room("a")) == (1, True)
    assert places.down == ("b", "c", "d")


def test_a_key_is_open_until_its_last_delivery_ends() -> None:
    """Each delivery of a key holds it open; what was never opened can be closed without harm."""
    keys = OpenKeys()
    keys.add("k", at=1)
    keys.add("k", at=2)
    keys.add("m", at=2, count=3)
    keys.close("k")
    assert "k" in keys
    keys.close("k")
    keys.close("k")
    assert "k" not in keys
    assert len(keys) == 1


def test_old_keys_are_forgotten() -> None:
    """A key whose newest delivery is too old to exist is not held open for ever."""
    keys = OpenKeys()
    keys.add("old", at=1)
    keys.add("new", at=1)
    keys.add("new", at=9)
    keys.forget_before(5)
    assert "old" not in keys
    assert "new" in keys
