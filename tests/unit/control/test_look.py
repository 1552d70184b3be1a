"""A look at a store that changes nothing."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from amibridge.calls.directory import Extension
from amibridge.control.client import perform
from amibridge.control.extensions import AddExtension, add_extension
from amibridge.control.look import KNOWN_VERSION, StoreLook, look
from amibridge.store.database import Store
from tests.unit.store.samples import unprivileged

PHONE = Extension(number="210")
ADD = AddExtension(number="210")


async def test_nothing_there(tmp_path: Path) -> None:
    """A store need not be there; its directory must, and be writable."""
    found = await look(tmp_path / "a.db")
    assert found.room is not None
    assert found == StoreLook(exists=False, room=found.room)
    assert (found.room.size_bytes, found.room.reserve_bytes) == (0, 0)
    assert (await look(tmp_path / "none" / "a.db")).problem.startswith(
        f"there is no directory {tmp_path}/none: make it"
    )
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - names alone


async def test_a_store(store_path: Path) -> None:
    """The directory in it is seen, also while a daemon has it open."""
    await perform(store_path, add_extension, ADD)
    found = await look(store_path)
    assert found.room is not None
    assert found == StoreLook(exists=True, extensions=(PHONE,), version=KNOWN_VERSION, room=found.room)
    assert found.room.size_bytes > 0
    assert found.room.free_bytes > 0
    async with Store.open(store_path):
        assert (await look(store_path)).extensions == (PHONE,)


async def test_concerns(store_path: Path) -> None:
    """A store that others may read can be used, and should not stay so."""
    await perform(store_path, add_extension, ADD)
    os.chmod(store_path, 0o644)  # noqa: PTH101 - the test's own file
    assert (await look(store_path)).concern.endswith(f"chmod 600 {store_path}")


def owned_by(path: Path, user: int) -> None:
    """Give a file away, as far as that is allowed here."""
    if os.geteuid() == 0:
        os.chown(path, user, user)


async def test_foreign_store(store_path: Path) -> None:
    """A store that belongs to somebody else than its directory was made by the wrong user."""
    await perform(store_path, add_extension, ADD)
    owned_by(store_path, 65534)
    seen = await look(store_path)
    assert ("belong to different users" in seen.concern) == (os.geteuid() == 0)


async def test_no_database(store_path: Path) -> None:
    """What is no store of ours is named with its cure."""
    with open(store_path, "wb") as file:  # noqa: ASYNC230, PTH123 - the test's own file
        file.write(b"precious" * 1000)
    assert "the file is not a database" in (await look(store_path)).problem


async def test_not_allowed() -> None:
    """Who may not look, or write, is told who may."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "amibridge.db")
        await perform(path, add_extension, ADD)
        os.chmod(path, 0)  # noqa: PTH101 - the test's own file
        for mode, name, text in (
            (0o000, "amibridge.db", f"no file can be made in {folder}: run this as"),
            (0o000, "below/other.db", f"{folder}/below may not be looked into: run this as the daemon's user, or root"),
            (0o555, "amibridge.db", f"store {path}: Permission denied; run this with sudo or as the daemon's user"),
            (0o555, "other.db", f"no file can be made in {folder}: run this as"),
        ):
            os.chmod(folder, mode)  # noqa: PTH101 - the test's own folder
            with unprivileged():
                assert (await look(Path(folder, name))).problem.startswith(text)


async def test_read_only(store_path: Path) -> None:
    """A store that can be read and not written is of no use to the daemon."""
    await perform(store_path, add_extension, ADD)
    with TemporaryDirectory() as folder:
        path = Path(folder, "amibridge.db")
        shutil.copy(store_path, path)
        owned_by(Path(folder), 65534)
        os.chmod(path, 0o644 if os.geteuid() == 0 else 0o444)  # noqa: PTH101 - the test's own file
        with unprivileged():
            assert (
                await look(path)
            ).problem == f"store {path} cannot be written: run this as the daemon's user, or root"
