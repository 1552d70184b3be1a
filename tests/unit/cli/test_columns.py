"""Tables on a terminal: whatever the names are, what belongs together stands together."""

import pytest
from rich.cells import cell_len

from amibridge.cli.columns import aligned, fitted

NAMES = ["Zoë", "日本太郎", "📞 phone", "e\u0301te\u0301", "한국어", "plain"]


def test_wide_characters() -> None:
    """A column begins at the same place in each line, however wide the characters before it are."""
    lines = aligned([("NAME", "ID"), *((name, "7") for name in NAMES)])
    places = {cell_len(line[: line.rindex(" ")]) for line in lines}
    assert len(places) == 1


def test_the_last_column_is_not_filled_up() -> None:
    """Blanks at the end of lines would wrap, and be copied."""
    assert aligned([("a", "b"), ("aaa", "bbb"), ("", "")]) == ["a    b", "aaa  bbb", ""]


TABLE = [["ID", "CLIENT ID", "NAME"], ["1", "f" * 32, "n" * 80]]


@pytest.mark.parametrize(
    ("width", "shorten", "widths"),
    [
        (200, (2,), (2, 32, 80)),
        (60, (2,), (2, 32, 22)),
        (40, (2,), (2, 32, 12)),
        (60, (), (2, 32, 80)),
        (48, (1, 2), (2, 21, 21)),
    ],
)
def test_cut(width: int, shorten: tuple[int, ...], widths: tuple[int, ...]) -> None:
    """The widest of the columns that may be cut gives way until the line fits, but something of it remains."""
    cut = fitted(TABLE, width, shorten)
    assert tuple(max(len(cell) for cell in column) for column in zip(*cut, strict=True)) == widths
    for before, after in zip(TABLE[1], cut[1], strict=True):
        assert after == before or (after.endswith("…") and before.startswith(after[:-1]))


def test_cut_between_wide_characters() -> None:
    """Half a character is none: the line fits all the same."""
    cut = fitted([["NAME"], ["日" * 40]], 20, (0,))
    assert cut[1][0] == f"{'日' * 9}…"
    assert cell_len(cut[1][0]) <= 20
