"""Who may touch which extension: one pure decision about an account, a userId and an extension number.

What is out of reach and what does not exist look the same to users and organizations; only administrators are told
the difference.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from amibridge.accounts.tree import Account, AccountKind

OWN: Final = frozenset({"@me", "@viewer"})
"""The userIds of the account whose token it is."""
OWNER: Final = "@owner"
"""The userId of whoever owns the extension."""

_ID: Final = re.compile(r"[1-9][0-9]{0,17}")
_NUMBER: Final = re.compile(r"[0-9]{1,15}(\*[0-9]{1,15})?")


class Refusal(Enum):
    """Why a place may not be touched."""

    USER_MALFORMED = "the userId is none"
    USER_UNKNOWN = "there is no such account"
    EXTENSION_MALFORMED = "the extension number is none"
    EXTENSION_UNKNOWN = "there is no such extension"
    OUT_OF_REACH = "the account may not touch that user or extension"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """What is known of an extension number."""

    exists: bool
    """Assignments may be made for it."""
    owner_id: int | None
    """The account that it belongs to; None: administrators only."""


def is_id(text: str) -> bool:
    """Whether that is an id as lists show it, of an account or of anything else that the store numbers."""
    return _ID.fullmatch(text) is not None


def is_extension_number(text: str) -> bool:
    """Whether that is a number as extensions have them: ``210``, ``0003*210``."""
    return _NUMBER.fullmatch(text) is not None


def refusal_of(
    account: Account,
    *,
    user_id: str,
    number: str,
    find_account: Callable[[int], Account | None],
    find_ownership: Callable[[str], Ownership],
) -> Refusal | None:
    """Whether an account may touch the assignments of an extension, under the userId that the path names.

    Args:
        account: Whose token it is.
        user_id: ``@me``, ``@viewer``, ``@owner`` or an account's id.
        number: The extension.
        find_account: The account of an id.
        find_ownership: What is known of a well-formed number.

    Returns:
        None: it may; else the first reason why not, the user's before the extension's.
    """
    refusal = _user_refusal(account, user_id, find_account)
    if refusal is not None:
        return refusal
    if not is_extension_number(number):
        return Refusal.EXTENSION_MALFORMED
    ownership = find_ownership(number)
    refusal = _extension_refusal(account, ownership, find_account)
    if refusal is not None:
        return refusal
    named_owner = user_id in OWN or user_id == OWNER or int(user_id) == ownership.owner_id
    return None if named_owner else Refusal.OUT_OF_REACH


def reaches(account: Account, other: Account | None) -> bool:
    """Whether an account stands at or above another one, which None says does not exist."""
    if account.kind is AccountKind.ADMINISTRATOR:
        return True
    if other is None:
        return False
    if other.account_id == account.account_id:
        return True
    return account.kind is AccountKind.ORGANIZATION and other.parent_id == account.account_id


def _user_refusal(account: Account, user_id: str, find_account: Callable[[int], Account | None]) -> Refusal | None:
    if user_id in OWN or user_id == OWNER:
        return None
    if not is_id(user_id):
        return Refusal.USER_MALFORMED
    named = find_account(int(user_id))
    if not reaches(account, named):
        return Refusal.OUT_OF_REACH
    return Refusal.USER_UNKNOWN if named is None else None


def _extension_refusal(
    account: Account, ownership: Ownership, find_account: Callable[[int], Account | None]
) -> Refusal | None:
    if account.kind is AccountKind.ADMINISTRATOR:
        return None if ownership.exists else Refusal.EXTENSION_UNKNOWN
    owner = None if ownership.owner_id is None else find_account(ownership.owner_id)
    return None if reaches(account, owner) else Refusal.OUT_OF_REACH
