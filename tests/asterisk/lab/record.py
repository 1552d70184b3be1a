"""Record the AMI streams of scripted calls: ``python -m tests.asterisk.lab.record [--asterisk VARIANT] [NAME ...]``.

Each trace is the byte stream that the server sent, from its banner to the silence after the call.
Nothing that a client sends is in it, so no secret is.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.asterisk.lab.ami import AmiError
from tests.asterisk.lab.install import InstallError, install
from tests.asterisk.lab.pbx import VARIANTS, PbxError
from tests.asterisk.lab.scenarios import SCENARIOS, Scenario, scenarios_on
from tests.asterisk.lab.sip import SipError
from tests.asterisk.lab.stage import Stage

TRACES = Path(__file__).parents[2] / "replay/traces"

SETTLING_SECONDS = 0.25
"""After the last channel has gone, something may still be said about it."""

SCENARIO_SECONDS = 30.0


async def record(stage: Stage, scenario: Scenario) -> bytes:
    """Play one script and return what a listener was sent meanwhile."""
    async with asyncio.timeout(SCENARIO_SECONDS), stage.pbx.ami("recorder", events=True) as listener:
        await scenario.play(stage)
        await stage.settled()
        await asyncio.sleep(SETTLING_SECONDS)
        await listener.ask("Ping")  # wakes a session that holds events back
        return bytes(listener.received)


async def record_all(variant: str, names: Sequence[str]) -> int:
    """Record these scenarios on one PBX, and return how many failed."""
    failures = 0
    async with Stage(variant) as stage:
        for name in names:
            started = time.monotonic()
            try:
                stream = await record(stage, SCENARIOS[name])
            except (SipError, PbxError, AmiError, TimeoutError) as error:
                failures += 1
                print(f"{variant}/{name}: {error or type(error).__name__}", file=sys.stderr)  # noqa: T201
                await stage.settled()
                continue
            path = TRACES / variant / f"{name}.ami"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(stream)
            print(f"{variant}/{name}: {len(stream):,} bytes, {time.monotonic() - started:.1f} s")  # noqa: T201
    return failures


def main(arguments: Sequence[str]) -> int:
    """Record the scenarios named, all when none is; status 1 when one could not be played."""
    parser = argparse.ArgumentParser(prog="python -m tests.asterisk.lab.record", description="Record AMI streams.")
    parser.add_argument("--asterisk", choices=VARIANTS, action="append", help="on which; all when none is named")
    parser.add_argument("names", nargs="*", help="scenarios or groups of them; all when none is named")
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.names if not any(name in {s, s.partition("/")[0]} for s in SCENARIOS)]:
        print(f"no such scenario: {', '.join(unknown)}", file=sys.stderr)  # noqa: T201
        return 2
    recorded = failures = 0
    for variant in chosen.asterisk or VARIANTS:
        names = [
            name
            for name in scenarios_on(variant)
            if not chosen.names or {name, name.partition("/")[0]} & {*chosen.names}
        ]
        try:
            install(VARIANTS[variant].version)
            failed = asyncio.run(record_all(variant, names))
        except (InstallError, PbxError, SipError) as error:
            print(error, file=sys.stderr)  # noqa: T201
            return 1
        recorded, failures = recorded + len(names) - failed, failures + failed
    print(f"{recorded} recorded, {failures} failed")  # noqa: T201
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
