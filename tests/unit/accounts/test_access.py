"""Who may touch which extension: every kind of account, every owner, every form of userId."""

from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.accounts.access import Ownership, Refusal, is_extension_number, reaches, refusal_of
from amibridge.accounts.tree import Account, AccountKind
from tests.unit.accounts.reach import (
    ACCOUNTS,
    MALFORMED_NUMBERS,
    MALFORMED_USER_IDS,
    MISSING_ID,
    NUMBERS,
    REFUSALS,
    TABLE,
    cells,
    user_id_of,
)

IDS = {name: number for number, name in enumerate(ACCOUNTS, start=1)}
ORPHAN = "420"
"""An extension whose owner is an account no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The accounts and extensions that there are."""

    accounts: dict[int, Account]
    owners: dict[str, int | None]

    def refusal(self, who: int, user_id: str, number: str) -> Refusal | None:
        """What the decision is."""
        return refusal_of(
            self.accounts[who],
            user_id=user_id,
            number=number,
            find_account=self.accounts.get,
            find_ownership=lambda wanted: Ownership(exists=wanted in self.owners, owner_id=self.owners.get(wanted)),
        )

    def reached_by(self, who: int) -> set[int]:
        """The accounts that one acts for, said without the code: all, itself and those below, or itself."""
        kind = self.accounts[who].kind
        if kind is AccountKind.ADMINISTRATOR:
            return set(self.accounts)
        below = {one.account_id for one in self.accounts.values() if one.parent_id == who}
        return {who} | (below if kind is AccountKind.ORGANIZATION else set())

    def seen_by(self, who: int) -> "World":
        """A world in which there is nothing beside what one reaches."""
        reached = self.reached_by(who)
        return World(
            accounts={account_id: account for account_id, account in self.accounts.items() if account_id in reached},
            owners={number: owner for number, owner in self.owners.items() if owner in reached},
        )


WORLD = World(
    accounts={
        IDS[name]: Account(account_id=IDS[name], kind=kind, name=name, parent_id=IDS[parent] if parent else None)
        for name, (kind, parent) in ACCOUNTS.items()
    },
    owners={NUMBERS[owner]: IDS.get(owner) for owner in NUMBERS if owner not in {"missing", "malformed"}}
    | {ORPHAN: 77},
)


@pytest.mark.parametrize("who", TABLE)
def test_every_account_owner_and_user_id(who: str) -> None:
    """The table holds, cell by cell, and has them all."""
    decided = {
        (owner, user): WORLD.refusal(IDS[who], user_id_of(user, IDS), NUMBERS[owner]) for owner, user, _ in cells(who)
    }
    assert decided == {(owner, user): REFUSALS[outcome] for owner, user, outcome in cells(who)}
    columns = ("@me", "@viewer", "@owner", *IDS, "missing", "malformed")
    assert set(decided) == set(product(NUMBERS, columns))


@pytest.mark.parametrize("who", TABLE)
def test_malformed_user_ids_are_told_to_everybody(who: str) -> None:
    """Whatever the extension: the user comes first."""
    for user_id, number in product(MALFORMED_USER_IDS, (*NUMBERS.values(), *MALFORMED_NUMBERS)):
        assert WORLD.refusal(IDS[who], user_id, number) is Refusal.USER_MALFORMED, (user_id, number)


@pytest.mark.parametrize("who", TABLE)
def test_malformed_numbers_are_told_to_everybody(who: str) -> None:
    """A number that cannot be one hides nothing; a user out of reach is told first."""
    for number in MALFORMED_NUMBERS:
        for user_id in ("@me", "@viewer", "@owner", str(IDS[who])):
            assert WORLD.refusal(IDS[who], user_id, number) is Refusal.EXTENSION_MALFORMED, number
        first = Refusal.USER_UNKNOWN if who == "administrator" else Refusal.OUT_OF_REACH
        assert WORLD.refusal(IDS[who], MISSING_ID, number) is first


@pytest.mark.parametrize("number", ["0", "1", "210", "0003*210", "1" * 15, f"{'1' * 15}*{'2' * 15}"])
def test_extension_numbers(number: str) -> None:
    """One to fifteen digits, or two such joined by a star."""
    assert is_extension_number(number)


@pytest.mark.parametrize("who", TABLE)
def test_an_extension_of_an_account_that_is_gone(who: str) -> None:
    """It is nobody's: administrators reach it, under no id but their own forms."""
    admin = who == "administrator"
    for user_id in ("@me", "@viewer", "@owner"):
        assert WORLD.refusal(IDS[who], user_id, ORPHAN) is (None if admin else Refusal.OUT_OF_REACH)
    assert WORLD.refusal(IDS[who], "77", ORPHAN) is (Refusal.USER_UNKNOWN if admin else Refusal.OUT_OF_REACH)


def test_reach() -> None:
    """Administrators reach all, organizations themselves and their users, users themselves; a gone account nobody."""
    for who in WORLD.accounts:
        account = WORLD.accounts[who]
        assert {other for other in WORLD.accounts if reaches(account, WORLD.accounts[other])} == WORLD.reached_by(who)
        assert reaches(account, None) is (account.kind is AccountKind.ADMINISTRATOR)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Any tree: organizations below administrators or nobody, users below organizations; and their extensions."""
    accounts: dict[int, Account] = {}
    parents: dict[AccountKind, list[int | None]] = {kind: [] for kind in AccountKind}
    for account_id in range(1, draw(st.integers(1, 9)) + 1):
        kind = draw(st.sampled_from(AccountKind if parents[AccountKind.ORGANIZATION] else list(AccountKind)[:2]))
        above: dict[AccountKind, list[int | None]] = {
            AccountKind.ADMINISTRATOR: [None],
            AccountKind.ORGANIZATION: [None, *parents[AccountKind.ADMINISTRATOR]],
            AccountKind.USER: parents[AccountKind.ORGANIZATION],
        }
        parent_id = draw(st.sampled_from(above[kind]))
        accounts[account_id] = Account(account_id=account_id, kind=kind, name=str(account_id), parent_id=parent_id)
        parents[kind].append(account_id)
    owners = draw(st.dictionaries(NUMBER, st.sampled_from([None, *accounts, 77]), max_size=6))
    return World(accounts=accounts, owners=owners)


NUMBER = st.sampled_from(["210", "0003*210", "300", "7", "500", "999"])
ANY_NUMBER = NUMBER | st.sampled_from(MALFORMED_NUMBERS) | st.text(max_size=8)
ANY_USER_ID = (
    st.sampled_from(["@me", "@viewer", "@owner", *MALFORMED_USER_IDS])
    | st.integers(0, 12).map(str)
    | st.text(max_size=5)
)


@given(worlds(), ANY_USER_ID, ANY_NUMBER)
def test_what_is_out_of_reach_does_not_exist(world: World, user_id: str, number: str) -> None:
    """To users and organizations the world is as if there were nothing beside what is theirs."""
    for who, account in world.accounts.items():
        if account.kind is not AccountKind.ADMINISTRATOR:
            assert world.refusal(who, user_id, number) is world.seen_by(who).refusal(who, user_id, number)


@given(worlds(), ANY_USER_ID, ANY_NUMBER)
def test_the_rules_as_the_contract_words_them(world: World, user_id: str, number: str) -> None:
    """The user must be in reach, the extension an account's in reach, and the user its owner unless named by ``@``."""
    for who, account in world.accounts.items():
        refusal = world.refusal(who, user_id, number)
        reached, owner = world.reached_by(who), world.owners.get(number)
        admin = account.kind is AccountKind.ADMINISTRATOR
        fits = number in world.owners and (admin or owner in reached)
        if user_id in {"@me", "@viewer", "@owner"}:
            assert (refusal is None) == fits
        elif user_id in {str(one) for one in reached}:
            assert (refusal is None) == (fits and str(owner) == user_id)
        else:
            assert refusal is not None
        if refusal in {Refusal.USER_UNKNOWN, Refusal.EXTENSION_UNKNOWN}:
            assert admin


@given(worlds(), ANY_USER_ID, ANY_NUMBER)
def test_who_stands_above_reaches_no_less(world: World, user_id: str, number: str) -> None:
    """What a user may, its organization may too, and what anybody may, administrators may."""
    for who, account in world.accounts.items():
        if world.refusal(who, user_id, number) is None:
            admins = {one for one, there in world.accounts.items() if there.kind is AccountKind.ADMINISTRATOR}
            for above in admins | ({account.parent_id} - {None}):
                assert world.refusal(above or 0, "@me", number) is None
                assert world.refusal(above or 0, "@owner", number) is None
