"""Who may touch what, cell by cell: the table that the decision and the running API are both held against.

Rows are extensions, named by their owner; columns are what the path says as userId. In the cells:

    .   yes
    -   403 access_denied: out of reach, or named by somebody who is not its owner
    ?   400 user_invalid: there is no such account
    !   400 user_invalid: the userId is malformed
    e   400 extension_invalid: there is no such extension
    x   400 extension_invalid: the number is malformed
"""

from collections.abc import Iterator
from typing import Final

from amibridge.accounts.access import Refusal
from amibridge.accounts.tree import AccountKind

ACCOUNTS: Final[dict[str, tuple[AccountKind, str | None]]] = {
    "administrator": (AccountKind.ADMINISTRATOR, None),
    "acme": (AccountKind.ORGANIZATION, None),
    "alice": (AccountKind.USER, "acme"),
    "bob": (AccountKind.USER, "acme"),
    "evil": (AccountKind.ORGANIZATION, None),
    "eve": (AccountKind.USER, "evil"),
    "root": (AccountKind.ADMINISTRATOR, None),
}
"""Two administrators, two organizations, their users; and below whom each stands."""
NUMBERS: Final = {
    "administrator": "100",
    "root": "101",
    "acme": "300",
    "alice": "210",
    "bob": "220",
    "evil": "400",
    "eve": "410",
    "nobody": "500",
    "undeclared": "999",  # assignments are taken for it all the same: accept = "matching"
    "missing": "888",  # assignments are taken for declared extensions only: accept = "directory"
    "malformed": "@self",
}
"""An extension of each owner."""
MISSING_ID: Final = "99"
"""No account has it."""
MALFORMED_USER_IDS: Final = (
    *("me", "viewer", "owner", "Me", "@Me", "@ME", "@self", "@everyone", "@", "", "*", "alice", "acme"),
    *("0", "03", "-3", "+3", "3.0", "3 ", " 3", "3\n", "0x3", "1e1", "٣", "³", "9" * 19, "3,4", "3;x=1"),
    *("@me ", "@me\0", "%40me", "@me%2F", "\ufffd", "..", "@me;x=1"),
)
MALFORMED_NUMBERS: Final = (
    *("@self", "self", "@me", "", "*", "**", "*210", "210*", "1*2*3", "21a", "+49", "-1", "2.1", "21 0", "210 "),
    *("210\n", "210\0", "#31", "٢١٠", "²", "1" * 16, f"{'1' * 16}*1", f"1*{'1' * 16}", "2%2F10", "0003%2A210", ".."),
)

TABLE: Final = {
    "administrator": """
              @me @viewer @owner administrator root acme alice bob evil eve missing malformed
administrator  .     .      .          .         -    -    -    -    -   -     ?        !
root           .     .      .          -         .    -    -    -    -   -     ?        !
acme           .     .      .          -         -    .    -    -    -   -     ?        !
alice          .     .      .          -         -    -    .    -    -   -     ?        !
bob            .     .      .          -         -    -    -    .    -   -     ?        !
evil           .     .      .          -         -    -    -    -    .   -     ?        !
eve            .     .      .          -         -    -    -    -    -   .     ?        !
nobody         .     .      .          -         -    -    -    -    -   -     ?        !
undeclared     .     .      .          -         -    -    -    -    -   -     ?        !
missing        e     e      e          e         e    e    e    e    e   e     ?        !
malformed      x     x      x          x         x    x    x    x    x   x     ?        !
""",
    "acme": """
              @me @viewer @owner administrator root acme alice bob evil eve missing malformed
administrator  -     -      -          -         -    -    -    -    -   -     -        !
root           -     -      -          -         -    -    -    -    -   -     -        !
acme           .     .      .          -         -    .    -    -    -   -     -        !
alice          .     .      .          -         -    -    .    -    -   -     -        !
bob            .     .      .          -         -    -    -    .    -   -     -        !
evil           -     -      -          -         -    -    -    -    -   -     -        !
eve            -     -      -          -         -    -    -    -    -   -     -        !
nobody         -     -      -          -         -    -    -    -    -   -     -        !
undeclared     -     -      -          -         -    -    -    -    -   -     -        !
missing        -     -      -          -         -    -    -    -    -   -     -        !
malformed      x     x      x          -         -    x    x    x    -   -     -        !
""",
    "alice": """
              @me @viewer @owner administrator root acme alice bob evil eve missing malformed
administrator  -     -      -          -         -    -    -    -    -   -     -        !
root           -     -      -          -         -    -    -    -    -   -     -        !
acme           -     -      -          -         -    -    -    -    -   -     -        !
alice          .     .      .          -         -    -    .    -    -   -     -        !
bob            -     -      -          -         -    -    -    -    -   -     -        !
evil           -     -      -          -         -    -    -    -    -   -     -        !
eve            -     -      -          -         -    -    -    -    -   -     -        !
nobody         -     -      -          -         -    -    -    -    -   -     -        !
undeclared     -     -      -          -         -    -    -    -    -   -     -        !
missing        -     -      -          -         -    -    -    -    -   -     -        !
malformed      x     x      x          -         -    -    x    -    -   -     -        !
""",
}
"""By who asks: an administrator, an organization, a user."""
REFUSALS: Final = {
    ".": None,
    "-": Refusal.OUT_OF_REACH,
    "?": Refusal.USER_UNKNOWN,
    "!": Refusal.USER_MALFORMED,
    "e": Refusal.EXTENSION_UNKNOWN,
    "x": Refusal.EXTENSION_MALFORMED,
}


def cells(who: str) -> Iterator[tuple[str, str, str]]:
    """Extension, userId and outcome, by name; each row whole."""
    head, *rows = (line.split() for line in TABLE[who].strip().splitlines())
    for owner, *outcomes in rows:
        for user, outcome in zip(head, outcomes, strict=True):
            yield owner, user, outcome


def user_id_of(user: str, ids: dict[str, int]) -> str:
    """What a column writes into the path."""
    if user in ids:
        return str(ids[user])
    return {"missing": MISSING_ID, "malformed": MALFORMED_USER_IDS[0]}.get(user, user)
