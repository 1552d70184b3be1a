"""``amibridge extension``."""

import json

import pytest

from tests.unit.cli.conftest import Command


def test_extensions(amibridge: Command) -> None:
    """What is declared is listed, what is declared anew is changed, what is removed is gone."""
    assert amibridge("extension", "add", "210").status == 0
    assert amibridge("extension", "add", "210", "--name", "Zoë", "--did", "+44 20 7946 0001").status == 0
    assert amibridge("extension", "add", "0003*300", "--kind", "queue", "--service", "support").status == 0
    assert amibridge("extension", "list").output.splitlines() == [
        "NUMBER    KIND   SERVICE  DID               OWNER  NAME",
        "0003*300  queue  support",
        "210       phone           +44 20 7946 0001         Zoë",
    ]
    assert json.loads(amibridge("extension", "list", "--json").output)[0]["number"] == "0003*300"
    assert amibridge("extension", "remove", "210").status == 0
    ended = amibridge("extension", "remove", "210")
    assert (ended.status, ended.errors) == (
        1,
        "amibridge: extension 210 is not declared: see 'amibridge extension list'\n",
    )


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("2l0",), "an extension is of 1 to 15 digits, or of two such joined by *"),
        (("",), "an extension is of 1 to 15 digits"),
        (("1234567890123456",), "an extension is of 1 to 15 digits"),
        (("1*2*3",), "an extension is of 1 to 15 digits"),
        (("٢١٠",), "an extension is of 1 to 15 digits"),
        (("300", "--kind", "queue"), "which queue? Name it with --service, as the PBX calls it"),
        (("210", "--service", "x"), "--service is for queues, conferences and IVRs"),
    ],
)
def test_wrong_use(amibridge: Command, arguments: tuple[str, ...], text: str) -> None:
    """What is no extension is wrong use, and says what one looks like."""
    ended = amibridge("extension", "add", *arguments)
    assert (ended.status, ended.output) == (2, "")
    assert text in ended.errors
    assert len(ended.errors.splitlines()) == 1


def test_owner(amibridge: Command) -> None:
    """An owner must be there."""
    ended = amibridge("extension", "add", "210", "--owner", 7)
    assert (ended.status, ended.errors) == (1, "amibridge: there is no account 7: see 'amibridge account list'\n")
