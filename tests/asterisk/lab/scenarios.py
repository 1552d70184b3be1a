"""All scripts by name, ``<group>/<name>``: what ``record.py`` records and the live test plays."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from tests.asterisk.lab.calls import failed, groups, internal, trunk
from tests.asterisk.lab.stage import Stage

GROUPS = (internal, failed, trunk, groups)


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
