"""The directory, as commands see it."""

import pytest

from amibridge.calls.directory import Extension, ExtensionKind
from amibridge.control.extensions import ExtensionNumber, add_extension, list_extensions, remove_extension
from amibridge.control.operation import Books, Nothing
from amibridge.errors import NotFineError


async def test_extensions(books: Books) -> None:
    """What is declared is listed until it is removed; what is not declared cannot be."""
    queue = Extension(number="300", kind=ExtensionKind.QUEUE, service="support", name="Zoë")
    await add_extension.perform(books, queue)
    assert await list_extensions.perform(books, Nothing()) == [queue]
    await remove_extension.perform(books, ExtensionNumber(number="300"))
    assert await list_extensions.perform(books, Nothing()) == []
    with pytest.raises(NotFineError, match="extension 300 is not declared: see 'amibridge extension list'"):
        await remove_extension.perform(books, ExtensionNumber(number="300"))
