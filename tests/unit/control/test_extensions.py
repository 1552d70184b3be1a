"""The directory, as commands see it."""

from dataclasses import replace
from pathlib import Path

import pytest

from amibridge.calls.directory import Extension, ExtensionKind
from amibridge.control.client import ask
from amibridge.control.extensions import (
    AddExtension,
    ImportExtensions,
    RemoveExtension,
    add_extension,
    import_extensions,
    list_extensions,
    remove_extension,
)
from amibridge.control.operation import Books, Nothing
from amibridge.errors import NotFineError, UsageError

QUEUE = Extension(number="300", kind=ExtensionKind.QUEUE, service="support", did="442079460001", name="Zoë", owner_id=7)
PHONE = Extension(number="300", did="442079460001", name="Zoë", owner_id=7)
NUMBERED = Extension(number="300", kind=ExtensionKind.QUEUE)
"""A queue that has no other name than its number."""


async def test_extensions(books: Books) -> None:
    """What is declared is listed until it is removed; what is not declared cannot be."""
    asked = AddExtension(number="300", kind=ExtensionKind.QUEUE, service="support", name="Zoë")
    queue = Extension(number="300", kind=ExtensionKind.QUEUE, service="support", name="Zoë")
    declared = await add_extension.perform(books, asked)
    assert (declared.before, declared.extension, declared.assignments) == (None, queue, 0)
    assert (await add_extension.perform(books, AddExtension(number="300", did="1"))).before == queue
    assert await list_extensions.perform(books, Nothing()) == [replace(queue, did="1")]
    await remove_extension.perform(books, RemoveExtension(number="300"))
    assert await list_extensions.perform(books, Nothing()) == []
    with pytest.raises(NotFineError, match="extension 300 is not declared: see 'amibridge extension list'"):
        await remove_extension.perform(books, RemoveExtension(number="300"))


@pytest.mark.parametrize(
    ("known", "said", "becomes"),
    [
        (None, AddExtension(number="300"), Extension(number="300")),
        (QUEUE, AddExtension(number="300"), QUEUE),
        (QUEUE, AddExtension(number="300", name="Yan"), replace(QUEUE, name="Yan")),
        (QUEUE, AddExtension(number="300", name="", did=""), replace(QUEUE, name="", did="")),
        (QUEUE, AddExtension(number="300", owner_id=8), replace(QUEUE, owner_id=8)),
        (QUEUE, AddExtension(number="300", disown=True), replace(QUEUE, owner_id=None)),
        (QUEUE, AddExtension(number="300", service="sales"), replace(QUEUE, service="sales")),
        (QUEUE, AddExtension(number="300", kind=ExtensionKind.QUEUE), QUEUE),
        (QUEUE, AddExtension(number="300", kind=ExtensionKind.PHONE), PHONE),
        (PHONE, AddExtension(number="300", kind=ExtensionKind.QUEUE, service="support"), QUEUE),
        (NUMBERED, AddExtension(number="300", name="Zoë"), replace(NUMBERED, name="Zoë")),
    ],
)
def test_what_is_not_said_stays(known: Extension | None, said: AddExtension, becomes: Extension) -> None:
    """Owner, name, DID and service are lost only to whoever says so; a phone has no service."""
    assert said.applied_to(known) == becomes


@pytest.mark.parametrize(
    ("known", "said", "words"),
    [
        (None, AddExtension(number="300", service="x"), "--service is for queues, conferences and IVRs"),
        (QUEUE, AddExtension(number="300", kind=ExtensionKind.PHONE, service="x"), "--service is for queues"),
        (None, AddExtension(number="300", kind=ExtensionKind.QUEUE), "which queue"),
        (PHONE, AddExtension(number="300", kind=ExtensionKind.IVR), "which ivr"),
        (QUEUE, AddExtension(number="300", kind=ExtensionKind.CONFERENCE), "which conference"),
        (QUEUE, AddExtension(number="300", service=""), "which queue"),
    ],
)
async def test_services(books: Books, known: Extension | None, said: AddExtension, words: str) -> None:
    """What has a service needs one, and a phone has none; nothing is changed by asking wrongly."""
    if known:
        await books.extensions.add(replace(known, owner_id=None))
    before = books.extensions.all()
    with pytest.raises(UsageError, match=words):
        await add_extension.perform(books, said)
    assert books.extensions.all() == before


async def test_import(daemon: Path, books: Books) -> None:
    """A large PBX's extensions go over the socket at once; those that were changed come back as they are then."""
    await add_extension.perform(books, AddExtension(number="10000", did="442079460001"))
    found = [Extension(number=str(10_000 + number), name="Ä" * 80) for number in range(3000)]
    changed = await ask(daemon, import_extensions, ImportExtensions(extensions=found))
    assert changed == [Extension(number="10000", name="Ä" * 80, did="442079460001"), *found[1:]]
    assert books.extensions.all() == changed
    assert await ask(daemon, import_extensions, ImportExtensions(extensions=found)) == []
