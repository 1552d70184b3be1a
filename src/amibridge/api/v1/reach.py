"""What a caller may see: the extensions that its account reaches."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from amibridge.accounts.access import Ownership, reaches, refusal_of
from amibridge.accounts.tree import AccountKind
from amibridge.api.callers import Caller, CurrentCaller
from amibridge.api.dependencies import ApiDependencies, Dependencies
from amibridge.api.errors import ApiError, refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a caller's account reaches."""

    caller: Caller
    dependencies: ApiDependencies

    @property
    def is_everything(self) -> bool:
        """Whether it is an administrator's."""
        return self.caller.account.kind is AccountKind.ADMINISTRATOR

    def is_still_valid(self) -> bool:
        """Whether the token that it was found by still opens the API."""
        token, accounts = self.caller.token, self.dependencies.accounts
        return (
            accounts.identify(token.token_hash, self.dependencies.clock()) is not None
            and accounts.account(token.account_id) is not None
        )

    def covers(self, number: str) -> bool:
        """Whether an extension is within it."""
        owner_id = self._ownership(number).owner_id
        owner = None if owner_id is None else self.dependencies.accounts.account(owner_id)
        return reaches(self.caller.account, owner)

    def numbers_of(self, parameters: Mapping[str, str]) -> AbstractSet[str] | None:
        """The extensions that a request is about: the one that it names, else all in reach; None: all there are.

        Raises:
            ApiError: It names none, or one out of reach.
        """
        number = self.extension_of(parameters)
        if number is not None:
            return {number}
        if self.is_everything:
            return None
        return {one.number for one in self.dependencies.directory.all() if self.covers(one.number)}

    def extension_of(self, parameters: Mapping[str, str]) -> str | None:
        """The extension that a request names; None where it names none.

        Raises:
            ApiError: It is none, or out of reach, which look the same to all but administrators.
        """
        number = parameters.get("extension")
        if number is not None:
            refusal = refusal_of(
                self.caller.account,
                user_id="@me",
                number=number,
                find_account=self.dependencies.accounts.account,
                find_ownership=self._ownership,
            )
            if refusal is not None:
                raise refused(refusal)
        return number

    def require_everything(self) -> None:
        """Let nobody but administrators go on.

        Raises:
            ApiError: It is another's.
        """
        if not self.is_everything:
            raise ApiError(status=403, code="access_denied", message="administrators alone may see that")

    def hide(self, message: str) -> ApiError:
        """What asking for something that is not there comes to; others than administrators learn nothing by it."""
        if self.is_everything:
            return ApiError(status=404, code="not_found", message=message)
        return ApiError(status=403, code="access_denied", message="your account may not see that, or it is not there")

    def _ownership(self, number: str) -> Ownership:
        declared = self.dependencies.directory.get(number)
        return Ownership(exists=True, owner_id=declared.owner_id if declared else None)


async def reach_of(caller: CurrentCaller, dependencies: Dependencies) -> Reach:
    """The reach of whoever asks."""
    return Reach(caller=caller, dependencies=dependencies)


CurrentReach = Annotated[Reach, Depends(reach_of)]
