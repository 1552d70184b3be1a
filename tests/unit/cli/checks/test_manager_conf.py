"""Asterisk's own manager.conf, read as Asterisk reads it."""

import errno
from pathlib import Path

import pytest

from amibridge.cli.checks.event_filter import EventFilter
from amibridge.cli.checks.manager_conf import ManagerUser, UnseenUserError, read_user

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


def unseen(path: Path | None) -> str:
    """What is said when the user cannot be seen."""
    with pytest.raises(UnseenUserError) as raised:
        read_user(path, "me")
    return str(raised.value).removeprefix("what it may hear cannot be seen from here ")


def test_nobody(conf: Path) -> None:
    """Each cause has its own words: no such user, no such file, an include that leads nowhere, a PBX elsewhere."""
    assert unseen(conf) == f"({conf} has no user [me]): name the file that has it with --manager-conf"
    none = conf.with_name("none")
    assert unseen(none) == f"({none} cannot be read, No such file or directory): name a copy of it with --manager-conf"
    conf.write_text('#tryinclude "none2.conf"\n#include /none/3.conf\n[me]\n')
    assert unseen(conf) == (
        f"({conf} includes /none/3.conf, which cannot be read, No such file or directory): "
        "copy that file, too, and mend its path in the #include"
    )
    conf.write_text("#include none.conf\n[me]\n")
    assert f"{conf} includes {conf.parent}/none.conf, which cannot be read" in unseen(conf)
    assert unseen(None) == "(its manager.conf is elsewhere): name a copy of it with --manager-conf"


def test_not_ours_to_read(conf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only who lacks the right is told to use sudo."""

    def refuse(*_: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied", str(conf))

    monkeypatch.setattr(Path, "read_text", refuse)
    assert unseen(conf) == (
        f"({conf} cannot be read, Permission denied): run this with sudo, or name a copy with --manager-conf"
    )


def test_what_may_lack(conf: Path) -> None:
    """A #tryinclude and a pattern may name nothing; a pattern may begin at the root."""
    conf.write_text(f"#tryinclude none.conf\n#tryinclude /none/3.conf\n#include {conf.parent}/manager.d/*.conf\n[me]\n")
    assert read_user(conf, "me") == ManagerUser(read=frozenset(), write=frozenset(), timestamps=False)
    (conf.parent / "manager.d" / "more.conf").write_text("[me]\nread = call\n")
    assert read_user(conf, "me").read == {"call"}


def test_includes_that_go_round(conf: Path) -> None:
    """Files that include each other end."""
    conf.write_text("#include manager.conf\n[me]\nread = all\n")
    assert read_user(conf, "me").read == {"all"}


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
