"""The store's SQL: one file a table family, each query named and described; no SQL stands in Python."""

import re
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Final

_NAME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_COMMENT: Final = re.compile(r"^--.*\n", re.MULTILINE)


def load(family: str) -> Mapping[str, str]:
    """The queries of one family by name: what follows ``-- name: NAME`` up to the next one."""
    _, *parts = _NAME.split(files(__name__).joinpath(f"{family}.sql").read_text(encoding="utf-8"))
    queries = (_COMMENT.sub("", part).strip() for part in parts[1::2])
    return MappingProxyType(dict(zip(parts[::2], queries, strict=True)))
