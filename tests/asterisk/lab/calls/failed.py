"""Calls that nobody answers, each for a reason of its own."""

from tests.asterisk.lab.stage import Stage, pause, ringing


async def no_answer(stage: Stage) -> None:
    """201 calls 207; 207 rings until the PBX gives up after a second."""
    call = stage.phone("201").call("207")
    await ringing(stage.phone("207"))
    await call.is_over()


async def busy(stage: Stage) -> None:
    """201 calls 202; 202 rings, then says that it is busy (486)."""
    call = stage.phone("201").call("202")
    called = await ringing(stage.phone("202"))
    await pause()
    await called.reject(486)
    await call.is_over()


async def busy_at_once(stage: Stage) -> None:
    """201 calls 203; 203 is busy (486) and never rings."""
    call = stage.phone("201").call("203")
    await (await stage.phone("203").incoming()).reject(486)
    await call.is_over()


async def refused(stage: Stage) -> None:
    """201 calls 202; 202 rings, and its user refuses (603)."""
    call = stage.phone("201").call("202")
    called = await ringing(stage.phone("202"))
    await pause()
    await called.reject(603)
    await call.is_over()


async def refused_at_once(stage: Stage) -> None:
    """201 calls 202; 202 refuses (603) without ringing: do not disturb."""
    call = stage.phone("201").call("202")
    await (await stage.phone("202").incoming()).reject(603)
    await call.is_over()


async def not_found_by_phone(stage: Stage) -> None:
    """201 calls 202; the phone there says that it has no such account (404)."""
    call = stage.phone("201").call("202")
    await (await stage.phone("202").incoming()).reject(404)
    await call.is_over()


async def unavailable_by_phone(stage: Stage) -> None:
    """201 calls 202; the phone there says that it is not available now (480)."""
    call = stage.phone("201").call("202")
    await (await stage.phone("202").incoming()).reject(480)
    await call.is_over()


async def congestion(stage: Stage) -> None:
    """201 calls 202; the phone there cannot take the call (503)."""
    call = stage.phone("201").call("202")
    await (await stage.phone("202").incoming()).reject(503)
    await call.is_over()


async def cancelled(stage: Stage) -> None:
    """201 calls 202; 202 rings; 201 gives up."""
    call = stage.phone("201").call("202")
    called = await ringing(stage.phone("202"))
    await call.rings()
    await pause()
    await call.give_up()
    await called.is_over()


async def cancelled_before_ringing(stage: Stage) -> None:
    """201 calls 202, whose phone does not ring yet; 201 gives up."""
    call = stage.phone("201").call("202")
    called = await stage.phone("202").incoming()
    await pause()
    await call.give_up()
    await called.is_over()


async def unregistered(stage: Stage) -> None:
    """201 calls 208, which has no phone registered."""
    call = stage.phone("201").call("208")
    await call.is_over()


async def dead_contact(stage: Stage) -> None:
    """201 calls 209, whose phone was unplugged; the PBX gives up after a second."""
    call = stage.phone("201").call("209")
    await call.is_over()


async def unknown_number(stage: Stage) -> None:
    """201 dials 299, which the PBX does not know: it refuses without making a channel."""
    call = stage.phone("201").call("299")
    await call.is_over()


async def refused_by_dialplan(stage: Stage) -> None:
    """201 dials 633, which the dialplan answers with Congestion()."""
    call = stage.phone("201").call("633")
    await call.is_over()
