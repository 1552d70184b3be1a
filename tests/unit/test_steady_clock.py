"""The clock that jumps only when it is told to."""

from dataclasses import dataclass

from amibridge.steady_clock import SteadyClock


@dataclass
class Host:
    """A host whose time can be set."""

    wall: float = 1_000_000.0
    steady: float = 50.0

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.wall += seconds
        self.steady += seconds


def test_it_goes_on_while_the_hosts_clock_is_set() -> None:
    """A step is known, and nothing else changes until it is followed."""
    host = Host()
    clock = SteadyClock(lambda: host.wall, lambda: host.steady)
    host.pass_by(5)
    assert (clock(), clock.step_seconds()) == (1_000_005.0, 0.0)
    host.wall -= 3600
    host.pass_by(2)
    assert (clock(), clock.step_seconds()) == (1_000_007.0, -3600.0)
    clock.follow(-3600.0)
    assert (clock(), clock.step_seconds(), clock.followed_seconds) == (host.wall, 0.0, -3600.0)


def test_small_differences_are_no_steps() -> None:
    """They are taken over as they come, and do not add up to one."""
    host = Host()
    clock = SteadyClock(lambda: host.wall, lambda: host.steady)
    for _ in range(10):
        host.wall += 0.4
        assert clock.step_seconds() == 0.0
    assert clock() == host.wall
    assert clock.followed_seconds == 0.0
