"""All scripts by name, ``<group>/<name>``: what ``record.py`` records and the live test plays."""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.asterisk.lab.calls import (
    agents,
    attended,
    blind,
    chains,
    dials,
    failed,
    forwards,
    groups,
    internal,
    local,
    originate,
    parking,
    pickup,
    queues,
    redirects,
    services,
    trunk,
)
from tests.asterisk.lab.pbx import VARIANTS
from tests.asterisk.lab.stage import Stage

GROUPS = (
    internal,
    failed,
    trunk,
    groups,
    local,
    dials,
    forwards,
    originate,
    blind,
    attended,
    chains,
    pickup,
    parking,
    queues,
    agents,
    services,
    redirects,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scripted call."""

    name: str
    script: str
    play: Callable[[Stage], Awaitable[None]]


def _scenarios() -> Mapping[str, Scenario]:
    found: dict[str, Scenario] = {}
    for module in GROUPS:
        group = module.__name__.rpartition(".")[2]
        for name, function in inspect.getmembers_static(module, inspect.iscoroutinefunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                script = inspect.getdoc(function) or ""
                found[f"{group}/{name}"] = Scenario(name=f"{group}/{name}", script=script, play=function)
    return found


SCENARIOS = _scenarios()

BASIC_GROUPS = ("internal", "failed", "trunk", "groups")
"""What is played with chan_sip too, but for extensions with two phones: a SIP peer has one place."""


def scenarios_on(variant: str) -> Sequence[str]:
    """The names of the scripts that are played on a variant of ``VARIANTS``."""
    if VARIANTS[variant].technology == "PJSIP":
        return list(SCENARIOS)
    return [name for name in SCENARIOS if name.startswith(BASIC_GROUPS) and "two_phones" not in name]
