"""Other settings for requests, while some are under way."""

import asyncio

from amibridge.delivery.policy import Answered, Outcome, Refused
from amibridge.delivery.request import NotificationRequest
from amibridge.renewable_sender import RenewableSender, sender_of
from amibridge.settings import DeliverySettings
from tests.fakes.receiver import Answer, Receiver


def request_to(receiver: Receiver) -> NotificationRequest:
    """A request that any receiver takes."""
    return NotificationRequest(method="GET", url=receiver.url(), headers={}, body=b"")


async def test_requests_end_as_they_began() -> None:
    """A request under way keeps its connection; those after it are as the new settings say, also on a kept one."""
    async with Receiver() as receiver:
        allowed = DeliverySettings(allow_destinations=[receiver.address])
        async with RenewableSender(sender_of(allowed)) as sender:

            async def send() -> Outcome:
                return await sender.send(request_to(receiver), by_administrator=False)

            assert await send() == Answered(status_code=200)
            receiver.otherwise = Answer(delay_seconds=0.2)
            under_way = asyncio.create_task(send())
            await receiver.wait_for(2)
            await sender.renew(sender_of(DeliverySettings()))
            assert isinstance(await send(), Refused)
            assert await under_way == Answered(status_code=200)
            assert len(sender._open) == 1
            await sender.renew(sender_of(allowed))
            assert await send() == Answered(status_code=200)
            assert len(sender._open) == 1
    assert len(receiver.received) == 3
