"""``amibridge app``."""

import json

import pytest

from tests.unit.cli.conftest import Command


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
    """The list says whether an App signs and whether it is suspended."""
    assert amibridge("app", "secret", app_id).output.startswith("whsec_")
    assert amibridge("app", "suspend", app_id).status == 0
    heading, line = amibridge("app", "list").output.splitlines()
    assert heading.split() == ["ID", "ACCOUNT", "CLIENT", "ID", "SIGNED", "STATE", "NAME"]
    assert line.split()[3:] == ["yes", "suspended", "CRM"]
    amibridge("app", "resume", app_id)
    assert "active" in amibridge("app", "list").output


def test_remove(amibridge: Command, app_id: int) -> None:
    """A removed App is gone; removing it again is said to be impossible."""
    assert amibridge("app", "remove", app_id).status == 0
    ended = amibridge("app", "remove", app_id)
    assert (ended.status, ended.errors) == (1, f"amibridge: there is no App {app_id}: see 'amibridge app list'\n")
    assert "'amibridge app add' registers one" in amibridge("app", "list").errors
