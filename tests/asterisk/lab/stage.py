"""What a script of a call plays on: a running PBX and its phones, all switched on."""

import asyncio
from contextlib import AsyncExitStack
from contextvars import ContextVar
from types import TracebackType
from typing import Self

from tests.asterisk.lab.install import DEFAULT_VERSION
from tests.asterisk.lab.pbx import Pbx
from tests.asterisk.lab.sip import Call, Phone

PHONES = ("201", "202", "203", "204", "205", "205b", "206", "207", "0003*210", "0003*211")
"""The devices: one an extension, except 205, which has two. 208 and 209 are never switched on."""

PROVIDER = "provider-a"

least_pause_seconds: ContextVar[float] = ContextVar("least_pause_seconds", default=0.0)
"""No pause is shorter: a busy PBX needs longer until whoever has picked up is connected."""


class Stage:
    """``async with Stage() as stage``: scripts may then be played on it, one after the other."""

    def __init__(self, variant: str = DEFAULT_VERSION) -> None:
        self.pbx = Pbx(variant)
        self._phones: dict[str, Phone] = {}
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            await opening.enter_async_context(self.pbx)
            for device in (*PHONES, PROVIDER):
                self._phones[device] = await opening.enter_async_context(self._device(device))
            await self.register()
            self._open = opening.pop_all()
        return self

    def _device(self, device: str) -> Phone:
        host = "127.0.0.2" if device == PROVIDER else "127.0.0.1"
        return Phone(
            username=device.rstrip("b"),
            password=self.pbx.secrets.phone,
            registrar=(self.pbx.provider_side if device == PROVIDER else host, self.pbx.ports.sip),
            host=host,
        )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    def phone(self, device: str) -> Phone:
        """A device by its extension; ``205b`` is the second phone of 205."""
        return self._phones[device]

    @property
    def provider(self) -> Phone:
        """The other end of the trunk."""
        return self._phones[PROVIDER]

    @property
    def phones(self) -> list[Phone]:
        """All devices, the provider too."""
        return list(self._phones.values())

    async def register(self) -> None:
        """Tell the PBX where all phones are."""
        await asyncio.gather(*(phone.register() for phone in self.phones))

    async def settled(self) -> None:
        """Wait until the PBX has no channel left, and make every phone forget the script that was played."""
        await self.pbx.quiet()
        for phone in self.phones:
            phone.forget()


async def pause(seconds: float = 0.15) -> None:
    """Let people ring or talk for a moment."""
    await asyncio.sleep(max(seconds, least_pause_seconds.get()))


async def ringing(phone: Phone) -> Call:
    """Wait for a call at this phone, and let it ring."""
    call = await phone.incoming()
    await call.ring()
    return call


async def answering(phone: Phone) -> Call:
    """Wait for a call at this phone, let it ring for a moment, and pick up."""
    call = await ringing(phone)
    await pause()
    await call.answer()
    return call


async def talking(stage: Stage, caller: str = "201", number: str = "202") -> tuple[Call, Call]:
    """Let two extensions call each other, and talk; the caller's call and the called one's."""
    call = stage.phone(caller).call(number)
    called = await answering(stage.phone(number))
    await call.is_answered()
    await pause()
    return call, called
