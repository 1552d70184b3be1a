"""Brings a store's file to the schema that this amibridge knows; a newer or foreign file is refused untouched."""

import asyncio
from pathlib import Path
from typing import Final

import aiosqlite
import structlog

from amibridge.store.connections import check_whole, connect
from amibridge.store.failures import NewerStoreError, UnusableStoreError
from amibridge.store.files import name_for_good, new_file_beside, sync
from amibridge.store.schema import migrations, statements

APPLICATION_ID: Final = 0x616D6962
"""Says in the file's header that it is amibridge's: "amib"."""

log = structlog.get_logger(__name__)


async def version_of(connection: aiosqlite.Connection, path: Path) -> int:
    """The schema version of a store, 0 for an empty file; touches nothing, whatever the file is.

    Raises:
        NewerStoreError: A later amibridge wrote the store.
        UnusableStoreError: The file is another program's database.
        sqlite3.Error: SQLite failed; the file may be no database at all.
    """
    empty = not await connection.execute_fetchall("SELECT 1 FROM sqlite_schema LIMIT 1")
    if not empty and await _pragma(connection, "application_id") != APPLICATION_ID:
        raise UnusableStoreError(
            path=path, problem="it is another program's database", cure="set [store] path to amibridge's own file"
        )
    found = await _pragma(connection, "user_version")
    known = max(migrations())
    if found > known:
        raise NewerStoreError(path=path, found=found, known=known)
    return found


async def migrate(connection: aiosqlite.Connection, path: Path, found: int) -> None:
    """Migrate step by step, each in one transaction; an existing store is copied before.

    Args:
        connection: Without an open transaction, foreign keys not enforced yet (a migration may rebuild a table).
        path: The store's file, for the copy and for errors.
        found: The version that it has now.

    Raises:
        UnusableStoreError: The copy cannot be written, or the rows do not fit the new schema.
        sqlite3.Error: SQLite failed; the store is of the version of the last step that was done.
    """
    known = migrations()
    if 0 < found < max(known):
        copy = path.with_name(f"{path.name}.v{found:04}")
        await copy_into(connection, copy)
        log.info("store_upgrading", version=found, to_version=max(known), copy=str(copy))
    for version, script in known.items():
        if version > found:
            await _step(connection, path, version, script)


async def copy_into(connection: aiosqlite.Connection, target: Path, *, replacing: bool = True) -> None:
    """Write a copy of the store to a file, whole and checked or not at all.

    Args:
        connection: To the store.
        target: The file.
        replacing: A former file of that name is replaced.

    Raises:
        UnusableStoreError: The file cannot be written, or what was written is damaged.
        FileExistsError: There is such a file, and it is not to be replaced.
        sqlite3.Error: SQLite failed.
        OSError: The file system failed.
    """
    part = await asyncio.to_thread(new_file_beside, target)
    try:
        await connection.execute_fetchall("VACUUM INTO ?", (str(part),))
        async with connect(part, mode="ro") as copy:
            await check_whole(copy, target)
        await asyncio.to_thread(sync, part)
        if replacing:
            await asyncio.to_thread(part.replace, target)
        else:
            await asyncio.to_thread(name_for_good, part, target)
        await asyncio.to_thread(sync, target)
    finally:
        await asyncio.to_thread(part.unlink, missing_ok=True)


async def _step(connection: aiosqlite.Connection, path: Path, version: int, script: str) -> None:
    await connection.execute_fetchall("BEGIN IMMEDIATE")
    try:
        for statement in statements(script):
            await connection.execute_fetchall(statement)
        if await connection.execute_fetchall("PRAGMA foreign_key_check"):
            raise UnusableStoreError(
                path=path,
                problem=f"rows refer to missing rows, it stays of version {version - 1}",
                cure="go on with the former amibridge, or restore a backup",
            )
        await connection.execute_fetchall(f"PRAGMA user_version = {version}")
        await connection.execute_fetchall(f"PRAGMA application_id = {APPLICATION_ID}")
        await connection.execute_fetchall("COMMIT")
    finally:
        if connection.in_transaction:
            await connection.execute_fetchall("ROLLBACK")


async def _pragma(connection: aiosqlite.Connection, name: str) -> int:
    ((value,),) = await connection.execute_fetchall(f"PRAGMA {name}")
    return int(value)
