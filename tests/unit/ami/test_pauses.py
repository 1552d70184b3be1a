"""Pauses between attempts."""

import pytest

from amibridge.ami.pauses import Pauses


def test_pauses_grow() -> None:
    """Each pause is longer than the one before, up to the last."""
    pauses = Pauses(1.0, 30.0, dice=lambda: 0.0)
    assert [pauses.next() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_reset() -> None:
    """After a good session the first pause is short again."""
    pauses = Pauses(1.0, 30.0, dice=lambda: 0.0)
    pauses.next()
    pauses.reset()
    assert pauses.next() == 1


def test_jitter_is_added() -> None:
    """Links that were lost at the same moment do not come back at the same moment."""
    pauses = Pauses(10.0, 10.0, dice=iter([0.0, 0.5, 1.0]).__next__)
    assert [pauses.next() for _ in range(3)] == [10, pytest.approx(11), pytest.approx(12)]
