"""What goes over the control socket: one line of JSON there, one line back; what is followed comes after that."""

from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from amibridge.errors import (
    AmibridgeError,
    NotFineError,
    SettingsError,
    StoreError,
    UnavailableError,
    UsageError,
)

REQUEST_BYTES: Final = 8 * 1024 * 1024
"""An import declares all extensions at once, a hundred bytes each: all or none of them."""
REQUEST_SECONDS: Final = 10.0

_BY_STATUS: Final[dict[int, type[AmibridgeError]]] = {
    one.exit_status: one for one in (NotFineError, UsageError, UnavailableError, StoreError, SettingsError)
}


class Request(BaseModel):
    """What is to be done."""

    operation: str
    arguments: Any


class Answer(BaseModel):
    """What came of it: a result, or an error's text and exit status."""

    result: Any = None
    error: str = ""
    status: int = 0

    def checked(self) -> Any:
        """The result.

        Raises:
            AmibridgeError: An error came instead; it keeps its exit status.
        """
        if self.status:
            raise _BY_STATUS.get(self.status, AmibridgeError)(self.error)
        return self.result


def refusal(error: AmibridgeError) -> Answer:
    """The answer that an error comes to."""
    return Answer(error=str(error), status=error.exit_status)


def socket_path(store_path: Path) -> Path:
    """Where the daemon of that store listens."""
    return store_path.with_name(f"{store_path.name}.sock")
