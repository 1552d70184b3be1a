"""Asterisk's own manager.conf, read as Asterisk reads it."""

from pathlib import Path

import pytest

from amibridge.cli.checks.event_filter import EventFilter
from amibridge.cli.checks.manager_conf import ManagerUser, read_user

ROOT = Path(__file__).parents[4]
EXAMPLE = ROOT / "config" / "asterisk"


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    """A manager.conf that includes a folder, as Debian's does."""
    (tmp_path / "manager.d").mkdir()
    path = tmp_path / "manager.conf"
    general = "timestampevents = yes ; and so on\nchannelvars = CALLAPIID, OTHER"
    path.write_text(f'[general]\nenabled = yes\n{general}\n#include "manager.d/*.conf"\n')
    return path


def test_our_own_example(conf: Path) -> None:
    """The user that we tell administrators to make is read with its rights."""
    example = (EXAMPLE / "manager.d" / "amibridge.conf").read_text()
    (conf.parent / "manager.d" / "amibridge.conf").write_text(example)
    user = read_user(conf, "amibridge")
    assert user is not None
    assert len(user.filters) == 8
    assert user == ManagerUser(
        read=frozenset({"system", "call", "agent"}),
        write=frozenset({"reporting"}),
        timestamps=True,
        filters=user.filters,
        channel_variables=frozenset({"CALLAPIID", "OTHER"}),
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


def test_filters(conf: Path) -> None:
    """Plain lines and those with criteria, in the order of their kinds."""
    conf.write_text(
        "[me]\neventfilter = !Event: X\neventfilter(name(Hangup)) =\nEventFilter => Event: Y=Z\n"
        "eventfilter(action(exclude),header(Channel),method(exact)) = Local/1\n"
    )
    user = read_user(conf, "me")
    assert user is not None
    assert user.filters == (
        EventFilter(expression="!Event: X"),
        EventFilter(expression="Event: Y=Z"),
        EventFilter(criteria="name(hangup)", expression=""),
        EventFilter(criteria="action(exclude),header(channel),method(exact)", expression="Local/1"),
    )
