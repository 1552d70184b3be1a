"""Calls that ring more than one phone, at once or in turn."""

from tests.asterisk.lab.stage import Stage, answering, pause, ringing


async def ring_group_answered(stage: Stage) -> None:
    """201 dials 600; 202, 203 and 204 ring; 203 answers; 201 hangs up."""
    call = stage.phone("201").call("600")
    losers = [await ringing(stage.phone("202")), await ringing(stage.phone("204"))]
    called = await answering(stage.phone("203"))
    for loser in losers:
        await loser.is_over()
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def ring_group_nobody(stage: Stage) -> None:
    """201 dials 600; 202, 203 and 204 ring until the PBX gives up."""
    call = stage.phone("201").call("600")
    for number in ("202", "203", "204"):
        await ringing(stage.phone(number))
    await call.is_over()


async def ring_group_cancelled(stage: Stage) -> None:
    """201 dials 600; 202, 203 and 204 ring; 201 gives up."""
    call = stage.phone("201").call("600")
    for number in ("202", "203", "204"):
        await ringing(stage.phone(number))
    await pause()
    await call.give_up()


async def ring_group_all_busy(stage: Stage) -> None:
    """201 dials 600; 202, 203 and 204 are busy, one after the other."""
    call = stage.phone("201").call("600")
    for number in ("202", "203", "204"):
        await (await ringing(stage.phone(number))).reject(486)
    await call.is_over()


async def ring_group_one_busy_one_answers(stage: Stage) -> None:
    """201 dials 600; 202 is busy, 203 answers while 204 rings; 203 hangs up."""
    call = stage.phone("201").call("600")
    await (await ringing(stage.phone("202"))).reject(486)
    await ringing(stage.phone("204"))
    called = await answering(stage.phone("203"))
    await call.is_answered()
    await pause()
    await called.hang_up()
    await call.is_over()


async def ring_group_each_fails_differently(stage: Stage) -> None:
    """201 dials 600; 204 has no such account (404), 202 is busy, 203 rings until the PBX gives up."""
    call = stage.phone("201").call("600")
    await (await stage.phone("204").incoming()).reject(404)
    await (await ringing(stage.phone("202"))).reject(486)
    await ringing(stage.phone("203"))
    await call.is_over()


async def ring_group_one_unregistered(stage: Stage) -> None:
    """201 dials 601, a group of 208, which has no phone registered, and 202; 202 answers; 201 hangs up."""
    call = stage.phone("201").call("601")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def ring_group_one_unregistered_one_busy(stage: Stage) -> None:
    """201 dials 601, a group of 208, which has no phone registered, and 202, which is busy."""
    call = stage.phone("201").call("601")
    await (await ringing(stage.phone("202"))).reject(486)
    await call.is_over()


async def two_phones_one_answers(stage: Stage) -> None:
    """201 calls 205; both its phones ring; the second one answers; 201 hangs up."""
    call = stage.phone("201").call("205")
    other = await ringing(stage.phone("205"))
    called = await answering(stage.phone("205b"))
    await call.is_answered()
    await other.is_over()
    await pause()
    await call.hang_up()
    await called.is_over()


async def two_phones_nobody(stage: Stage) -> None:
    """201 calls 205; both its phones ring until the PBX gives up."""
    call = stage.phone("201").call("205")
    await ringing(stage.phone("205"))
    await ringing(stage.phone("205b"))
    await call.is_over()


async def two_phones_one_busy(stage: Stage) -> None:
    """201 calls 205; one of its phones rejects the call (486), the other one rings on and answers; it hangs up."""
    call = stage.phone("201").call("205")
    rejecting = await ringing(stage.phone("205"))
    called = await ringing(stage.phone("205b"))
    await rejecting.reject(486)
    await pause(0.3)
    await called.answer()
    await call.is_answered()
    await pause()
    await called.hang_up()
    await call.is_over()


async def two_phones_both_busy(stage: Stage) -> None:
    """201 calls 205; both its phones reject the call (486), one after the other."""
    call = stage.phone("201").call("205")
    rejecting = [await ringing(stage.phone("205")), await ringing(stage.phone("205b"))]
    for called in rejecting:
        await called.reject(486)
        await pause()
    await call.is_over()


async def hunt(stage: Stage) -> None:
    """201 dials 610; 202 rings for a second, then 203 rings and answers; 201 hangs up."""
    call = stage.phone("201").call("610")
    first = await ringing(stage.phone("202"))
    await first.is_over()
    called = await answering(stage.phone("203"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def hunt_cancelled(stage: Stage) -> None:
    """201 dials 610; 202 rings for a second, then 203 rings; 201 gives up."""
    call = stage.phone("201").call("610")
    first = await ringing(stage.phone("202"))
    await first.is_over()
    called = await ringing(stage.phone("203"))
    await pause()
    await call.give_up()
    await called.is_over()
