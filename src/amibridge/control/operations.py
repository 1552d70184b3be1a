"""All operations by name."""

from collections.abc import Mapping
from typing import Any, Final

from amibridge.control import accounts, deliveries, extensions, status
from amibridge.control.operation import Operation

OPERATIONS: Final[Mapping[str, Operation[Any, Any]]] = {
    one.name: one
    for module in (accounts, deliveries, extensions, status)
    for one in vars(module).values()
    if isinstance(one, Operation)
}
