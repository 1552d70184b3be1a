"""``amibridge account``."""

import json

import pytest

from tests.unit.cli.conftest import Assign, Command

ONE_LINE = "it must be one line of text, without control characters"


@pytest.fixture
def family(amibridge: Command) -> None:
    """1 an administrator, 2 an organization, 3 its user, 4 another administrator, 5 an organization on its own."""
    for arguments in (
        ("--kind", "administrator", "--name", "Ada"),
        ("--kind", "organization", "--name", "Acme", "--parent", 1),
        ("--kind", "user", "--name", "Zoë", "--parent", 2),
        ("--kind", "administrator", "--name", "Bea"),
        ("--kind", "organization", "--name", "Lone"),
    ):
        assert amibridge("account", "add", *arguments).status == 0


def test_accounts(amibridge: Command) -> None:
    """``add`` prints the id alone; the list shows who stands where; a removed account is gone."""
    assert amibridge("account", "add", "--kind", "organization", "--name", "Acme Ltd").output == "1\n"
    assert amibridge("account", "add", "--kind", "User", "--name", " Zoë ", "--parent", 1).output == "2\n"
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


ADD = [
    (("--kind", "king", "--name", "x"), 2, "'king' is not one of 'administrator', 'organization', 'user'"),
    (("--kind", "user", "--name", "x"), 2, "a user stands below an organization: give that one's id as --parent"),
    (("--kind", "administrator", "--name", "x", "--parent", 1), 2, "an administrator stands below nobody"),
    (("--kind", "user", "--name", "x", "--parent", 1), 1, "and account 1 is an administrator: name an organization"),
    (("--kind", "user", "--name", "x", "--parent", 3), 1, "and account 3 is a user: name an organization"),
    (("--kind", "organization", "--name", "x", "--parent", 2), 1, "and account 2 is an organization: name an admin"),
    (
        ("--kind", "organization", "--name", "x", "--parent", 9),
        1,
        "there is no account 9: see 'amibridge account list'",
    ),
    (("--kind", "organization", "--name", "x", "--parent", "0"), 2, "an id is a whole number from 1 on"),
    (("--kind", "organization", "--name", "x", "--parent", "9" * 30), 2, "an id is a whole number from 1 on"),
    (("--kind", "organization", "--name", ""), 2, "it is empty: give a name that people know it by"),
    (("--kind", "organization", "--name", "a\nb"), 2, ONE_LINE),
    (("--kind", "organization", "--name", "\x1b[31m"), 2, ONE_LINE),
    (("--kind", "organization", "--name", "\udcff"), 2, ONE_LINE),
    (("--kind", "organization", "--name", "x" * 256), 2, "it has 256 characters: 255 are the most"),
    (("--kind", "organization"), 2, "Missing option '--name'"),
    (("--name", "x"), 2, "Missing option '--kind'"),
    (("--kind", "organization", "--name", "x", "y"), 2, "unexpected extra argument"),
]
REMOVE = [
    ((9,), 1, "there is no account 9: see 'amibridge account list'"),
    ((2,), 1, "account 2 has 1 account below it (3): first remove the accounts below it"),
    (("9" * 30,), 2, "an id is a whole number from 1 on, written as the lists show it"),
    (("-1",), 2, "No such option: -1"),
    ((), 2, "Missing argument 'ID'"),
]


@pytest.mark.usefixtures("family")
@pytest.mark.parametrize(
    ("command", "arguments", "status", "text"),
    [*(("add", *case) for case in ADD), *(("remove", *case) for case in REMOVE)],
)
def test_refused(amibridge: Command, command: str, arguments: tuple[str | int, ...], status: int, text: str) -> None:
    """What cannot be is said in one line with what to do, and nothing is changed."""
    before = amibridge("account", "list").output
    ended = amibridge("account", command, *arguments)
    assert (ended.status, ended.output) == (status, "")
    assert text in ended.errors
    assert len(ended.errors.splitlines()) == 1
    assert amibridge("account", "list").output == before


@pytest.mark.usefixtures("family")
def test_administrators(amibridge: Command) -> None:
    """There may be several; the last one stays, since nobody else reaches what has no owner."""
    assert amibridge("account", "remove", 4).status == 0
    assert amibridge("account", "remove", 1).errors == (
        "amibridge: account 1 is the last administrator: first add another one "
        "('amibridge account add --kind administrator')\n"
    )


@pytest.mark.usefixtures("family")
def test_what_belongs_to_it(amibridge: Command, assign: Assign) -> None:
    """An account goes when its Apps, extensions and assignments are seen to, each as the refusal says."""
    amibridge("app", "add", "--account", 3, "--name", "CRM")
    amibridge("extension", "add", 210, "--owner", 3)
    assign("210", account_id=3)
    ended = amibridge("account", "remove", 3)
    assert (ended.status, ended.errors) == (
        1,
        (
            "amibridge: account 3 has 1 App (1) and 1 extension (210): first remove its Apps "
            "('amibridge app remove ID'), and move its extensions "
            "('amibridge extension add NUMBER --owner ACCOUNT', or --no-owner)\n"
        ),
    )
    assert amibridge("app", "remove", 1).status == 0
    assert amibridge("extension", "add", 210, "--owner", 2, "--keep-assignments").status == 0
    ended = amibridge("account", "remove", 3)
    assert (ended.status, ended.errors) == (
        1,
        (
            "amibridge: account 3 has made 1 assignment (extension 210): delete them through the API, "
            "or let them go on with --keep-assignments\n"
        ),
    )
    assert amibridge("account", "remove", 3, "--keep-assignments").status == 0


@pytest.mark.usefixtures("family")
def test_its_tokens_go_with_it(amibridge: Command) -> None:
    """Nobody has to revoke them one by one."""
    amibridge("token", "issue", "--account", 5)
    assert amibridge("account", "remove", 5).status == 0
    assert amibridge("token", "list", "--json").output == "[]\n"


def test_wrong_use_names_the_help(amibridge: Command) -> None:
    """Wrong use says where to read what is right."""
    assert amibridge("account", "add", "--kind", "king", "--name", "x").errors == (
        "amibridge: Invalid value for '--kind': 'king' is not one of 'administrator', 'organization', 'user': "
        "see 'amibridge account add --help'\n"
    )


def test_nothing_to_list(amibridge: Command) -> None:
    """An empty list is a hint for people, and a list for programs."""
    ended = amibridge("account", "list")
    assert (ended.output, ended.status) == ("", 0)
    assert "'amibridge token issue' makes the first administrator" in ended.errors
    assert amibridge("account", "list", "--json").output == "[]\n"
