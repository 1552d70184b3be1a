"""``amibridge app``."""

import json

import pytest

from tests.unit.cli.conftest import Assign, Command


@pytest.fixture
def app_id(amibridge: Command) -> int:
    """The id of an App of an organization."""
    amibridge("account", "add", "--kind", "organization", "--name", "Acme")
    added = json.loads(amibridge("app", "add", "--account", 1, "--name", "CRM", "--json").output)
    return int(added["app_id"])


def test_add(amibridge: Command) -> None:
    """The client id and the client secret are printed once, with a word that it is once."""
    amibridge("account", "add", "--kind", "organization", "--name", "Acme")
    added = amibridge("app", "add", "--account", 1, "--name", "CRM")
    names = [line.rsplit(maxsplit=1)[0] for line in added.output.splitlines()]
    assert names == ["id", "client id", "client secret"]
    assert added.errors == "amibridge: the client secret is not shown again\n"
    secret = added.output.split()[-1]
    assert secret not in amibridge("app", "list", "--json").output


def test_list(amibridge: Command, app_id: int) -> None:
    """The list says whether an App signs and whether it is suspended; saying it twice changes nothing more."""
    first, second = [amibridge("app", "secret", app_id).output for _ in range(2)]
    assert first.startswith("whsec_")
    assert first != second
    for _ in range(2):
        ended = amibridge("app", "suspend", app_id)
        assert (ended.status, ended.output, ended.errors) == (0, "", "")
        heading, line = amibridge("app", "list").output.splitlines()
        assert heading.split() == ["ID", "ACCOUNT", "CLIENT", "ID", "SIGNED", "STATE", "NAME"]
        assert line.split()[3:] == ["yes", "suspended", "CRM"]
    for _ in range(2):
        assert amibridge("app", "resume", app_id).status == 0
        assert "active" in amibridge("app", "list").output
    (listed,) = json.loads(amibridge("app", "list", "--json").output)
    assert listed | {"client_id": ""} == {
        "app_id": app_id,
        "account_id": 1,
        "name": "CRM",
        "client_id": "",
        "signed": True,
        "suspended": False,
    }


UNKNOWN = "there is no App 7: see 'amibridge app list'"
NO_ID = "an id is a whole number from 1 on, written as the lists show it"


@pytest.mark.parametrize(
    ("arguments", "status", "text"),
    [
        (("add", "--account", 7, "--name", "x"), 1, "there is no account 7: see 'amibridge account list'"),
        (("add", "--account", "1_0", "--name", "x"), 2, NO_ID),
        (("add", "--account", 1, "--name", " "), 2, "it is empty: give a name that people know it by"),
        (("add", "--account", 1, "--name", "a\x00b"), 2, "it must be one line of text, without control characters"),
        (("add", "--account", 1, "--name", "x" * 300), 2, "it has 300 characters: 255 are the most"),
        (("add", "--name", "x"), 2, "Missing option '--account'"),
        (("remove", 7), 1, UNKNOWN),
        (("suspend", 7), 1, UNKNOWN),
        (("resume", 7), 1, UNKNOWN),
        (("secret", 7), 1, UNKNOWN),
        (("remove", "9" * 30), 2, NO_ID),
        (("suspend", "01"), 2, NO_ID),
        (("secret", "CRM"), 2, NO_ID),
    ],
)
def test_refused(amibridge: Command, app_id: int, arguments: tuple[str | int, ...], status: int, text: str) -> None:
    """What cannot be is said in one line with what to do, and nothing is changed."""
    before = amibridge("app", "list").output
    ended = amibridge("app", *arguments)
    assert (ended.status, ended.output) == (status, "")
    assert text in ended.errors
    assert len(ended.errors.splitlines()) == 1
    assert f"\n{app_id} " in before == amibridge("app", "list").output


def test_remove(amibridge: Command, app_id: int) -> None:
    """A removed App is gone; removing it again is said to be impossible."""
    assert amibridge("app", "remove", app_id).status == 0
    ended = amibridge("app", "remove", app_id)
    assert (ended.status, ended.errors) == (1, f"amibridge: there is no App {app_id}: see 'amibridge app list'\n")
    assert "'amibridge app add' registers one" in amibridge("app", "list").errors


def test_remove_in_use(amibridge: Command, app_id: int) -> None:
    """A program that still has a token is not cut off without a step that can be taken back."""
    for _ in range(2):
        amibridge("token", "issue", "--app", app_id)
    ended = amibridge("app", "remove", app_id)
    assert (ended.status, ended.errors) == (
        1,
        "amibridge: App 1 has 2 valid tokens: first suspend it ('amibridge app suspend 1'), which can be taken back\n",
    )
    amibridge("app", "suspend", app_id)
    assert amibridge("app", "remove", app_id).status == 0
    assert amibridge("token", "list", "--json").output == "[]\n"


def test_remove_with_assignments(amibridge: Command, app_id: int, assign: Assign) -> None:
    """Its notifications would go on without a signature: only when that is said."""
    assign("210", account_id=1, app_id=app_id)
    assign("201", account_id=1, app_id=app_id)
    ended = amibridge("app", "remove", app_id)
    assert (ended.status, ended.errors) == (
        1,
        (
            "amibridge: App 1 has made 2 assignments (extension 201, 210): delete them through the API, "
            "or let them go on unsigned with --keep-assignments\n"
        ),
    )
    assert amibridge("app", "remove", app_id, "--keep-assignments").status == 0
