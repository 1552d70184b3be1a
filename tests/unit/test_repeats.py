"""What stays the same is said once, then rarely."""

from amibridge.repeats import AGAIN_MOST_SECONDS, AGAIN_SECONDS, Repeats


def test_once_then_rarely() -> None:
    """Again after ten minutes, then after twice as long each time, with the number of times in between."""
    repeats, said = Repeats(), {}
    for second in range(0, 24 * 3600, 10):
        count = repeats.say("link", "no connection", float(second))
        if count is not None:
            said[second] = count
    assert list(said)[:4] == [0, 600, 1800, 4200]
    assert list(said.values())[:4] == [0, 59, 119, 239]
    assert max(later - before for before, later in zip(list(said), list(said)[1:], strict=False)) == AGAIN_MOST_SECONDS
    assert sum(said.values()) + len(said) >= list(said)[-1] / 10


def test_something_else_is_news() -> None:
    """Another failure, another subject, and the same one after it was over."""
    repeats = Repeats()
    assert repeats.say("a", "refused", 0.0) == 0
    assert repeats.say("a", "refused", 1.0) is None
    assert repeats.say("b", "refused", 1.0) == 0
    assert repeats.say("a", "timed out", 2.0) == 0
    assert repeats.say("a", "timed out", 3.0) is None
    assert repeats.over("a") == 1
    assert repeats.over("a") == 0
    assert repeats.say("a", "timed out", 4.0) == 0


def test_it_forgets() -> None:
    """Receivers that are never called again take no room."""
    repeats = Repeats()
    repeats.say("a", "refused", 0.0)
    repeats.forget_before(AGAIN_MOST_SECONDS)
    assert repeats.say("a", "refused", 1.0) is None
    repeats.forget_before(AGAIN_MOST_SECONDS + AGAIN_SECONDS + 1)
    assert repeats._said == {}
