"""A sender that can be replaced by one of other settings while requests are under way."""

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from amibridge.delivery.destination import DestinationPolicy
from amibridge.delivery.policy import Outcome
from amibridge.delivery.request import NotificationRequest
from amibridge.delivery.sender import HttpSender
from amibridge.settings import DeliverySettings


def sender_of(settings: DeliverySettings) -> HttpSender:
    """The sender of these settings.

    Raises:
        SettingsError: A file that they name cannot be used, or a destination is none.
    """
    return HttpSender(
        destinations=DestinationPolicy.from_settings(settings),
        timeout_seconds=settings.timeout_seconds,
        tls_ca_file=settings.tls_ca_file,
    )


class RenewableSender:
    """The sender in use; an async context manager.

    A new one brings connections of its own, so that none is used any more which only the former settings allow.

    Args:
        sender: The first one.
    """

    def __init__(self, sender: HttpSender) -> None:
        self._sender = sender
        self._under_way: dict[HttpSender, int] = {}
        self._open: dict[HttpSender, AsyncExitStack] = {}

    async def __aenter__(self) -> Self:
        await self.renew(self._sender)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sender in list(self._open):
            await self._close(sender)

    async def send(self, request: NotificationRequest, *, by_administrator: bool) -> Outcome:
        """Send it once, as the settings say that hold when it begins."""
        sender = self._sender
        self._under_way[sender] += 1
        try:
            return await sender.send(request, by_administrator=by_administrator)
        finally:
            self._under_way[sender] -= 1
            await self._close_if_done(sender)

    async def renew(self, sender: HttpSender) -> None:
        """Use another one from now on; requests under way end with the one that they began with."""
        stack = AsyncExitStack()
        await stack.enter_async_context(sender)
        self._open[sender], self._under_way[sender] = stack, 0
        former, self._sender = self._sender, sender
        await self._close_if_done(former)

    async def _close_if_done(self, sender: HttpSender) -> None:
        if sender is not self._sender and not self._under_way.get(sender):
            await self._close(sender)

    async def _close(self, sender: HttpSender) -> None:
        self._under_way.pop(sender, None)
        stack = self._open.pop(sender, None)
        if stack is not None:
            await stack.aclose()
