"""Blind transfers: one side sends the other on, and leaves."""

from tests.asterisk.lab.sip import Call
from tests.asterisk.lab.stage import Stage, answering, pause, ringing

OUTSIDE = "493055512345"


async def _talking(stage: Stage, caller: str = "201", number: str = "202") -> tuple[Call, Call]:
    """Two extensions in a call with each other."""
    call = stage.phone(caller).call(number)
    called = await answering(stage.phone(number))
    await call.is_answered()
    await pause()
    return call, called


async def by_called(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 203; 203 answers; 201 hangs up."""
    call, called = await _talking(stage)
    await called.transfer("203")
    third = await answering(stage.phone("203"))
    await called.is_over()
    await pause()
    await call.hang_up()
    await third.is_over()


async def by_caller(stage: Stage) -> None:
    """201 calls 202, answered; 201 sends 202 to 203; 203 answers; 203 hangs up."""
    call, called = await _talking(stage)
    await call.transfer("203")
    third = await answering(stage.phone("203"))
    await call.is_over()
    await pause()
    await third.hang_up()
    await called.is_over()


async def by_called_with_feature_code(stage: Stage) -> None:
    """201 calls 202, answered; 202 presses #1 and 203; 203 answers; 201 hangs up."""
    call, called = await _talking(stage)
    await called.press("#1203")
    third = await answering(stage.phone("203"))
    await called.is_over()
    await pause()
    await call.hang_up()
    await third.is_over()


async def by_caller_with_feature_code(stage: Stage) -> None:
    """201 calls 202, answered; 201 presses #1 and 203; 203 answers; 202 hangs up."""
    call, called = await _talking(stage)
    await call.press("#1203")
    third = await answering(stage.phone("203"))
    await call.is_over()
    await pause()
    await called.hang_up()
    await third.is_over()


async def to_busy(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 203, who is busy."""
    call, called = await _talking(stage)
    await called.transfer("203")
    await (await ringing(stage.phone("203"))).reject(486)
    await called.is_over()
    await call.is_over()


async def to_nobody_and_given_up(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 203, which rings; 201 gives up."""
    call, called = await _talking(stage)
    await called.transfer("203")
    third = await ringing(stage.phone("203"))
    await called.is_over()
    await pause()
    await call.hang_up()
    await third.is_over()


async def to_unknown_number(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 777, which does not exist; the call goes on; 201 hangs up."""
    call, called = await _talking(stage)
    await called.transfer("777")
    await pause(0.3)
    await call.hang_up()
    if not called.over:
        await called.is_over()


async def to_outside(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 03055512345, outside, who answers and hangs up."""
    call, called = await _talking(stage)
    await called.transfer("03055512345")
    third = await answering(stage.provider)
    await called.is_over()
    await pause()
    await third.hang_up()
    await call.is_over()


async def of_outside_caller(stage: Stage) -> None:
    """493055512345 dials the number of 202, answered; 202 sends the caller to 203; 203 answers; the caller hangs up."""
    call = stage.provider.call("49301234567", caller=OUTSIDE)
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await called.transfer("203")
    third = await answering(stage.phone("203"))
    await called.is_over()
    await pause()
    await call.hang_up()
    await third.is_over()


async def of_outside_called(stage: Stage) -> None:
    """201 calls 03055512345, outside, answered; 201 sends them to 203; 203 answers; 203 hangs up."""
    call = stage.phone("201").call("03055512345")
    called = await answering(stage.provider)
    await call.is_answered()
    await pause()
    await call.transfer("203")
    third = await answering(stage.phone("203"))
    await call.is_over()
    await pause()
    await third.hang_up()
    await called.is_over()


async def twice(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 203, answered; 203 sends 201 to 204; 204 answers; 204 hangs up."""
    call, called = await _talking(stage)
    await called.transfer("203")
    third = await answering(stage.phone("203"))
    await called.is_over()
    await pause()
    await third.transfer("204")
    fourth = await answering(stage.phone("204"))
    await third.is_over()
    await pause()
    await fourth.hang_up()
    await call.is_over()


async def back_to_transferer(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 203, answered; 203 sends 201 back to 202; 202 answers; 201 hangs up."""
    call, called = await _talking(stage)
    await called.transfer("203")
    third = await answering(stage.phone("203"))
    await called.is_over()
    await pause()
    await third.transfer("202")
    again = await answering(stage.phone("202"))
    await third.is_over()
    await pause()
    await call.hang_up()
    await again.is_over()


async def to_ring_group(stage: Stage) -> None:
    """201 calls 204, answered; 204 sends 201 to the group 602 (202, 203, through Local); 203 answers, hangs up."""
    call, called = await _talking(stage, number="204")
    await called.transfer("602")
    await ringing(stage.phone("202"))
    third = await answering(stage.phone("203"))
    await called.is_over()
    await pause()
    await third.hang_up()
    await call.is_over()
