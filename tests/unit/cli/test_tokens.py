"""``amibridge token``."""

import json
import re

import pytest

from tests.unit.cli.conftest import Command


def test_first_token(amibridge: Command) -> None:
    """The token stands alone on standard output; the administrator who was made for it is named beside it."""
    first = amibridge("token", "issue")
    assert re.fullmatch(r"[A-Za-z0-9_-]{40,}\n", first.output)
    assert first.errors == ("amibridge: there was no administrator: made account 1, 'administrator', for it\n")
    second = amibridge("token", "issue")
    assert second.errors == ""
    assert second.output != first.output


def test_the_first_of_several_administrators(amibridge: Command) -> None:
    """Without an account a token is for the administrator who was there first."""
    for name in ("Ada", "Bea"):
        amibridge("account", "add", "--kind", "administrator", "--name", name)
    assert amibridge("token", "issue").errors == ""
    assert [one["account_id"] for one in json.loads(amibridge("token", "list", "--json").output)] == [1]
    amibridge("account", "remove", 1)
    amibridge("token", "issue")
    assert [one["account_id"] for one in json.loads(amibridge("token", "list", "--json").output)] == [2]


def test_list(amibridge: Command) -> None:
    """Tokens are listed without themselves, with what they are good for."""
    clear = amibridge("token", "issue", "--expires", 30).output.strip()
    amibridge("app", "add", "--account", 1, "--name", "CRM")
    amibridge("token", "issue", "--app", 1)
    amibridge("app", "suspend", 1)
    listed = amibridge("token", "list").output
    assert clear not in listed
    assert listed.splitlines()[0].split() == ["ID", "ACCOUNT", "APP", "MADE", "EXPIRES", "STATE"]
    assert listed.splitlines()[1].split()[0:2] + listed.splitlines()[1].split()[-1:] == ["1", "1", "valid"]
    assert listed.splitlines()[2].split()[-2:] == ["never", "suspended"]
    first, second = json.loads(amibridge("token", "list", "--json").output)
    assert first["expires_at"][4] == "-"
    assert second["expires_at"] is None
    assert [one["state"] for one in (first, second)] == ["valid", "suspended"]


def test_revoke(amibridge: Command) -> None:
    """A revoked token is not listed any more."""
    amibridge("token", "issue")
    assert amibridge("token", "revoke", 1).status == 0
    assert "'amibridge token issue' makes one" in amibridge("token", "list").errors


DAYS = "give whole days, 1 to 36500"
NO_ID = "an id is a whole number from 1 on, written as the lists show it"


@pytest.mark.parametrize(
    ("arguments", "status", "text"),
    [
        (("issue", "--account", 1, "--app", 1), 2, "give one of --account and --app: an App has its account"),
        (("issue", "--account", 7), 1, "there is no account 7: see 'amibridge account list'"),
        (("issue", "--app", 7), 1, "there is no App 7: see 'amibridge app list'"),
        (("issue", "--account", "0"), 2, NO_ID),
        (("issue", "--app", "9" * 30), 2, NO_ID),
        (("issue", "--expires", "0"), 2, DAYS),
        (("issue", "--expires", "-1"), 2, DAYS),
        (("issue", "--expires", "36501"), 2, DAYS),
        (("issue", "--expires", "9" * 30), 2, DAYS),
        (("issue", "--expires", "1.5"), 2, DAYS),
        (("issue", "--expires", "30d"), 2, DAYS),
        (("issue", "--expires", "soon"), 2, DAYS),
        (("issue", "--expires"), 2, "--expires"),
        (("revoke", 7), 1, "there is no token 7: see 'amibridge token list'"),
        (("revoke", "9" * 30), 2, NO_ID),
        (("revoke",), 2, "Missing argument 'ID'"),
    ],
)
def test_refused(amibridge: Command, arguments: tuple[str | int, ...], status: int, text: str) -> None:
    """For whom no token can be made there is none, and no account either."""
    ended = amibridge("token", *arguments)
    assert (ended.status, ended.output) == (status, "")
    assert text in ended.errors
    assert len(ended.errors.splitlines()) == 1
    assert amibridge("account", "list", "--json").output == "[]\n"


def test_of_a_suspended_app(amibridge: Command) -> None:
    """A token that opens nothing is not given out."""
    amibridge("account", "add", "--kind", "organization", "--name", "Acme")
    amibridge("app", "add", "--account", 1, "--name", "CRM")
    amibridge("app", "suspend", 1)
    ended = amibridge("token", "issue", "--app", 1)
    assert (ended.status, ended.output, ended.errors) == (
        1,
        "",
        "amibridge: App 1 is suspended, and its tokens open nothing: first let it go on ('amibridge app resume 1')\n",
    )
    amibridge("app", "resume", 1)
    assert amibridge("token", "issue", "--app", 1).status == 0
