"""How many requests an origin may have under way: fewer when it fails, down to one, and all when it is back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.delivery.limits import PROBE, OriginLimits, origin_works
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
    """Five failures in a row leave one request at a time; as many answers as are missing restore the limit."""
    limits = OriginLimits(32)
    assert [(limits.failed(CRM, 0), limits.limit(CRM)) for _ in range(6)] == [
        (False, 16),
        (False, 8),
        (False, 4),
        (False, 2),
        (True, 1),
        (False, 1),
    ]
    assert limits.narrowed() == {CRM: PROBE}
    assert [limits.answered(CRM, 0) for _ in range(31)] == [False] * 30 + [True]
    assert (limits.limit(CRM), limits.narrowed()) == (32, {})


def test_a_stumble_is_no_news() -> None:
    """An origin that failed once gets fewer requests for a while, and neither that nor its return is worth a word."""
    limits = OriginLimits(32)
    assert not limits.failed(CRM, 0)
    assert not any(limits.answered(CRM, 0) for _ in range(40))
    assert limits.limit(CRM) == 32


def test_one_that_comes_and_goes_is_said_once() -> None:
    """Between failing and its full limit an origin may falter as often as it likes: it has been said that it fails."""
    limits = OriginLimits(4)
    assert [limits.failed(CRM, 0), limits.failed(CRM, 0)] == [False, True]
    for _ in range(5):
        assert not limits.answered(CRM, 0)
        assert not limits.failed(CRM, 0)
    assert [limits.answered(CRM, 0) for _ in range(3)] == [False, False, True]


def test_a_limit_of_one_stays_one() -> None:
    """With one request at a time there is nothing to take away."""
    limits = OriginLimits(1)
    assert not limits.failed(CRM, 0)
    assert not limits.answered(CRM, 0)
    assert (limits.limit(CRM), limits.narrowed()) == (1, {})


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
    """A limit is never below the probe nor above the most, no origin changes another's, answers restore it."""
    limits = OriginLimits(most)
    said = {CRM: 0, SHOP: 0}
    for origin, works in history:
        other = SHOP if origin == CRM else CRM
        before, others = limits.limit(origin), limits.limit(other)
        if works:
            said[origin] -= limits.answered(origin, 0)
        else:
            said[origin] += limits.failed(origin, 0)
        after = limits.limit(origin)
        assert PROBE <= after <= most
        assert after >= before if works else after == max(PROBE, before // 2)
        assert limits.limit(other) == others
        assert said[origin] in {0, 1}
    for origin in (CRM, SHOP):
        said[origin] -= sum(limits.answered(origin, 0) for _ in range(most))
    assert limits.narrowed() == {}
    assert said == {CRM: 0, SHOP: 0}
