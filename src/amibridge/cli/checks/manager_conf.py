"""Asterisk's own manager.conf, as far as it may be read here: AMI does not tell what a user may read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from amibridge.cli.checks.event_filter import EventFilter

MANAGER_CONF: Final = Path("/etc/asterisk/manager.conf")

_SECTION: Final = re.compile(r"\[(?P<name>[^\]]+)\](\((?P<options>[^)]*)\))?")
_INCLUDE: Final = re.compile(r'#(?P<kind>try)?include\s+[<"]?(?P<path>[^>"]+)[>"]?')
_MOST_FILES: Final = 100
_FILTER: Final = re.compile(r"eventfilter\s*(\((?P<criteria>.*)\))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerUser:
    """What manager.conf says of a user, and of all."""

    read: frozenset[str]
    """Classes of events that it hears; ``all`` for all."""
    write: frozenset[str]
    timestamps: bool
    """``timestampevents`` of the general section."""
    filters: tuple[EventFilter, ...] = ()
    """Its ``eventfilter`` lines."""
    channel_variables: frozenset[str] = frozenset()
    """``channelvars`` of the general section."""


def read_user(path: Path, username: str) -> ManagerUser | None:
    """The user of that name; None when a file cannot be read, or none has it."""
    sections: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] = {}
    try:
        for line in _lines(path, [0]):
            header = _SECTION.match(line)
            if header:
                section = sections.setdefault(header["name"], {})
                for template in (header["options"] or "").split(","):
                    for key, values in sections.get(template.strip(), {}).items():
                        section.setdefault(key, []).extend(values)
            elif "=" in line:
                key, _, value = line.partition("=")
                section.setdefault(key.strip().lower(), []).append(value.removeprefix(">").strip())
    except OSError:
        return None
    user = sections.get(username)
    if user is None:
        return None
    general = sections.get("general", {})
    timestamps = general.get("timestampevents", ["no"])[-1]
    return ManagerUser(
        read=_classes(user.get("read", [])),
        write=_classes(user.get("write", [])),
        timestamps=timestamps.lower() in {"yes", "true", "y", "t", "1", "on"},
        filters=tuple(_filters(user)),
        channel_variables=frozenset(
            one.strip() for value in general.get("channelvars", []) for one in value.split(",") if one.strip()
        ),
    )


def _filters(user: Mapping[str, Sequence[str]]) -> Iterator[EventFilter]:
    for key, values in user.items():
        found = _FILTER.fullmatch(key)
        if found:
            for value in values:
                yield EventFilter(criteria=found["criteria"] or "", expression=value)


def _lines(path: Path, count: list[int]) -> Iterator[str]:
    """The lines of a file of Asterisk's, with those of the files that it includes; without comments."""
    count[0] += 1
    if count[0] > _MOST_FILES:
        return
    for line in path.read_text("utf-8", "replace").splitlines():
        text = line.partition(";")[0].strip()
        include = _INCLUDE.fullmatch(text)
        if include is None:
            yield text
            continue
        for included in sorted(
            path.parent.glob(include["path"].strip())
            if not include["path"].startswith("/")
            else [Path(include["path"])]
        ):
            yield from _lines(included, count)


def _classes(values: list[str]) -> frozenset[str]:
    return frozenset(one.strip().lower() for value in values[-1:] for one in value.split(",") if one.strip())
