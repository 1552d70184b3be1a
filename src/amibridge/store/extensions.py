"""The directory of extensions, on disk and in memory."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from amibridge.calls.directory import Directory, Extension, ExtensionKind
from amibridge.errors import NotFineError
from amibridge.store.database import Store, open_to_read
from amibridge.store.queries import load
from amibridge.store.writer import Writer

_SQL: Final = load("extensions")


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
        """Declare an extension, or declare it anew.

        Raises:
            NotFineError: Its owner is no account.
        """
        row = _row(extension)

        async def work(writer: Writer) -> None:
            if extension.owner_id is not None and not await writer.rows(_SQL["owner_is_there"], row):
                raise NotFineError(f"there is no account {extension.owner_id}: see 'amibridge account list'")
            await writer.execute(_SQL["put"], row)

        await self._store.write(work, then=lambda _: self.directory.put(extension))

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

    async def remove(self, number: str) -> bool:
        """Forget a declared extension; returns whether there was one. Its assignments stay."""
        return bool(
            await self._store.write(
                lambda writer: writer.execute(_SQL["remove"], {"number": number}),
                then=lambda _: self.directory.remove(number),
            )
        )

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
