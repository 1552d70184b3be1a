"""How many requests an origin may have under way: fewer when it fails, down to one, and all when it is back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.delivery.limits import PROBE, SAID_AGAIN_SECONDS, OriginLimits, origin_works
from amibridge.delivery.policy import Answered, Failed, Outcome, Refused

CRM, SHOP = "https://crm.example:443", "https://shop.example:443"


@pytest.mark.parametrize(
    ("outcome", "works"),
    [
        (Answered(status_code=200), True),
        (Answered(status_code=302), True),
        (Answered(status_code=404), True),
        (Answered(status_code=410), True),
        (Answered(status_code=429), False),
        (Answered(status_code=500), False),
        (Answered(status_code=503), False),
        (Answered(status_code=599), False),
        (Failed(reason="no answer within 10 s"), False),
        (Failed(reason="the App's signing secret is damaged", requested=False), None),
        (Refused(reason="127.0.0.1 is a loopback address"), None),
        (None, None),
    ],
)
def test_what_counts_as_a_failure_of_the_origin(outcome: Outcome | None, *, works: bool | None) -> None:
    """Silence, 5xx and 429 do; an answer about one assignment does not; what was never requested says nothing."""
    assert origin_works(outcome) is works


def test_down_to_the_probe_and_back() -> None:
    """Five failures in a row leave one request at a time; one answer is news, all that are missing restore it."""
    limits = OriginLimits(32)
    assert [(limits.failed(CRM, 0), limits.limit(CRM)) for _ in range(6)] == [
        (False, 16),
        (False, 8),
        (False, 4),
        (False, 2),
        (True, 1),
        (False, 1),
    ]
    assert (limits.narrowed(), limits.failing()) == ({CRM: PROBE}, [CRM])
    assert (limits.answered(CRM, 0), limits.limit(CRM), limits.failing()) == (True, 2, [])
    assert [limits.answered(CRM, 0) for _ in range(30)] == [False] * 30
    assert (limits.limit(CRM), limits.narrowed()) == (32, {})


def test_a_stumble_is_no_news() -> None:
    """An origin that failed once gets fewer requests for a while, and neither that nor its return is worth a word."""
    limits = OriginLimits(32)
    assert not limits.failed(CRM, 0)
    assert not any(limits.answered(CRM, 0) for _ in range(40))
    assert limits.limit(CRM) == 32


def test_what_fails_again_is_news_again() -> None:
    """A second outage, long before the full limit is there again, is told as the first one was."""
    limits = OriginLimits(32)
    assert [limits.failed(CRM, 0) for _ in range(5)][-1]
    assert limits.answered(CRM, 600)
    assert limits.failed(CRM, 3600)
    assert limits.failing() == [CRM]
    assert limits.answered(CRM, 7200)
    assert limits.failing() == []


@pytest.mark.parametrize("most", [2, 4])
def test_one_that_comes_and_goes_is_told_once_a_minute(most: int) -> None:
    """It may falter as often as it likes; what was told last is right at the latest when it fails after the minute."""
    limits = OriginLimits(most)
    while not limits.failed(CRM, 0):
        pass
    assert limits.answered(CRM, 1)
    for second in range(2, 60, 2):
        assert not limits.failed(CRM, second)
        assert not limits.answered(CRM, second + 1)
    while limits.limit(CRM) > PROBE:
        assert not limits.failed(CRM, 59.5)
    assert limits.failed(CRM, 60)
    assert not limits.failed(CRM, 61)
    assert limits.answered(CRM, 62)


def test_a_clock_that_was_set_back_silences_nothing() -> None:
    """The minute is over when the clock says that it has not begun yet."""
    limits = OriginLimits(2)
    assert limits.failed(CRM, 10_000)
    assert limits.answered(CRM, 10_001)
    assert limits.failed(CRM, 5_000)


def test_a_limit_of_one_stays_one() -> None:
    """With one request at a time there is nothing to take away."""
    limits = OriginLimits(1)
    assert not limits.failed(CRM, 0)
    assert not limits.answered(CRM, 0)
    assert (limits.limit(CRM), limits.narrowed(), limits.failing()) == (1, {}, [])


@pytest.mark.parametrize("most", [1, 32])
def test_down_is_who_failed_last(most: int) -> None:
    """Down to the latest answer, also where there is nothing to narrow; who failed longest ago is first."""
    limits = OriginLimits(most)
    limits.failed(CRM, 1)
    limits.failed(SHOP, 2)
    assert list(limits.down) == [CRM, SHOP]
    limits.failed(CRM, 3)
    assert list(limits.down) == [SHOP, CRM]
    limits.answered(SHOP, 4)
    assert list(limits.down) == [CRM]
    limits.forget_before(5)
    assert list(limits.down) == []


def test_what_was_learned_long_ago_is_forgotten() -> None:
    """Receivers that are gone do not fill the memory."""
    limits = OriginLimits(32)
    limits.failed(CRM, 10)
    limits.failed(SHOP, 20)
    limits.forget_before(15)
    assert limits.narrowed() == {SHOP: 16}


@given(st.integers(1, 64), st.lists(st.tuples(st.sampled_from([CRM, SHOP]), st.booleans())))
def test_any_history(most: int, history: list[tuple[str, bool]]) -> None:
    """A limit stays between probe and most, whatever another origin does, and answers restore it; told is what is."""
    limits = OriginLimits(most)
    said = {CRM: 0, SHOP: 0}
    for minute, (origin, works) in enumerate(history):
        at = minute * SAID_AGAIN_SECONDS
        other = SHOP if origin == CRM else CRM
        before, others = limits.limit(origin), limits.limit(other)
        if works:
            said[origin] -= limits.answered(origin, at)
        else:
            said[origin] += limits.failed(origin, at)
        after = limits.limit(origin)
        assert PROBE <= after <= most
        assert after >= before if works else after == max(PROBE, before // 2)
        assert limits.limit(other) == others
        assert [origin for origin in said if said[origin]] == sorted(limits.failing())
        assert set(said.values()) <= {0, 1}
    for origin in (CRM, SHOP):
        said[origin] -= sum(limits.answered(origin, 0) for _ in range(most))
    assert limits.narrowed() == {}
    assert said == {CRM: 0, SHOP: 0}
