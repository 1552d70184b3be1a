"""The latest entries, and what a reader is given of them."""

from hypothesis import given
from hypothesis import strategies as st

from amibridge.stream.ring import Ring


@given(
    size=st.integers(1, 5),
    steps=st.lists(st.tuples(st.sampled_from(["add", "skip"]), st.integers(1, 3)), max_size=20),
    at=st.integers(0, 30),
    limit=st.integers(1, 4),
)
def test_it_gives_all_or_says_that_it_cannot(size: int, steps: list[tuple[str, int]], at: int, limit: int) -> None:
    """Against a list of everything: the next entries after a position, or None when some of them are gone."""
    ring: Ring[int] = Ring(size)
    everything: list[int] = []
    position = 0
    for step, distance in steps:
        position += distance
        if step == "add":
            ring.add(position, position)
        else:
            ring.skip_to(position)
        everything.append(position)
    found = ring.after(at, limit)
    if found is not None:
        assert [entry for _, entry in found] == [one for one in everything if one > at][:limit]
    else:
        assert at < ring.start
    assert len(ring._kept) <= size
    assert ring.after(ring.last, limit) == []
