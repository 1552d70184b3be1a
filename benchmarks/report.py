"""What was measured, as one table and as JSON."""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_WIDTH: Final = 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What was promised, and what came of it."""

    name: str
    limit: float
    value: float
    at_least: bool
    is_ratio: bool

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass(slots=True)
class Report:
    """Figures by group and name, one of each round; what they are held against."""

    figures: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    targets: list[Target] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, group: str, name: str, value: float, unit: str) -> None:
        """Note a figure of one round."""
        self.figures.setdefault(group, {}).setdefault(name, []).append(value)
        self.units[f"{group}|{name}"] = unit

    def median(self, group: str, name: str) -> float:
        """The middle one of all rounds."""
        return statistics.median(self.figures[group][name])

    def ratio(self, group: str, name: str, other: str) -> float:
        """How many times ``other`` is in ``name``, of the medians."""
        return self.median(group, name) / self.median(group, other)

    def hold(
        self, name: str, group: str, row: str, limit: float, *, at_least: bool = False, over: str | None = None
    ) -> None:
        """Hold a median against a target, or with ``over`` its ratio to another row; ratios are the gate."""
        value = self.median(group, row) if over is None else self.ratio(group, row, over)
        self.targets.append(Target(name=name, limit=limit, value=value, at_least=at_least, is_ratio=over is not None))

    def table(self) -> str:
        """All of it, for people."""
        lines = [f"{'':<{_WIDTH}} {'median':>12} {'least':>12} {'most':>12}"]
        for group, rows in self.figures.items():
            lines += ["", group]
            for name, values in rows.items():
                unit = self.units[f"{group}|{name}"]
                shown = " ".join(f"{_number(one):>12}" for one in (statistics.median(values), min(values), max(values)))
                lines.append(f"  {name:<{_WIDTH - 2}} {shown}  {unit}")
        lines += ["", f"{'target':<{_WIDTH}} {'limit':>12} {'measured':>12}"]
        for one in self.targets:
            sign = "at least" if one.at_least else "at most"
            kept = "yes" if one.holds else "NO"
            lines.append(f"  {one.name:<{_WIDTH - 2}} {sign} {_number(one.limit):>8} {_number(one.value):>8}  {kept}")
        return "\n".join([*lines, "", *self.notes])

    def write(self, path: Path) -> None:
        """All of it, for programs."""
        told: dict[str, Any] = {
            "machine": machine(),
            "figures": {
                group: {
                    name: {"unit": self.units[f"{group}|{name}"], "median": statistics.median(values), "rounds": values}
                    for name, values in rows.items()
                }
                for group, rows in self.figures.items()
            },
            "targets": [
                {"name": one.name, "limit": one.limit, "at_least": one.at_least, "value": one.value, "holds": one.holds}
                for one in self.targets
            ],
            "notes": self.notes,
        }
        path.write_text(json.dumps(told, indent=1) + "\n")

    @property
    def gate_holds(self) -> bool:
        """Whether the ratios do; the other figures depend on the machine."""
        return all(one.holds for one in self.targets if one.is_ratio)


def machine() -> Mapping[str, object]:
    """Where this runs."""
    model = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = [line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")]
    try:
        source = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - a developer's own
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()
    except OSError:
        source = ""
    return {
        "processor": model[0] if model else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory[0]) / 2**20, 1) if memory else None,
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_at_the_end": os.getloadavg()[0],
        "source": source,
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def _number(value: float) -> str:
    if abs(value) >= 999.95:  # noqa: PLR2004 - from here on no decimals
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"  # noqa: PLR2004
