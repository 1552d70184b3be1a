"""The laboratory several times over on one PBX, so that many scripts are played at once and none disturbs another.

Each lane has phones, a dialplan, queues, conferences, menus, parking places and a provider of its own, made from those
of the laboratory: what a script calls ``202`` is ``3202`` in the third lane, the context ``phones`` is ``phones-3``
there. Numbers outside stay as they are. The lane 0 is the laboratory itself.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.asterisk.lab.ami import Ami, AmiError, Block
from tests.asterisk.lab.pbx import Pbx, PbxError
from tests.asterisk.lab.sip import Phone
from tests.asterisk.lab.stage import PHONES, PROVIDER, Stage
from tests.replay.stories import DIRECTORY, Declared

LANES: Final = (0, 1, 2, 3, 4, 5, 6, 7)
"""One digit each; none with which an outside line is dialled."""

_CONTEXTS: Final = (
    *("phones", "inside", "follow-me", "find-me", "dial-one", "leave-queue", "confirm", "waiting", "parkedcalls"),
    *("menu", "sub-menu", "wait-and-come-back", "night-menu", "undeclared-menu", "customer-3", "from-provider"),
)
_QUEUES: Final = (
    *("support", "single", "undeclared", "locals", "empty", "announced", "exiting", "turns", "penalties", "accepted"),
    "customer-3-support",
)
_CONFERENCES: Final = ("meeting", "corridor")
_ENDPOINTS: Final = ("provider-a", "provider-b", "phone", "account", "place")
_NAMES: Final = "|".join(sorted({*_CONTEXTS, *_QUEUES, *_CONFERENCES, *_ENDPOINTS}, key=len, reverse=True))
_NAME: Final = re.compile(rf"(?<![\w-])({_NAMES})(?!\w|-(?![0-9a-f]{{8}}$))")
"""Whole, or in front of the number that makes it a channel's name."""
_NUMBER: Final = re.compile(r"(?<![\w*#])(\*8|\*2|#1)?([267]\d\d)(?!\w)")
"""A number inside, also behind the keys for a pickup or a transfer; a customer's ``0003*210`` is none."""
_PATTERN: Final = re.compile(r"(?<= _)(?=20[\[X])")
_HANGING_UP_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How a lane is numbered."""

    lane: int

    def __call__(self, text: str) -> str:
        """A text of the laboratory, as it is in the lane: numbers and names."""
        if not self.lane:
            return text
        return _NAME.sub(rf"\1-{self.lane}", _NUMBER.sub(rf"\g<1>{self.lane}\2", text))

    def back(self, text: str) -> str:
        """A channel's name of the lane, as a script knows it."""
        if not self.lane:
            return text
        named = re.sub(rf"(?<![\w-])({_NAMES})-{self.lane}(?!\w)", r"\1", text)
        return re.sub(rf"(?<!\w){self.lane}([267]\d\d)(?!\w)", r"\1", named)

    def owns(self, channel: str) -> bool:
        """Whether a channel belongs to the lane."""
        found = re.search(rf"/([1-9])[267]\d\d(?!\w)|(?<![\w-])(?:{_NAMES})-([1-9])(?!\w)", channel)
        return self.lane == (int(found.group(1) or found.group(2)) if found else 0)

    def directory(self) -> list[Declared]:
        """What the laboratory's directory declares, for the lane; customers are in the lane 0 alone."""
        return [
            replace(one, number=self(one.number), service=self(one.service))
            for one in DIRECTORY
            if not self.lane or "*" not in one.number
        ]

    @property
    def provider_host(self) -> str:
        """Where the lane's provider calls from."""
        return f"127.0.0.{2 + 10 * self.lane}"

    def extended(self, template: str, *, behind: str) -> str:
        """The part of a template that each lane has for itself: from the line that begins with ``behind`` on."""
        start = template.index(f"\n{behind}") + 1
        own = re.sub(r"(?m)^\[0003\*.*\n([^\[;\n].*\n|\n)*", "", template[start:])
        own = own.replace("phones,${EXTEN:8}", f"phones,{self.lane}${{EXTEN:8}}")
        own = own.replace("Park()", f"Park(lot-{self.lane})")
        return _PATTERN.sub(str(self.lane), self(own))


def _own_parts(plan: Plan, templates: Mapping[str, str]) -> Mapping[str, str]:
    """What each configuration file has more for a lane."""
    lane = plan.lane
    phones = plan.extended(templates["pjsip.conf"], behind="[phone](!)")
    phones = phones.replace(f"context = phones-{lane}", f"context = phones-{lane}\nset_var = PARKINGLOT=lot-{lane}")
    phones = re.sub(r"(call|pickup)_group = 1", rf"\1_group = {lane + 1}", phones)
    phones = phones.replace("match = 127.0.0.2", f"match = {plan.provider_host}")
    _, _, lot = templates["res_parking.conf"].partition("[default]\n")
    own_lot = plan(lot).replace("701-705", f"{lane}701-{lane}705")
    return {
        "extensions.conf": plan.extended(templates["extensions.conf"], behind="[phones]"),
        "pjsip.conf": phones,
        "queues.conf": plan.extended(templates["queues.conf"], behind="[support]"),
        "res_parking.conf": f"\n[lot-{lane}]\nparkext_exclusive = yes\n{own_lot}",
    }


class SharedPbx(Pbx):
    """A PBX for all lanes; its phones are of PJSIP."""

    def _configure(self, folder: Path) -> None:
        super()._configure(folder)
        names = ("extensions.conf", "pjsip.conf", "queues.conf", "res_parking.conf")
        templates = {name: (folder / "etc" / name).read_text() for name in names}
        for lane in LANES[1:]:
            for name, more in _own_parts(Plan(lane), templates).items():
                with (folder / "etc" / name).open("a") as file:
                    file.write(f"\n{more}")

    async def restarted(self) -> None:
        """Die without a word, and come back on the same ports without any call."""
        ports = self.ports
        await self.killed()
        await self.__aenter__()
        if self.ports != ports:
            raise PbxError("somebody took a port of the PBX while it was down")


class _LaneAmi(Ami):
    """A hand that reaches what is in its lane, by the names that a script knows."""

    plan: Plan

    async def ask(self, action: str, **headers: str) -> list[Block]:
        return await super().ask(action, **{name: self.plan(value) for name, value in headers.items()})

    async def channels(self) -> list[str]:
        return [self.plan.back(name) for name in await super().channels() if self.plan.owns(name)]


class _LanePbx(Pbx):
    """A lane's view of the PBX."""

    def __init__(self, whole: Pbx, plan: Plan) -> None:
        super().__init__(whole.version)
        self._plan, self.ports, self.secrets = plan, whole.ports, whole.secrets

    def ami(self, username: str = "laboratory", *, events: bool = False) -> Ami:
        hand = _LaneAmi(self.ports.ami, username=username, secret=self.secrets.ami, events=events)
        hand.plan = self._plan
        return hand


class Lane(Stage):
    """A stage that shares its PBX with others: ``async with Lane(pbx, 3) as stage``."""

    def __init__(self, whole: Pbx, number: int) -> None:
        super().__init__(whole.version)
        self.plan = Plan(number)
        self.pbx = _LanePbx(whole, self.plan)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            for device in (*PHONES, PROVIDER):
                if not self.plan.lane or "*" not in device:
                    self._phones[device] = await opening.enter_async_context(self._device(device))
            await self.register()
            self._open = opening.pop_all()
        return self

    def _device(self, device: str) -> Phone:
        outside = device == PROVIDER
        return Phone(
            username=self.plan(device.rstrip("b")),
            password=self.pbx.secrets.phone,
            registrar=("127.0.0.2" if outside else "127.0.0.1", self.pbx.ports.sip),
            host=self.plan.provider_host if outside else "127.0.0.1",
            dialled=self.plan,
        )

    async def cleared(self) -> None:
        """End whatever a script has left, one that was given up too."""
        async with self.pbx.ami() as hand:
            for channel in await hand.channels():
                try:
                    await hand.ask("Hangup", Channel=channel)
                except AmiError:
                    continue  # it has gone by itself
        await self.pbx.quiet(_HANGING_UP_SECONDS)
        for phone in self.phones:
            phone.forget()


class Lanes:
    """``async with Lanes("22") as lanes``: a PBX, and all its lanes with their phones."""

    def __init__(self, version: str) -> None:
        self.pbx = SharedPbx(version)
        self.all: list[Lane] = []
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            await opening.enter_async_context(self.pbx)
            for number in LANES:
                self.all.append(await opening.enter_async_context(Lane(self.pbx, number)))
            self._open = opening.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    def directory(self) -> Iterable[Declared]:
        """All that is declared."""
        return [one for lane in self.all for one in lane.plan.directory()]
