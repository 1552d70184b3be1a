"""The extensions of which something is listed, and how it is looked up: one extension after the other, or all rows."""

import json
from collections.abc import Set as AbstractSet
from typing import Final

FEW_EXTENSIONS: Final = 64
"""Of so many extensions the rows are looked up one by one; of more, all rows are gone through."""


def is_few(numbers: AbstractSet[str] | None) -> bool:
    """Whether to look them up one by one; None are all extensions."""
    return numbers is not None and len(numbers) <= FEW_EXTENSIONS


def as_bound(numbers: AbstractSet[str] | None) -> str | None:
    """The extensions as the queries take them: a JSON list, or NULL for all."""
    return None if numbers is None else json.dumps(sorted(numbers))
