"""The directory on disk and in memory agree."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from amibridge.accounts.tree import AccountKind
from amibridge.calls.directory import Extension, ExtensionKind
from amibridge.errors import StoreError
from amibridge.store.accounts import AccountBook
from amibridge.store.assignments import AssignmentBook
from amibridge.store.database import Store
from amibridge.store.extensions import Declared, ExtensionBook, read_directory
from amibridge.store.refusals import AssignedError, HandedOverError, MissingError
from tests.unit.store.samples import HOOK

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
    with pytest.raises(MissingError, match="there is no account 7"):
        await book.add(Extension(number="210", owner_id=7))
    assert book.all() == []


async def test_changing(store: Store) -> None:
    """Whoever changes an extension is given what is declared, and told what became of it; a refusal changes nothing."""
    book = await ExtensionBook.open(store)
    declared = await book.change("210", lambda before: replace(before or PLAIN, name="Zoë"))
    zoe = replace(PLAIN, name="Zoë")
    assert declared == Declared(extension=zoe, before=None, assignments=0)
    await (await AssignmentBook.open(store)).create(HOOK)
    declared = await book.change("210", lambda before: replace(before or PLAIN, did="1"), unless_assigned=True)
    assert declared == Declared(extension=replace(zoe, did="1"), before=zoe, assignments=1)

    def refuse(_: Extension | None) -> Extension:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await book.change("210", refuse)
    assert book.all() == [replace(zoe, did="1")] == (await ExtensionBook.open(store)).all()


async def test_assignments_stay_with_their_owner(store: Store) -> None:
    """Where assignments are, the owner is changed, and the extension forgotten, only by whoever says so."""
    accounts, book = await AccountBook.open(store), await ExtensionBook.open(store)
    ada, bea = [(await accounts.add_account(AccountKind.ADMINISTRATOR, name)).account_id for name in ("Ada", "Bea")]
    await (await AssignmentBook.open(store)).create(HOOK)

    async def give(owner_id: int | None) -> None:
        await book.change("210", lambda _: replace(PLAIN, owner_id=owner_id), unless_assigned=True)

    await give(ada)
    await give(ada)
    for other in (bea, None):
        with pytest.raises(HandedOverError, match=f"extension 210 is account {ada}'s, with 1 assignment"):
            await give(other)
    with pytest.raises(AssignedError, match="extension 210 has 1 assignment"):
        await book.remove("210", unless_assigned=True)
    assert book.all() == [replace(PLAIN, owner_id=ada)] == (await ExtensionBook.open(store)).all()
    assert await book.remove("999", unless_assigned=True) is False
    assert await book.remove("210") is True


async def test_a_replay_reads_the_directory_beside_the_daemon(store: Store, path: Path) -> None:
    """The directory of a store that is in use can be read without disturbing it."""
    await (await ExtensionBook.open(store)).add(SUPPORT)
    assert (await read_directory(path)).did("0003*400") == "442079460001"
    with pytest.raises(StoreError):
        await read_directory(path.with_name("missing.db"))
