"""``amibridge extension import``: the directory, filled from what the PBX has."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from amibridge.calls.directory import Extension
from amibridge.cli.common import ConfigOption, JsonOption, say, settings_of, show, show_aligned
from amibridge.control.client import perform
from amibridge.control.extensions import ImportExtensions, import_extensions, list_extensions
from amibridge.control.operation import Nothing
from amibridge.errors import NotFineError
from amibridge.inventory.numbers import Numbers
from amibridge.inventory.pbx import OF_PHONES, Reading, SourceRead
from amibridge.inventory.plan import CHANGES, Action, Plan, Skipped, Step, plan_import
from amibridge.logs import escaped
from amibridge.settings import Settings, require_login
from amibridge.store.refusals import named

_HEADINGS: Final = ("CHANGE", "NUMBER", "KIND", "SERVICE", "NAME", "NOTE")
_DONE: Final = {Action.ADD: "added", Action.NAME: "given a name"}
_TO_DO: Final = {Action.ADD: "to add", Action.NAME: "to give a name"}
_MOST_NAMED: Final = 20
"""So many of what is skipped for one reason are named; ``--json`` has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an import did, or would do; the keys of ``--json``."""

    applied: bool
    """Whether ``--apply`` was given."""
    changed: tuple[str, ...]
    """Numbers of the extensions that were changed."""
    steps: tuple[Step, ...]
    skipped: tuple[Skipped, ...]
    sources: tuple[SourceRead, ...]


def import_(
    apply: Annotated[bool, typer.Option("--apply", help="Change the directory so.")] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> int:
    """Read the PBX's phones, queues and conferences, and show what they would change in the directory.

    What is declared stays as it is; only a missing name is filled in. Status 1 when the PBX did not tell all.
    """
    settings = settings_of(config, logs_in=True)
    require_login(settings.ami)
    numbers = Numbers(settings.extensions)
    report = asyncio.run(_import(settings, numbers, apply=apply))
    if json:
        show(report)
    else:
        _print(report)
    _summarize(report)
    if all(source.reading is Reading.NOT_LOADED for source in report.sources if source.source in OF_PHONES):
        say("no phones were found: the PBX has loaded neither PJSIP nor chan_sip")
    problems = [source.problem for source in report.sources if source.problem]
    for problem in problems:
        say(problem)
    return NotFineError.exit_status if problems else 0


async def _import(settings: Settings, numbers: Numbers, *, apply: bool) -> Report:
    # panoramisk takes long to load, and only here is it needed.
    from amibridge.ami.inventory import read_inventory  # noqa: PLC0415

    store = Path(settings.store.path)
    declared = await perform(store, list_extensions, Nothing())
    by_number = {extension.number: extension for extension in declared}
    inventory = await read_inventory(settings.ami, lambda endpoint: numbers.worth_describing(endpoint, by_number))
    plan = plan_import(inventory, numbers, declared)
    changed = await _apply(store, plan) if apply else []
    return Report(
        applied=apply,
        changed=tuple(extension.number for extension in changed),
        steps=plan.steps,
        skipped=plan.skipped,
        sources=inventory.sources,
    )


async def _apply(store: Path, plan: Plan) -> list[Extension]:
    changes = plan.changes
    return await perform(store, import_extensions, ImportExtensions(extensions=changes)) if changes else []


def _print(report: Report) -> None:
    lines = [*map(_line, report.steps), *_skipped_lines(report.skipped)]
    if lines:
        show_aligned([_HEADINGS, *(tuple(map(escaped, line)) for line in lines)])


def _line(step: Step) -> Sequence[str]:
    found = () if step.action is Action.NEEDS_NUMBER else step.found
    note = "; ".join(filter(None, (", ".join(found), step.note)))
    return (step.action, step.number, step.kind, step.service, step.name, note)


def _skipped_lines(skipped: Sequence[Skipped]) -> Iterator[Sequence[str]]:
    """One line a reason."""
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for one in skipped:
        by_reason[one.reason].append(one.found)
    for reason, found in by_reason.items():
        yield ("skip", "", "", "", "", f"{len(found)}: {named(found, _MOST_NAMED)} ({reason})")


def _summarize(report: Report) -> None:
    """Say what was done, or is to be done."""
    planned = [step for step in report.steps if step.action in CHANGES]
    changed = frozenset(report.changed)
    done = [step for step in planned if step.number in changed] if report.applied else planned
    words = _DONE if report.applied else _TO_DO
    counts = {action: sum(step.action is action for step in done) for action in words}
    said = ", ".join(f"{count} {words[action]}" for action, count in counts.items() if count)
    if said:
        say(said if report.applied else f"{said}: --apply does it")
    if not planned:
        say("nothing to do")
    elif len(done) < len(planned):
        say(f"left as they are, since somebody declared them meanwhile: {len(planned) - len(done)}")
