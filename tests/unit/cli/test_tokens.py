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


def test_list(amibridge: Command) -> None:
    """Tokens are listed without themselves."""
    clear = amibridge("token", "issue", "--expires", 30).output.strip()
    amibridge("token", "issue")
    listed = amibridge("token", "list").output
    assert clear not in listed
    assert listed.splitlines()[0].split() == ["ID", "ACCOUNT", "APP", "MADE", "EXPIRES"]
    assert listed.splitlines()[2].endswith("never")
    first, second = json.loads(amibridge("token", "list", "--json").output)
    assert first["expires_at"][4] == "-"
    assert second["expires_at"] is None


def test_revoke(amibridge: Command) -> None:
    """A revoked token is not listed any more."""
    amibridge("token", "issue")
    assert amibridge("token", "revoke", 1).status == 0
    assert "'amibridge token issue' makes one" in amibridge("token", "list").errors


@pytest.mark.parametrize(
    ("arguments", "status", "text"),
    [
        (("--account", 1, "--app", 1), 2, "give one of --account and --app: an App has its account"),
        (("--account", 7), 1, "there is no account 7"),
        (("--app", 7), 1, "there is no App 7"),
        (("--expires", 0), 2, "--expires"),
        (("--expires", "soon"), 2, "--expires"),
    ],
)
def test_refused(amibridge: Command, arguments: tuple[str | int, ...], status: int, text: str) -> None:
    """For whom no token can be made there is none, and no account either."""
    ended = amibridge("token", "issue", *arguments)
    assert (ended.status, ended.output) == (status, "")
    assert text in ended.errors
    assert len(ended.errors.splitlines()) == 1
    assert amibridge("account", "list", "--json").output == "[]\n"
