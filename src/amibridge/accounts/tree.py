"""Accounts: administrators, organizations below them, users below organizations; their Apps and tokens."""

from dataclasses import dataclass
from enum import StrEnum


class AccountKind(StrEnum):
    """What an account may be."""

    ADMINISTRATOR = "administrator"
    ORGANIZATION = "organization"
    USER = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account of the tree."""

    account_id: int
    kind: AccountKind
    name: str
    parent_id: int | None = None
    """The account above: an organization's administrator (or None), a user's organization."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A program registered to an account; its tokens act for that account."""

    app_id: int
    account_id: int
    name: str
    client_id: str
    client_secret_hash: str
    """SHA-256 of the client secret, hexadecimal."""
    signing_secret: str = ""
    """``whsec_…`` in clear, because signing needs it; empty: notifications are not signed."""
    former_signing_secret: str = ""
    """The one before it; empty: there was none."""
    former_signs_until: float = 0.0
    """Unix seconds; until then notifications carry the former secret's signature too."""
    suspended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A bearer token; only its hash is kept."""

    token_id: int
    token_hash: str
    """SHA-256 of the token, hexadecimal."""
    account_id: int
    app_id: int | None = None
    created_at: float
    """Unix seconds."""
    expires_at: float | None = None
    """Unix seconds; None: never."""


class TokenState(StrEnum):
    """Whether a token opens the API; a revoked one is not kept."""

    VALID = "valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    """Its App is."""
