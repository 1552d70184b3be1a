"""``amibridge account``."""

import json

from tests.unit.cli.conftest import Command


def test_accounts(amibridge: Command) -> None:
    """``add`` prints the id alone; the list shows who stands where; a removed account is gone."""
    assert amibridge("account", "add", "--kind", "organization", "--name", "Acme Ltd").output == "1\n"
    assert amibridge("account", "add", "--kind", "user", "--name", "Zoë", "--parent", 1).output == "2\n"
    assert amibridge("account", "list").output.splitlines() == [
        "ID  KIND          PARENT  NAME",
        "1   organization          Acme Ltd",
        "2   user          1       Zoë",
    ]
    assert json.loads(amibridge("account", "list", "--json").output)[1] == {
        "account_id": 2,
        "kind": "user",
        "name": "Zoë",
        "parent_id": 1,
    }
    removed = amibridge("account", "remove", 2)
    assert (removed.status, removed.output, removed.errors) == (0, "", "")
    assert len(json.loads(amibridge("account", "list", "--json").output)) == 1


def test_refused(amibridge: Command) -> None:
    """What cannot be is said in one line, with status 1."""
    ended = amibridge("account", "remove", 7)
    assert (ended.status, ended.output) == (1, "")
    assert ended.errors == "amibridge: there is no account 7: see 'amibridge account list'\n"


def test_wrong_use(amibridge: Command) -> None:
    """A kind that is none, a name that is no line: status 2, one line."""
    ended = amibridge("account", "add", "--kind", "king", "--name", "x")
    assert ended.status == 2
    assert ended.errors == (
        "amibridge: Invalid value for '--kind': 'king' is not one of 'administrator', 'organization', 'user': "
        "see 'amibridge account add --help'\n"
    )
    for name in ("a\nb", "\x1b[31m", "\udcff"):
        ended = amibridge("account", "add", "--kind", "organization", "--name", name)
        assert ended.status == 2
        assert "it must be one line of text, without control characters" in ended.errors


def test_nothing_to_list(amibridge: Command) -> None:
    """An empty list is a hint for people, and a list for programs."""
    ended = amibridge("account", "list")
    assert (ended.output, ended.status) == ("", 0)
    assert "'amibridge token issue' makes the first administrator" in ended.errors
    assert amibridge("account", "list", "--json").output == "[]\n"
