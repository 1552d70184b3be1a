"""Calls that somebody else picks up."""

from tests.asterisk.lab.stage import Stage, answering, pause, ringing

CLICK = {"Context": "phones", "Exten": "202", "Priority": "1", "Async": "true"}


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


async def of_queue_member(stage: Stage) -> None:
    """201 dials 651, where 202 rings; 204 dials *8 and has the call; 204 hangs up."""
    call = stage.phone("201").call("651")
    rung = await ringing(stage.phone("202"))
    await pause()
    picker = stage.phone("204").call("*8")
    await picker.is_answered()
    await rung.is_over()
    await pause(0.3)
    await picker.hang_up()
    await call.is_over()


async def of_follow_me(stage: Stage) -> None:
    """201 dials 612: 203 and 204 ring through Local channels; 202 dials *8, presses 1, has the call; 201 leaves."""
    call = stage.phone("201").call("612")
    await ringing(stage.phone("203"))
    await ringing(stage.phone("204"))
    await pause()
    picker = stage.phone("202").call("*8")
    await picker.is_answered()
    await pause(0.3)
    await picker.press("1")
    await call.is_answered()
    await pause(0.3)
    await call.hang_up()
    await picker.is_over()


async def of_click(stage: Stage) -> None:
    """The PBX rings 201 for a call to 202; 201 picks up; 202 rings; 203 dials *8 and has the call; 203 hangs up."""
    async with stage.pbx.ami() as hand:
        await hand.ask("Originate", Channel="PJSIP/201", CallerID="Click <201>", **CLICK)
    clicked = await answering(stage.phone("201"))
    rung = await ringing(stage.phone("202"))
    await pause()
    picker = stage.phone("203").call("*8")
    await picker.is_answered()
    await rung.is_over()
    await pause(0.3)
    await picker.hang_up()
    await clicked.is_over()


async def of_clicking_phone(stage: Stage) -> None:
    """The PBX rings 201 for a call to 202; 203 dials *8 and takes 201's place; 202 rings and answers; 203 hangs up."""
    async with stage.pbx.ami() as hand:
        await hand.ask("Originate", Channel="PJSIP/201", CallerID="Click <201>", **CLICK)
    rung = await ringing(stage.phone("201"))
    await pause()
    picker = stage.phone("203").call("*8")
    await picker.is_answered()
    await rung.is_over()
    called = await answering(stage.phone("202"))
    await pause(0.3)
    await picker.hang_up()
    await called.is_over()


async def of_follow_me_given_up(stage: Stage) -> None:
    """201 dials 612: 203 and 204 ring through Local channels; 202 dials *8, and hears that 1 accepts; 201 gives up."""
    call = stage.phone("201").call("612")
    await ringing(stage.phone("203"))
    await ringing(stage.phone("204"))
    await pause()
    picker = stage.phone("202").call("*8")
    await picker.is_answered()
    await pause(0.3)
    await call.give_up()
    await picker.is_over()


async def of_queue_member_behind_local(stage: Stage) -> None:
    """201 dials 653: 203 and 204 ring through Local channels; 202 dials *8 and has the call; 202 hangs up."""
    call = stage.phone("201").call("653")
    rung = [await ringing(stage.phone("203")), await ringing(stage.phone("204"))]
    await pause()
    picker = stage.phone("202").call("*8")
    await picker.is_answered()
    for one in rung:
        await one.is_over()
    await pause(0.3)
    await picker.hang_up()
    await call.is_over()
