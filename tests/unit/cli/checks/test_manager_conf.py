"""Asterisk's own manager.conf, read as Asterisk reads it."""

from pathlib import Path

import pytest

from amibridge.cli.checks.manager_conf import ManagerUser, read_user

ROOT = Path(__file__).parents[4]
EXAMPLE = ROOT / "config" / "asterisk"


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    """A manager.conf that includes a folder, as Debian's does."""
    (tmp_path / "manager.d").mkdir()
    path = tmp_path / "manager.conf"
    path.write_text('[general]\nenabled = yes\ntimestampevents = yes ; and so on\n#include "manager.d/*.conf"\n')
    return path


def test_our_own_example(conf: Path) -> None:
    """The user that we tell administrators to make is read with its rights."""
    example = (EXAMPLE / "manager.d" / "amibridge.conf").read_text()
    (conf.parent / "manager.d" / "amibridge.conf").write_text(example)
    assert read_user(conf, "amibridge") == ManagerUser(
        read=frozenset({"system", "call", "agent"}), write=frozenset({"reporting"}), timestamps=True
    )


def test_as_asterisk_reads(conf: Path) -> None:
    """Comments, templates, ``=>``, and the last of several values; sections of one name are one."""
    conf.write_text(
        "[base](!)\nread => call\nwrite=all\n[me](base)\nread = System, agent;,call\n[general]\n[me]\nsecret = a\n"
    )
    assert read_user(conf, "me") == ManagerUser(
        read=frozenset({"system", "agent"}), write=frozenset({"all"}), timestamps=False
    )


def test_nobody(conf: Path) -> None:
    """A user who is not there, a file that is not there, and an include that leads nowhere."""
    assert read_user(conf, "me") is None
    assert read_user(conf.with_name("none"), "me") is None
    conf.write_text('#include none.conf\n#tryinclude "none2.conf"\n#include /none/3.conf\n[me]\n')
    assert read_user(conf, "me") is None
    conf.write_text("#tryinclude none.conf\n[me]\n")
    assert read_user(conf, "me") == ManagerUser(read=frozenset(), write=frozenset(), timestamps=False)


def test_includes_that_go_round(conf: Path) -> None:
    """Files that include each other end."""
    conf.write_text("#include manager.conf\n[me]\nread = all\n")
    assert read_user(conf, "me") is not None
