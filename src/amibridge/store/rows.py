"""Call events as rows of the journal and back; what cannot be read back exactly is no event."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

import structlog

from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType
from amibridge.calls.journal import JournalEntry

log = structlog.get_logger(__name__)


def event_row(event: CallEvent) -> dict[str, Any]:
    """The journal's columns of an event."""
    return {
        "event_id": event.event_id,
        "type": int(event.type),
        "extension": event.extension,
        "call_id": event.call_id,
        "flow": event.flow.value,
        "status": event.status.value,
        "caller_id_num": event.caller_id_num,
        "caller_id_name": event.caller_id_name,
        "caller_extension": event.caller_extension,
        "called_extension": event.called_extension,
        "called_number": event.called_number,
        "called_did": event.called_did,
        "call_api_id": event.call_api_id,
        "at": event.at,
        "recovered": event.recovered,
    }


def event_of(row: Mapping[str, Any] | sqlite3.Row) -> CallEvent:
    """The event of which those are the columns.

    Raises:
        KeyError, IndexError, TypeError, ValueError: They are damaged.
    """
    at = row["at"]
    return CallEvent(
        event_id=_text(row["event_id"]),
        type=EventType(row["type"]),
        extension=_text(row["extension"]),
        call_id=_text(row["call_id"]),
        flow=CallFlow(row["flow"]),
        status=CallStatus(row["status"]),
        caller_id_num=_text(row["caller_id_num"]),
        caller_id_name=_text(row["caller_id_name"]),
        caller_extension=_text(row["caller_extension"]),
        called_extension=_text(row["called_extension"]),
        called_number=_text(row["called_number"]),
        called_did=_text(row["called_did"]),
        call_api_id=_text(row["call_api_id"]),
        at=None if at is None else float(at),
        recovered=bool(row["recovered"]),
    )


def entries_of(rows: Iterable[sqlite3.Row]) -> list[JournalEntry]:
    """The journal's entries of which those are the rows; damaged ones are logged and left out."""
    entries: list[JournalEntry] = []
    for row in rows:
        try:
            event = event_of(row)
        except (TypeError, ValueError):
            log.warning("journal_entry_damaged", entry_id=row["id"])
        else:
            entries.append(JournalEntry(entry_id=row["id"], event=event, recorded_at=row["recorded_at"]))
    return entries


def decode(raw: bytes) -> str:
    """Text as it stands in the file; bytes that are no UTF-8 become lone surrogates, which ``event_of`` refuses."""
    return raw.decode("utf-8", "surrogateescape")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        msg = "a text is missing"
        raise TypeError(msg)
    value.encode()
    return value
