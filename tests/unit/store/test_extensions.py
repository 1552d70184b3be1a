"""The directory on disk and in memory agree."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from amibridge.accounts.tree import AccountKind
from amibridge.calls.directory import Extension, ExtensionKind
from amibridge.errors import NotFineError, StoreError
from amibridge.store.accounts import AccountBook
from amibridge.store.database import Store
from amibridge.store.extensions import ExtensionBook, read_directory

SUPPORT = Extension(
    number="0003*400", kind=ExtensionKind.QUEUE, service="support", did="442079460001", name="Zoës Helfer"
)
PLAIN = Extension(number="210")


async def test_an_extension_comes_back_as_it_was(path: Path) -> None:
    """Declared once or anew, every field survives a restart."""
    async with Store.open(path) as store:
        book = await ExtensionBook.open(store)
        owner = await (await AccountBook.open(store)).add_account(AccountKind.ADMINISTRATOR, "Ada")
        owned = Extension(number="211", owner_id=owner.account_id)
        for extension in (Extension(number="0003*400"), PLAIN, owned, SUPPORT):
            await book.add(extension)
        assert book.all() == [SUPPORT, PLAIN, owned]
    async with Store.open(path) as store:
        assert (await ExtensionBook.open(store)).all() == [SUPPORT, PLAIN, owned]


async def test_importing(path: Path) -> None:
    """What is not declared is declared, a missing name is filled in; what somebody has declared stays as it is."""
    async with Store.open(path) as store:
        book = await ExtensionBook.open(store)
        owner = await (await AccountBook.open(store)).add_account(AccountKind.ADMINISTRATOR, "Ada")
        nameless = Extension(number="201", did="442079460002", owner_id=owner.account_id)
        named, ivr = Extension(number="202", name="Hall"), Extension(number="203", kind=ExtensionKind.IVR, service="m")
        for extension in (nameless, named, ivr, SUPPORT):
            await book.add(extension)
        found = [Extension(number=number, name=f"Phone {number}") for number in ("201", "202", "203", "204")]
        other_queue = Extension(number=SUPPORT.number, kind=ExtensionKind.QUEUE, service="other", name="Other")
        changed = [replace(nameless, name="Phone 201"), found[3]]
        assert await book.import_([*found, other_queue]) == changed
        assert await book.import_([*found, other_queue]) == []
        assert book.all() == [SUPPORT, changed[0], named, ivr, changed[1]]
    async with Store.open(path) as store:
        assert (await ExtensionBook.open(store)).all() == [SUPPORT, changed[0], named, ivr, changed[1]]


async def test_importing_all_or_nothing(store: Store) -> None:
    """One that the store refuses leaves none behind."""
    book = await ExtensionBook.open(store)
    with pytest.raises(sqlite3.IntegrityError):
        await book.import_([PLAIN, Extension(number="")])
    assert book.all() == [] == (await ExtensionBook.open(store)).all()


async def test_removing(store: Store) -> None:
    """A removed extension is gone from disk and memory; one that was never there is no error."""
    book = await ExtensionBook.open(store)
    await book.add(PLAIN)
    assert await book.remove("210") is True
    assert await book.remove("210") is False
    assert book.all() == [] == (await ExtensionBook.open(store)).all()


async def test_an_owner_must_exist(store: Store) -> None:
    """An extension of nobody's account is refused, and nothing is declared."""
    book = await ExtensionBook.open(store)
    with pytest.raises(NotFineError, match="there is no account 7"):
        await book.add(Extension(number="210", owner_id=7))
    assert book.all() == []


async def test_a_replay_reads_the_directory_beside_the_daemon(store: Store, path: Path) -> None:
    """The directory of a store that is in use can be read without disturbing it."""
    await (await ExtensionBook.open(store)).add(SUPPORT)
    assert (await read_directory(path)).did("0003*400") == "442079460001"
    with pytest.raises(StoreError):
        await read_directory(path.with_name("missing.db"))
