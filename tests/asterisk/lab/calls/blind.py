"""Blind transfers: one side sends the other on, and leaves."""

from tests.asterisk.lab.stage import Stage, answering, pause, ringing, talking

OUTSIDE = "493055512345"


async def by_called(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 203; 203 answers; 201 hangs up."""
    call, called = await talking(stage)
    await called.transfer("203")
    third = await answering(stage.phone("203"))
    await called.is_over()
    await pause()
    await call.hang_up()
    await third.is_over()


async def by_caller(stage: Stage) -> None:
    """201 calls 202, answered; 201 sends 202 to 203; 203 answers; 203 hangs up."""
    call, called = await talking(stage)
    await call.transfer("203")
    third = await answering(stage.phone("203"))
    await call.is_over()
    await pause()
    await third.hang_up()
    await called.is_over()


async def by_called_with_feature_code(stage: Stage) -> None:
    """201 calls 202, answered; 202 presses #1 and 203; 203 answers; 201 hangs up."""
    call, called = await talking(stage)
    await called.press("#1203")
    third = await answering(stage.phone("203"))
    await called.is_over()
    await pause()
    await call.hang_up()
    await third.is_over()


async def by_caller_with_feature_code(stage: Stage) -> None:
    """201 calls 202, answered; 201 presses #1 and 203; 203 answers; 202 hangs up."""
    call, called = await talking(stage)
    await call.press("#1203")
    third = await answering(stage.phone("203"))
    await call.is_over()
    await pause()
    await called.hang_up()
    await third.is_over()


async def to_busy(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 203, who is busy."""
    call, called = await talking(stage)
    await called.transfer("203")
    await (await ringing(stage.phone("203"))).reject(486)
    await called.is_over()
    await call.is_over()


async def to_nobody_and_given_up(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 203, which rings; 201 gives up."""
    call, called = await talking(stage)
    await called.transfer("203")
    third = await ringing(stage.phone("203"))
    await called.is_over()
    await pause()
    await call.hang_up()
    await third.is_over()


async def to_unknown_number(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 777, which does not exist; the call goes on; 201 hangs up."""
    call, called = await talking(stage)
    await called.transfer("777")
    await pause(0.3)
    await call.hang_up()
    if not called.over:
        await called.is_over()


async def to_outside(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 03055512345, outside, who answers and hangs up."""
    call, called = await talking(stage)
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
    call, called = await talking(stage)
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
    call, called = await talking(stage)
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
    call, called = await talking(stage, number="204")
    await called.transfer("602")
    await ringing(stage.phone("202"))
    third = await answering(stage.phone("203"))
    await called.is_over()
    await pause()
    await third.hang_up()
    await call.is_over()


async def to_voicemail(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 630, where an application answers; 201 hangs up."""
    call, called = await talking(stage)
    await called.transfer("630")
    await pause(0.3)
    await called.hang_up()
    await pause(0.3)
    await call.hang_up()


async def to_nobody(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 207, which rings until the PBX gives up."""
    call, called = await talking(stage)
    await called.transfer("207")
    await ringing(stage.phone("207"))
    await called.is_over()
    await call.is_over()


async def to_unregistered(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 208, which has no phone registered."""
    call, called = await talking(stage)
    await called.transfer("208")
    await call.is_over()
    if not called.over:
        await called.hang_up()


async def to_unknown_number_with_feature_code(stage: Stage) -> None:
    """201 calls 202, answered; 202 presses #1 and 777, which does not exist; they talk on; 201 hangs up."""
    call, called = await talking(stage)
    await called.press("#1777")
    await pause(3)
    await call.hang_up()
    await called.is_over()


async def to_menu(stage: Stage) -> None:
    """201 calls 204, answered; 204 sends 201 to the menu 670; 201 presses 1; 202 answers; 202 hangs up."""
    call, called = await talking(stage, number="204")
    await called.transfer("670")
    await pause(0.3)
    await called.hang_up()
    await pause(0.3)
    await call.press("1")
    third = await answering(stage.phone("202"))
    await pause(0.3)
    await third.hang_up()
    await call.is_over()


async def to_undeclared_conference(stage: Stage) -> None:
    """203 dials 661 and waits; 201 calls 202, answered; 202 sends 201 to 661; 201 hangs up, then 203."""
    waiting = stage.phone("203").call("661")
    await waiting.is_answered()
    call, called = await talking(stage)
    await called.transfer("661")
    await called.is_over()
    await pause(0.5)
    await call.hang_up()
    await pause()
    await waiting.hang_up()


async def after_forward(stage: Stage) -> None:
    """201 calls 202, whose phone forwards to 203 (302), who answers; 203 sends 201 to 204; 204 answers, hangs up."""
    call = stage.phone("201").call("202")
    await (await stage.phone("202").incoming()).forward("203")
    called = await answering(stage.phone("203"))
    await call.is_answered()
    await pause(0.3)
    await called.transfer("204")
    third = await answering(stage.phone("204"))
    await called.is_over()
    await pause()
    await third.hang_up()
    await call.is_over()


async def through_kept_local(stage: Stage) -> None:
    """201 dials 602; 203 answers through a Local channel that stays (/n), and sends 201 to 204; 204 answers, leaves."""
    call = stage.phone("201").call("602")
    await ringing(stage.phone("202"))
    called = await answering(stage.phone("203"))
    await call.is_answered()
    await pause(0.3)
    await called.transfer("204")
    third = await answering(stage.phone("204"))
    await called.is_over()
    await pause(0.3)
    await third.hang_up()
    await call.is_over()


async def through_kept_local_by_caller(stage: Stage) -> None:
    """201 dials 602; 203 answers through a Local channel (/n); 201 sends 203 to 204; 204 answers; 203 hangs up."""
    call = stage.phone("201").call("602")
    await ringing(stage.phone("202"))
    called = await answering(stage.phone("203"))
    await call.is_answered()
    await pause(0.3)
    await call.transfer("204")
    third = await answering(stage.phone("204"))
    await call.is_over()
    await pause(0.3)
    await called.hang_up()
    await third.is_over()


async def through_kept_local_twice(stage: Stage) -> None:
    """201 dials 602; 203 answers (/n), sends 201 to 204, who answers and sends 201 to 202; 202 answers; 201 leaves."""
    call = stage.phone("201").call("602")
    await ringing(stage.phone("202"))
    called = await answering(stage.phone("203"))
    await call.is_answered()
    await pause(0.3)
    await called.transfer("204")
    third = await answering(stage.phone("204"))
    await called.is_over()
    await pause(0.3)
    await third.transfer("202")
    fourth = await answering(stage.phone("202"))
    await third.is_over()
    await pause(0.3)
    await call.hang_up()
    await fourth.is_over()


async def to_group_it_is_in(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to the group 602 (202, 203, through Local); 203 answers; 201 hangs up."""
    call, called = await talking(stage)
    await called.transfer("602")
    await ringing(stage.phone("202"))
    third = await answering(stage.phone("203"))
    await called.is_over()
    await pause(0.3)
    await call.hang_up()
    await third.is_over()


async def to_itself(stage: Stage) -> None:
    """201 calls 202, answered; 202 sends 201 to 202 again, answers on its other line, and hangs up."""
    call, called = await talking(stage)
    await called.transfer("202")
    again = await answering(stage.phone("202"))
    await called.is_over()
    await pause(0.3)
    await again.hang_up()
    await call.is_over()
