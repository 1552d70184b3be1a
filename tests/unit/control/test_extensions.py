"""The directory, as commands see it."""

from pathlib import Path

import pytest

from amibridge.calls.directory import Extension, ExtensionKind
from amibridge.control.client import ask
from amibridge.control.extensions import (
    ExtensionNumber,
    ImportExtensions,
    add_extension,
    import_extensions,
    list_extensions,
    remove_extension,
)
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


async def test_import(daemon: Path, books: Books) -> None:
    """A large PBX's extensions go over the socket at once; those that were changed come back as they are then."""
    await add_extension.perform(books, Extension(number="10000", did="442079460001"))
    found = [Extension(number=str(10_000 + number), name="Ä" * 80) for number in range(3000)]
    changed = await ask(daemon, import_extensions, ImportExtensions(extensions=found))
    assert changed == [Extension(number="10000", name="Ä" * 80, did="442079460001"), *found[1:]]
    assert books.extensions.all() == changed
    assert await ask(daemon, import_extensions, ImportExtensions(extensions=found)) == []
