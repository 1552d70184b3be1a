"""The directory of extensions, on disk and in memory."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from amibridge.calls.directory import Directory, Extension, ExtensionKind
from amibridge.store.database import Store, open_to_read
from amibridge.store.queries import load
from amibridge.store.refusals import AssignedError, HandedOverError, MissingError
from amibridge.store.writer import Writer

_SQL: Final = load("extensions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What became of an extension that was declared."""

    extension: Extension
    before: Extension | None
    """As it was declared before; None: it was not."""
    assignments: int
    """How many assignments it has."""


class ExtensionBook:
    """All declared extensions; made by ``ExtensionBook.open``.

    Args:
        store: Where they are kept.
        directory: The same in memory; changed right after each commit.
    """

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self.directory = directory

    @classmethod
    async def open(cls, store: Store, directory: Directory | None = None) -> "ExtensionBook":
        """The directory as the store has it, read into ``directory`` when there is one already."""
        directory = Directory() if directory is None else directory
        for row in await store.read(_SQL["all"]):
            directory.put(_extension_of(row))
        return cls(store, directory)

    async def add(self, extension: Extension) -> None:
        """Declare an extension, whatever was declared of it before.

        Raises:
            RefusedError: Its owner is no account.
        """
        await self.change(extension.number, lambda _: extension)

    async def change(
        self, number: str, changed: Callable[[Extension | None], Extension], *, unless_assigned: bool = False
    ) -> Declared:
        """Declare an extension, or change what is declared of it.

        Args:
            number: Which.
            changed: Makes of what is declared, if anything is, what is to be; what it raises is raised, and changes
                nothing.
            unless_assigned: Do not take an extension that has assignments from its owner.

        Raises:
            RefusedError: The new owner is no account, or the former one still has assignments there.
        """

        async def work(writer: Writer) -> Declared:
            rows = await writer.rows(_SQL["one"], {"number": number})
            before = _extension_of(rows[0]) if rows else None
            extension = changed(before)
            row = _row(extension)
            if extension.owner_id is not None and not await writer.rows(_SQL["owner_is_there"], row):
                raise MissingError(what="account", key=extension.owner_id)
            count = await _assigned(writer, number)
            owner_id = before.owner_id if before else None
            if unless_assigned and count and owner_id is not None and owner_id != extension.owner_id:
                raise HandedOverError(number=number, count=count, owner_id=owner_id)
            await writer.execute(_SQL["put"], row)
            return Declared(extension=extension, before=before, assignments=count)

        return await self._store.write(work, then=lambda declared: self.directory.put(declared.extension))

    async def import_(self, extensions: Sequence[Extension]) -> list[Extension]:
        """Declare those that are not declared yet, and fill in missing names, all of it or nothing.

        Returns:
            Those that were changed, as they are now; whatever else is declared stays as it is.
        """

        async def work(writer: Writer) -> list[Extension]:
            return [
                _extension_of(row)
                for extension in extensions
                for row in await writer.rows(_SQL["import"], _row(extension))
            ]

        return await self._store.write(work, then=self._put_all)

    async def remove(self, number: str, *, unless_assigned: bool = False) -> bool:
        """Forget a declared extension; returns whether there was one.

        Args:
            number: Which.
            unless_assigned: Not when it has assignments; else they stay.

        Raises:
            RefusedError: It has assignments.
        """

        async def work(writer: Writer) -> bool:
            removed = bool(await writer.execute(_SQL["remove"], {"number": number}))
            count = await _assigned(writer, number) if removed and unless_assigned else 0
            if count:
                raise AssignedError(what="extension", key=number, count=count, extensions=[number])
            return removed

        return await self._store.write(work, then=lambda _: self.directory.remove(number))

    def all(self) -> list[Extension]:
        """All declared extensions, by number."""
        return self.directory.all()

    def _put_all(self, extensions: Iterable[Extension]) -> None:
        for extension in extensions:
            self.directory.put(extension)


async def read_directory(path: Path) -> Directory:
    """The directory of a store that another process may have open.

    Raises:
        StoreError: The store cannot be read.
    """
    async with open_to_read(path) as connection:
        return Directory(_extension_of(row) for row in await connection.execute_fetchall(_SQL["all"]))


async def _assigned(writer: Writer, number: str) -> int:
    ((count,),) = await writer.rows(_SQL["assigned"], {"number": number})
    return int(count)


def _row(extension: Extension) -> dict[str, Any]:
    return {
        "number": extension.number,
        "kind": extension.kind.value,
        "service": extension.service,
        "did": extension.did,
        "name": extension.name,
        "owner_id": extension.owner_id,
    }


def _extension_of(row: sqlite3.Row) -> Extension:
    return Extension(
        number=row["number"],
        kind=ExtensionKind(row["kind"]),
        service=row["service"],
        did=row["did"],
        name=row["name"],
        owner_id=row["owner_id"],
    )
