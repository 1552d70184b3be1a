"""``amibridge demo``: the whole main job on recorded calls."""

from typing import Annotated

import typer


def demo(
    exit_when_done: Annotated[
        bool, typer.Option("--exit", help="End by itself once every recorded call has been delivered.")
    ] = False,
    speed: Annotated[float, typer.Option(metavar="N", help="How many times as fast as usual.")] = 1.0,
) -> int:
    """Show what amibridge does, on recorded calls: needs no Asterisk, no settings, no root."""
    # The daemon's parts take long to load, and no other command needs them.
    from amibridge.simulator.demo import run_demo  # noqa: PLC0415

    return run_demo(exit_when_done=exit_when_done, speed=speed)
