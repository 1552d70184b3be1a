"""Who may touch which extension: every kind of account, every owner, every form of userId."""

import pytest

from amibridge.accounts.access import Ownership, Refusal, is_extension_number, reaches, refusal_of
from amibridge.accounts.tree import Account, AccountKind

ACCOUNTS = {
    "admin": Account(account_id=1, kind=AccountKind.ADMINISTRATOR, name="admin"),
    "org": Account(account_id=2, kind=AccountKind.ORGANIZATION, name="org", parent_id=1),
    "user": Account(account_id=3, kind=AccountKind.USER, name="user", parent_id=2),
    "colleague": Account(account_id=4, kind=AccountKind.USER, name="colleague", parent_id=2),
    "other org": Account(account_id=5, kind=AccountKind.ORGANIZATION, name="other org"),
    "stranger": Account(account_id=6, kind=AccountKind.USER, name="stranger", parent_id=5),
}
BY_ID = {account.account_id: account for account in ACCOUNTS.values()}
NUMBERS = {
    "admin": "100",
    "org": "200",
    "user": "210",
    "colleague": "220",
    "stranger": "410",
    "gone account": "420",
    "nobody": "500",
    "unknown": "999",
}
"""An extension of each owner; the last one does not exist."""
OWNER_IDS = {NUMBERS[name]: account.account_id for name, account in ACCOUNTS.items() if name in NUMBERS} | {"420": 77}

ok = None
far = Refusal.OUT_OF_REACH
usr = Refusal.USER_UNKNOWN
ext = Refusal.EXTENSION_UNKNOWN
USER_IDS = ("@me", "@viewer", "@owner", "1", "2", "3", "4", "6", "99")
TABLE: dict[str, dict[str, tuple[Refusal | None, ...]]] = {
    # Who asks, whose extension; under userId: me, viewer, owner, 1 admin, 2 org, 3 user, 4 colleague, 6 stranger, 99.
    "admin": {
        "admin":          (ok,   ok,   ok,   ok,   far,  far,  far,  far,  usr),
        "org":            (ok,   ok,   ok,   far,  ok,   far,  far,  far,  usr),
        "user":           (ok,   ok,   ok,   far,  far,  ok,   far,  far,  usr),
        "colleague":      (ok,   ok,   ok,   far,  far,  far,  ok,   far,  usr),
        "stranger":       (ok,   ok,   ok,   far,  far,  far,  far,  ok,   usr),
        "gone account":   (ok,   ok,   ok,   far,  far,  far,  far,  far,  usr),
        "nobody":         (ok,   ok,   ok,   far,  far,  far,  far,  far,  usr),
        "unknown":        (ext,  ext,  ext,  ext,  ext,  ext,  ext,  ext,  usr),
    },
    "org": {
        "admin":          (far,  far,  far,  far,  far,  far,  far,  far,  far),
        "org":            (ok,   ok,   ok,   far,  ok,   far,  far,  far,  far),
        "user":           (ok,   ok,   ok,   far,  far,  ok,   far,  far,  far),
        "colleague":      (ok,   ok,   ok,   far,  far,  far,  ok,   far,  far),
        "stranger":       (far,  far,  far,  far,  far,  far,  far,  far,  far),
        "gone account":   (far,  far,  far,  far,  far,  far,  far,  far,  far),
        "nobody":         (far,  far,  far,  far,  far,  far,  far,  far,  far),
        "unknown":        (far,  far,  far,  far,  far,  far,  far,  far,  far),
    },
    "user": {
        "admin":          (far,  far,  far,  far,  far,  far,  far,  far,  far),
        "org":            (far,  far,  far,  far,  far,  far,  far,  far,  far),
        "user":           (ok,   ok,   ok,   far,  far,  ok,   far,  far,  far),
        "colleague":      (far,  far,  far,  far,  far,  far,  far,  far,  far),
        "stranger":       (far,  far,  far,  far,  far,  far,  far,  far,  far),
        "gone account":   (far,  far,  far,  far,  far,  far,  far,  far,  far),
        "nobody":         (far,  far,  far,  far,  far,  far,  far,  far,  far),
        "unknown":        (far,  far,  far,  far,  far,  far,  far,  far,  far),
    },
}  # fmt: skip


def asked(who: str, user_id: str, number: str) -> Refusal | None:
    """What the decision is."""
    return refusal_of(
        ACCOUNTS[who],
        user_id=user_id,
        number=number,
        find_account=BY_ID.get,
        find_ownership=lambda wanted: Ownership(exists=wanted != NUMBERS["unknown"], owner_id=OWNER_IDS.get(wanted)),
    )


@pytest.mark.parametrize("who", TABLE)
@pytest.mark.parametrize("owner", NUMBERS)
def test_every_account_owner_and_user_id(who: str, owner: str) -> None:
    """The table holds, cell by cell."""
    decided = tuple(asked(who, user_id, NUMBERS[owner]) for user_id in USER_IDS)
    assert decided == TABLE[who][owner]


@pytest.mark.parametrize("user_id", ["me", "viewer", "owner", "@self", "@", "", "0", "03", "-3", "3 ", "٣", "9" * 19])
@pytest.mark.parametrize("who", TABLE)
def test_malformed_user_ids_are_told_to_everybody(who: str, user_id: str) -> None:
    """Also when the extension is malformed: the user comes first."""
    assert asked(who, user_id, "210") is Refusal.USER_MALFORMED
    assert asked(who, user_id, "@self") is Refusal.USER_MALFORMED


@pytest.mark.parametrize(
    "number", ["@self", "", "21a", "1" * 16, "*210", "0003*", "1*2*3", "+49", "21 0", "210\n", "٢١٠"]
)
@pytest.mark.parametrize("who", TABLE)
def test_malformed_numbers_are_told_to_everybody(who: str, number: str) -> None:
    """A number that cannot be one hides nothing."""
    assert asked(who, "@me", number) is Refusal.EXTENSION_MALFORMED
    assert asked(who, "@owner", number) is Refusal.EXTENSION_MALFORMED


@pytest.mark.parametrize("number", ["1", "210", "0003*210", "1" * 15, f"{'1' * 15}*{'2' * 15}"])
def test_extension_numbers(number: str) -> None:
    """One to fifteen digits, or two such joined by a star."""
    assert is_extension_number(number)


@pytest.mark.parametrize("who", ["org", "user"])
def test_what_does_not_exist_looks_like_what_is_out_of_reach(who: str) -> None:
    """Users and organizations cannot tell the two apart, by user or by extension."""
    assert asked(who, "99", "210") is asked(who, "6", "210") is Refusal.OUT_OF_REACH
    assert asked(who, "@me", "999") is asked(who, "@me", "410") is Refusal.OUT_OF_REACH


def test_reach() -> None:
    """Administrators reach all, organizations themselves and their users, users themselves."""
    reached = {
        name: {other for other, there in ACCOUNTS.items() if reaches(account, there)}
        for name, account in ACCOUNTS.items()
    }
    assert reached == {
        "admin": set(ACCOUNTS),
        "org": {"org", "user", "colleague"},
        "user": {"user"},
        "colleague": {"colleague"},
        "other org": {"other org", "stranger"},
        "stranger": {"stranger"},
    }
