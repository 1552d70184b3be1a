"""Asterisk's own manager.conf, as far as it may be read here: AMI does not tell what a user may read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import Final

from amibridge.cli.checks.event_filter import EventFilter
from amibridge.errors import NotFineError, reason_of

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


class UnseenUserError(NotFineError):
    """What manager.conf says of the user cannot be seen from here."""

    def __init__(self, *, reason: str, cure: str) -> None:
        super().__init__(reason, cure)
        self.reason, self.cure = reason, cure

    def __str__(self) -> str:
        return f"what it may hear cannot be seen from here ({self.reason}): {self.cure}"


def read_user(path: Path | None, username: str) -> ManagerUser:
    """The user of that name.

    Args:
        path: The manager.conf; None: it is not on this host.
        username: The section's name.

    Raises:
        UnseenUserError: There is no such file, it or one that it includes cannot be read, or none has that user.
    """
    if path is None:
        raise UnseenUserError(reason="its manager.conf is elsewhere", cure="name a copy of it with --manager-conf")
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
    except OSError as error:
        raise _unreadable(path, error) from error
    user = sections.get(username)
    if user is None:
        cure = "name the file that has it with --manager-conf"
        raise UnseenUserError(reason=f"{path} has no user [{username}]", cure=cure)
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


def _unreadable(path: Path, error: OSError) -> UnseenUserError:
    file = str(error.filename or path)
    included = file != str(path)
    reason = f"{path} includes {file}, which" if included else str(path)
    reason += f" cannot be read, {reason_of(error)}"
    if isinstance(error, PermissionError):
        return UnseenUserError(reason=reason, cure="run this with sudo, or name a copy with --manager-conf")
    if included:
        return UnseenUserError(reason=reason, cure="copy that file, too, and mend its path in the #include")
    return UnseenUserError(reason=reason, cure="name a copy of it with --manager-conf")


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
        for included in _included(path.parent / include["path"].strip(), may_lack=include["kind"] is not None):
            yield from _lines(included, count)


def _included(named: Path, *, may_lack: bool) -> list[Path]:
    """The files of an #include; Asterisk takes patterns, and refuses a file that is not there unless it may lack."""
    found = sorted(Path(one) for one in glob(str(named)))  # noqa: PTH207 - Path's takes no pattern from the root
    return found if found or may_lack or has_magic(str(named)) else [named]


def _classes(values: list[str]) -> frozenset[str]:
    return frozenset(one.strip().lower() for value in values[-1:] for one in value.split(",") if one.strip())
