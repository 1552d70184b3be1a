"""What the daemon says of its health."""

from dataclasses import replace

import pytest

from amibridge.ami.facts import LinkFacts, LinkState
from amibridge.health import Health, Part
from amibridge.observation import STUCK_SECONDS, health_of

UNLISTED = (
    "calls that are missed cannot be settled, Asterisk lists no channels (Permission denied): add write ="
    " reporting to the user in manager.conf"
)


def link(
    state: LinkState = LinkState.UP, *, listing_refused: str = "", listing_missing: str = "", last_error: str = ""
) -> LinkFacts:
    """A link in that state."""
    return LinkFacts(
        state=state,
        since=1_700_000_007.0,
        down_since=1_700_000_000.0,
        version="11.0.0",
        asterisk="Asterisk 22",
        last_event_at=None,
        sessions=1,
        reconnects=0,
        inbox_overflows=0,
        messages_received=0,
        bytes_received=0,
        events_skipped=0,
        listing_refused=listing_refused,
        listing_missing=listing_missing,
        last_error=last_error,
    )


def test_since_when_it_is_not_heard() -> None:
    """Only what was heard once can be lost."""
    assert link().lost_at is None
    assert link(LinkState.WAITING).lost_at == 1_700_000_000.0
    assert replace(link(LinkState.WAITING), sessions=0).lost_at is None


def health(of: LinkFacts, *, store: str = "", commit_seconds: float = 0.0, delivery: str = "") -> Health:
    """The health that follows."""
    return health_of(of, store_problem=store, commit_seconds=commit_seconds, delivery_problem=delivery)


def test_fine() -> None:
    """All parts work."""
    found = health(link(), commit_seconds=STUCK_SECONDS)
    assert (found.ready, found.reasons, set(found.parts.values())) == (True, (), {True})


@pytest.mark.parametrize(
    ("found", "part", "reason"),
    [
        (
            health(link(LinkState.WAITING, last_error="no connection")),
            Part.LINK,
            "the PBX is not heard (waiting): no connection (since 2023-11-14 22:13:20Z)",
        ),
        (
            health(link(LinkState.CONNECTING)),
            Part.LINK,
            "the PBX is not heard (connecting): no answer yet (since 2023-11-14 22:13:20Z)",
        ),
        (
            health(link(listing_refused="Permission denied")),
            Part.LINK,
            UNLISTED,
        ),
        (
            health(link(listing_missing="Asterisk does not answer CoreShowChannels")),
            Part.LINK,
            "calls that are missed cannot be settled: Asterisk does not answer CoreShowChannels",
        ),
        (health(link(), store="the disk is full"), Part.STORE, "call events cannot be kept: the disk is full"),
        (
            health(link(), commit_seconds=12.4),
            Part.WRITER,
            "the disk has been writing one commit for 12 s: look at the system's log",
        ),
        (
            health(link(), delivery="it is locked"),
            Part.DELIVERY,
            "outcomes of deliveries cannot be kept: it is locked",
        ),
    ],
)
def test_not_ready(found: Health, part: Part, reason: str) -> None:
    """Each part says why it does not work, and is the only one that does not."""
    assert (found.ready, found.reasons) == (False, (reason,))
    assert [one for one, works in found.parts.items() if not works] == [part]


def test_all_at_once() -> None:
    """Each fault is said."""
    found = health(link(LinkState.REFUSED), store="x", commit_seconds=60, delivery="y")
    assert len(found.reasons) == 4
    assert not any(found.parts.values())
