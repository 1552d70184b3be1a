"""Cells below each other, whatever width a terminal gives their characters."""

from collections.abc import Collection, Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size

GAP: Final = "  "
_CUT: Final = "…"
_LEAST_WIDTH: Final = 12
"""A column is not shortened below this: a line that is still too long is the lesser evil."""

Lines = Sequence[Sequence[str]]


def aligned(lines: Lines) -> list[str]:
    """Each line's cells at the same places; the last one is not filled up."""
    widths = _widths(lines)
    return [
        GAP.join(f"{cell}{' ' * (width - cell_len(cell))}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]


def fitted(lines: Lines, width: int, shorten: Collection[int]) -> list[list[str]]:
    """The lines, with the cells of some columns cut so that a line fits, if it can.

    Args:
        lines: Cells, all lines of as many.
        width: Of the terminal.
        shorten: The columns that may be cut; the widest is cut first.
    """
    widths = _widths(lines)
    over = sum(widths) + len(GAP) * (len(widths) - 1) - width
    while over > 0:
        widest = max(shorten, key=lambda column: widths[column], default=None)
        if widest is None or widths[widest] <= _LEAST_WIDTH:
            break
        widths[widest] -= 1
        over -= 1
    return [[_cut(cell, width) for cell, width in zip(line, widths, strict=True)] for line in lines]


def _widths(lines: Lines) -> list[int]:
    return [max(map(cell_len, column)) for column in zip(*lines, strict=True)]


def _cut(cell: str, width: int) -> str:
    return cell if cell_len(cell) <= width else f"{set_cell_size(cell, width - 1).rstrip()}{_CUT}"
