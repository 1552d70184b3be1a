"""The file that ``amibridge record`` writes; what it does with a PBX is tested with the process."""

import errno
import os
from pathlib import Path

import pytest

from amibridge.cli.record import (
    ExistingRecordingError,
    NothingRecordedError,
    Recording,
    UnwritableRecordingError,
)
from tests.unit.cli.conftest import Command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the recording will be."""
    return tmp_path / "calls.ami"


def test_whole(file: Path) -> None:
    """The file is there under its name once it is whole, for its owner alone."""
    with Recording(file, force=False) as recording:
        recording.write(b"Asterisk")
        assert not file.exists()
        recording.wanted = True
    assert file.read_bytes() == b"Asterisk"
    assert file.stat().st_mode & 0o777 == 0o600
    assert recording.size_bytes == 8
    assert [one.name for one in file.parent.iterdir()] == ["calls.ami"]


def test_nothing(file: Path) -> None:
    """What is not wanted leaves nothing."""
    with Recording(file, force=False) as recording:
        recording.write(b"Asterisk")
    assert list(file.parent.iterdir()) == []


def test_existing(file: Path) -> None:
    """A file of that name stays, unless it is to be replaced; then it stays until the new one is whole."""
    file.write_bytes(b"precious")
    with pytest.raises(ExistingRecordingError) as error, Recording(file, force=False):
        pass
    assert str(error.value) == f"{file} exists already: name another file, or replace it with --force"
    assert error.value.exit_status == 2
    with pytest.raises(ZeroDivisionError), Recording(file, force=True):
        raise ZeroDivisionError
    assert file.read_bytes() == b"precious"
    with Recording(file, force=True) as recording:
        recording.wanted = True
    assert file.read_bytes() == b""


def test_no_directory(file: Path) -> None:
    """A place where no file can be made is named."""
    with pytest.raises(UnwritableRecordingError) as error, Recording(file / "below", force=False):
        pass
    assert str(error.value) == (
        f"{file}/below cannot be written (No such file or directory): name a file where there is room and permission"
    )


def fill_the_disk(recording: Recording) -> None:
    """From here on nothing can be written any more."""
    with open("/dev/full", "wb", buffering=0) as full:  # noqa: PTH123 - no path of ours
        os.dup2(full.fileno(), recording._file.fileno())


def write_two(file: Path) -> None:
    """Record twice, the disk full before the second time."""
    with Recording(file, force=False) as recording:
        recording.write(b"x" * 100_000)
        fill_the_disk(recording)
        recording.write(b"y" * 100_000)


def write_last(file: Path) -> None:
    """Record little, which is not written before the disk is full."""
    with Recording(file, force=False) as recording:
        recording.write(b"x")
        fill_the_disk(recording)
        recording.wanted = True


def test_full_disk(file: Path) -> None:
    """What was recorded before the disk was full is kept, and its place is said."""
    with pytest.raises(UnwritableRecordingError) as error:
        write_two(file)
    assert str(error.value) == (
        f"{file} cannot be written (No space left on device): name a file where there is room and permission; "
        f"what was recorded before is in {file}.part"
    )
    assert file.with_name("calls.ami.part").read_bytes() == b"x" * 100_000


def test_full_at_the_end(file: Path) -> None:
    """A disk that is full only when the last bytes are written is noticed too."""
    with pytest.raises(UnwritableRecordingError):
        write_last(file)
    assert not file.exists()


def test_no_session() -> None:
    """Why there was none is said, as far as it is known and was not said before."""
    assert str(NothingRecordedError(problem="refused")).endswith("there was no session with the PBX: see above why")
    assert str(NothingRecordedError(problem="")).endswith("it did not answer in time")


def test_texts() -> None:
    """An error without words of the system's says what it can."""
    failure = Recording(Path("x"), force=False)._unwritable(OSError(errno.EIO, ""))
    assert "x cannot be written (" in str(failure)


def test_no_login(amibridge: Command, file: Path) -> None:
    """Without a user there is nothing to record with."""
    ended = amibridge("record", file)
    assert (ended.status, ended.errors) == (78, "amibridge: ami.username is not set: name the user of manager.conf\n")
    assert not file.exists()
