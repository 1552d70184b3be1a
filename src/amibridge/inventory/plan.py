"""What an import would change in the directory: only what nobody has declared, and names that are missing.

Each thing of the PBX that stands for an extension makes a claim on its number. A number that is declared keeps its
declaration, whatever is claimed; one that is claimed as two different things is left to a person.
"""

import shlex
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from amibridge.accounts.access import is_extension_number
from amibridge.calls.directory import Extension, ExtensionKind
from amibridge.inventory.numbers import Numbers
from amibridge.inventory.pbx import OF_PHONES, Endpoint, Inventory, Reading, Source

ROOM_DIGITS: Final = 6
"""A longer number is not taken for a conference's extension: Page() pages in rooms with random numbers up to 2^32."""


class Action(StrEnum):
    """What is to be done with one extension; only the first two change anything."""

    ADD = "add"
    NAME = "name"
    """It is declared without a name, and gets one."""
    KEEP = "keep"
    CONFLICT = "conflict"
    """The PBX has something else there; a person has to say which."""
    NEEDS_NUMBER = "needs-number"
    """A queue or conference of which only the name can be read."""
    ABSENT = "absent"
    """Declared, but the PBX does not list it; it stays."""


CHANGES: Final = frozenset({Action.ADD, Action.NAME})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to be done with one extension."""

    action: Action
    number: str
    """Empty when it is not known."""
    kind: ExtensionKind
    service: str = ""
    name: str = ""
    """As it is then."""
    found: tuple[str, ...] = ()
    """What of the PBX it comes from: ``PJSIP/201``, ``queue 400``."""
    note: str = ""
    """What a person should know or do; empty when all is plain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something of the PBX that is no extension."""

    found: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that is to be done, and all that is left out."""

    steps: tuple[Step, ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def changes(self) -> list[Extension]:
        """The extensions to declare, or to give their name."""
        return [
            Extension(number=step.number, kind=step.kind, service=step.service, name=step.name)
            for step in self.steps
            if step.action in CHANGES
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """That something of the PBX stands for a number."""

    kind: ExtensionKind
    found: tuple[str, ...]
    service: str = ""
    name: str = ""


def plan_import(inventory: Inventory, numbers: Numbers, declared: Sequence[Extension]) -> Plan:
    """What an import would do.

    Args:
        inventory: What the PBX told.
        numbers: Which endpoint is which extension.
        declared: The directory.
    """
    planner = _Planner(declared)
    planner.claim_phones(inventory.endpoints, numbers)
    for queue in sorted(set(inventory.queues)):
        planner.claim_service(ExtensionKind.QUEUE, queue)
    for conference in sorted(set(inventory.conferences)):
        planner.claim_service(ExtensionKind.CONFERENCE, conference)
    return planner.plan(_told_whole(inventory))


class _Planner:
    """Gathers claims, then settles them number by number."""

    def __init__(self, declared: Sequence[Extension]) -> None:
        self._declared = declared
        self._claims: defaultdict[str, list[_Claim]] = defaultdict(list)
        self._without_number: list[Step] = []
        self._skipped: list[Skipped] = []

    def claim_phones(self, endpoints: Iterable[Endpoint], numbers: Numbers) -> None:
        """One claim for all endpoints of an extension, named after the first of them that has a name."""
        phones: defaultdict[str, list[Endpoint]] = defaultdict(list)
        for endpoint in sorted(endpoints, key=lambda one: (one.technology, one.name)):
            resolved = numbers.resolve(endpoint)
            if resolved.number:
                phones[resolved.number].append(endpoint)
            else:
                self._skipped.append(Skipped(found=endpoint.label, reason=resolved.refusal))
        for number, group in phones.items():
            name = next((one.caller_name for one in group if one.caller_name), "")
            found = tuple(one.label for one in group)
            self._claims[number].append(_Claim(kind=ExtensionKind.PHONE, found=found, name=name))

    def claim_service(self, kind: ExtensionKind, service: str) -> None:
        """A queue or conference has the numbers where it is declared; else its name, when that is a number."""
        claim = _Claim(kind=kind, service=service, found=(f"{kind} {service}",))
        holders = [one.number for one in self._declared if one.kind is kind and one.stands_for == service]
        for number in holders:
            self._claims[number].append(claim)
        if holders:
            return
        if not is_extension_number(service):
            note = f"needs a number: {_by_hand('NUMBER', claim)}"
            step = Step(action=Action.NEEDS_NUMBER, number="", kind=kind, service=service, found=claim.found, note=note)
            self._without_number.append(step)
        elif kind is ExtensionKind.CONFERENCE and service.isdigit() and len(service) > ROOM_DIGITS:
            reason = f"perhaps a Page() that is under way; if it is a conference: {_by_hand(service, claim)}"
            self._skipped.append(Skipped(found=claim.found[0], reason=reason))
        else:
            self._claims[service].append(claim)

    def plan(self, told_whole: Collection[ExtensionKind]) -> Plan:
        """All steps by number, and behind them what has none.

        Args:
            told_whole: Of these kinds, what was not found is not there.
        """
        known = {extension.number: extension for extension in self._declared}
        steps = [step for number, claims in self._claims.items() for step in _settle(number, claims, known.get(number))]
        steps += [
            _beside(one, action=Action.ABSENT, note="declared, but the PBX does not list it; it stays")
            for one in self._declared
            if one.kind in told_whole and one.number not in self._claims
        ]
        steps.sort(key=lambda step: step.number)
        return Plan(steps=(*steps, *self._without_number), skipped=tuple(self._skipped))


def _by_hand(number: str, claim: _Claim) -> str:
    """The command that declares a queue or conference, as a shell takes it."""
    return f"amibridge extension add {number} --kind {claim.kind} --service {shlex.quote(claim.service)}"


def _told_whole(inventory: Inventory) -> set[ExtensionKind]:
    """The kinds of which the PBX told all that it has; of conferences it knows those in use alone."""
    of_phones = {inventory.reading_of(source) for source in OF_PHONES}
    whole = set()
    if Reading.READ in of_phones and Reading.REFUSED not in of_phones:
        whole.add(ExtensionKind.PHONE)
    if inventory.reading_of(Source.QUEUES) is Reading.READ:
        whole.add(ExtensionKind.QUEUE)
    return whole


def _settle(number: str, claims: Sequence[_Claim], known: Extension | None) -> list[Step]:
    """What becomes of one number."""
    if known is not None:
        return [_keep(known, claim) for claim in claims]
    first = claims[0]
    found = tuple(label for claim in claims for label in claim.found)
    if len(claims) > 1:
        note = f"several things of one number: say which it is, with 'amibridge extension add {shlex.quote(number)} …'"
        return [Step(action=Action.CONFLICT, number=number, kind=first.kind, found=found, note=note)]
    return [
        Step(action=Action.ADD, number=number, kind=first.kind, service=first.service, name=first.name, found=found)
    ]


def _keep(known: Extension, claim: _Claim) -> Step:
    """A claim on a number that is declared: the declaration stays, only a phone's missing name is filled in."""
    if known.kind is not claim.kind or known.stands_for != claim.service:
        note = "the PBX has something else of that number than is declared; it stays as declared"
        return _beside(known, action=Action.CONFLICT, found=claim.found, note=note)
    if claim.name and not known.name:
        named = replace(known, name=claim.name)
        return _beside(named, action=Action.NAME, found=claim.found, note="it had no name")
    return _beside(known, action=Action.KEEP, found=claim.found)


def _beside(declared: Extension, *, action: Action, found: tuple[str, ...] = (), note: str = "") -> Step:
    """A step with an extension as it is declared."""
    return Step(
        action=action,
        number=declared.number,
        kind=declared.kind,
        service=declared.service,
        name=declared.name,
        found=found,
        note=note,
    )
