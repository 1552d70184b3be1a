"""Calls that somebody else picks up."""

from tests.asterisk.lab.stage import Stage, answering, pause, ringing


async def directed(stage: Stage) -> None:
    """201 calls 202, which rings; 203 dials *8202 and has the call; 201 hangs up."""
    call = stage.phone("201").call("202")
    rung = await ringing(stage.phone("202"))
    await pause()
    picker = stage.phone("203").call("*8202")
    await picker.is_answered()
    await rung.is_over()
    await call.is_answered()
    await pause(0.3)
    await call.hang_up()
    await picker.is_over()


async def group(stage: Stage) -> None:
    """201 calls 202, which rings; 203 dials *8 and has the call; 203 hangs up."""
    call = stage.phone("201").call("202")
    rung = await ringing(stage.phone("202"))
    await pause()
    picker = stage.phone("203").call("*8")
    await picker.is_answered()
    await rung.is_over()
    await pause(0.3)
    await picker.hang_up()
    await call.is_over()


async def of_outside_caller(stage: Stage) -> None:
    """493055512345 dials the number of 202, which rings; 203 dials *8 and has the call; 493055512345 hangs up."""
    call = stage.provider.call("49301234567", caller="493055512345")
    rung = await ringing(stage.phone("202"))
    await pause()
    picker = stage.phone("203").call("*8")
    await picker.is_answered()
    await rung.is_over()
    await pause(0.3)
    await call.hang_up()
    await picker.is_over()


async def from_ring_group(stage: Stage) -> None:
    """201 dials the group 602 (202, 203, through Local); 204 picks up what rings by *8; 204 hangs up."""
    call = stage.phone("201").call("602")
    rung = [await ringing(stage.phone("202"))]
    await pause()
    picker = stage.phone("204").call("*8")
    await picker.is_answered()
    await rung[0].is_over()
    await pause(0.3)
    await picker.hang_up()
    await call.is_over()


async def nothing_to_pick_up(stage: Stage) -> None:
    """203 dials *8 while nobody rings."""
    picker = stage.phone("203").call("*8")
    await picker.is_over()


async def other_phone_of_the_same_extension(stage: Stage) -> None:
    """201 calls 205, whose two phones ring; one answers; 201 hangs up."""
    call = stage.phone("201").call("205")
    await ringing(stage.phone("205b"))
    called = await answering(stage.phone("205"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()
