"""What goes over the socket."""

from pathlib import Path

import pytest

from amibridge.control.wire import Answer, socket_path
from amibridge.errors import (
    AmibridgeError,
    NotFineError,
    SettingsError,
    StoreError,
    UnavailableError,
    UsageError,
)


def test_socket_path() -> None:
    """The socket is beside the store, its name the store's with .sock."""
    assert socket_path(Path("/var/lib/amibridge/amibridge.db")) == Path("/var/lib/amibridge/amibridge.db.sock")


@pytest.mark.parametrize("kind", [NotFineError, UsageError, UnavailableError, StoreError, SettingsError])
def test_errors(kind: type[AmibridgeError]) -> None:
    """An error comes out as it went in: its kind, its exit status, its words."""
    with pytest.raises(kind, match="do this") as error:
        Answer(error="do this", status=kind.exit_status).checked()
    assert error.value.exit_status == kind.exit_status


def test_unknown_status() -> None:
    """An exit status of a later version is an error all the same."""
    with pytest.raises(AmibridgeError, match="new"):
        Answer(error="new", status=70).checked()


def test_result() -> None:
    """A result is handed out as it came."""
    assert Answer(result=[1]).checked() == [1]
