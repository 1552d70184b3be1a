"""Conferences and menus: declared ones (660, 670) and ones that are not (661, 671)."""

from tests.asterisk.lab.stage import Stage, answering, pause, ringing

OUTSIDE = "493055512345"


async def conference(stage: Stage) -> None:
    """201 dials 660, then 202 does, then 493055512345 from outside; 201 leaves, then 202, then the one outside."""
    first = stage.phone("201").call("660")
    await first.is_answered()
    await pause(0.3)
    second = stage.phone("202").call("660")
    await second.is_answered()
    await pause(0.3)
    third = stage.provider.call("49301234660", caller=OUTSIDE)
    await third.is_answered()
    await pause(1)
    for call in (first, second, third):
        await call.hang_up()
        await pause()


async def conference_alone(stage: Stage) -> None:
    """201 dials 660, waits alone, and leaves."""
    call = stage.phone("201").call("660")
    await call.is_answered()
    await pause(0.3)
    await call.hang_up()


async def conference_undeclared(stage: Stage) -> None:
    """201 dials 661, a conference that nobody declared, then 202 does; 202 leaves, then 201."""
    first = stage.phone("201").call("661")
    await first.is_answered()
    await pause(0.3)
    second = stage.phone("202").call("661")
    await second.is_answered()
    await pause(0.3)
    await second.hang_up()
    await pause()
    await first.hang_up()


async def conference_undeclared_alone(stage: Stage) -> None:
    """201 dials 661, waits alone, and leaves."""
    call = stage.phone("201").call("661")
    await call.is_answered()
    await pause(0.3)
    await call.hang_up()


async def conference_entered_by_transfer(stage: Stage) -> None:
    """201 calls 204, answered; 204 sends 201 to the conference 660; 201 leaves."""
    call = stage.phone("201").call("204")
    called = await answering(stage.phone("204"))
    await call.is_answered()
    await pause()
    await called.transfer("660")
    await called.is_over()
    await pause(0.5)
    await call.hang_up()


async def menu_left_by_hanging_up(stage: Stage) -> None:
    """201 dials 670, listens to the menu, and hangs up."""
    call = stage.phone("201").call("670")
    await call.is_answered()
    await pause(0.3)
    await call.hang_up()


async def menu_to_extension(stage: Stage) -> None:
    """493055512345 dials 49301234670, presses 1, and reaches 202, who answers; 493055512345 hangs up."""
    call = stage.provider.call("49301234670", caller=OUTSIDE)
    await call.is_answered()
    await pause(0.3)
    await call.press("1")
    called = await answering(stage.phone("202"))
    await pause(0.3)
    await call.hang_up()
    await called.is_over()


async def menu_to_busy(stage: Stage) -> None:
    """201 dials 670, presses 1, and 202 is busy."""
    call = stage.phone("201").call("670")
    await call.is_answered()
    await pause(0.3)
    await call.press("1")
    await (await ringing(stage.phone("202"))).reject(486)
    await call.is_over()


async def menu_to_other_menu(stage: Stage) -> None:
    """201 dials 670, presses 2 for the next menu, there 1, and reaches 203, who answers; 203 hangs up."""
    call = stage.phone("201").call("670")
    await call.is_answered()
    await pause(0.3)
    await call.press("2")
    await pause(0.5)
    await call.press("1")
    called = await answering(stage.phone("203"))
    await pause(0.3)
    await called.hang_up()
    await call.is_over()


async def menu_to_queue(stage: Stage) -> None:
    """493055512345 dials 49301234670, presses 4 for the queue 650; 202 answers, and hangs up."""
    call = stage.provider.call("49301234670", caller=OUTSIDE)
    await call.is_answered()
    await pause(0.3)
    await call.press("4")
    await ringing(stage.phone("203"))
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    await agent.hang_up()
    await call.is_over()


async def menu_undeclared(stage: Stage) -> None:
    """201 dials 671, a menu that nobody declared, presses 1, and reaches 202, who answers; 201 hangs up."""
    call = stage.phone("201").call("671")
    await call.is_answered()
    await pause(0.3)
    await call.press("1")
    called = await answering(stage.phone("202"))
    await pause(0.3)
    await call.hang_up()
    await called.is_over()


async def click_into_conference(stage: Stage) -> None:
    """The PBX rings 201 for the conference 660; 201 picks up, is in it, and leaves."""
    async with stage.pbx.ami() as hand:
        await hand.ask("Originate", Channel="PJSIP/201", Context="phones", Exten="660", Priority="1", Async="true")
    clicked = await answering(stage.phone("201"))
    await pause(0.5)
    await clicked.hang_up()


async def menu_wrong_key(stage: Stage) -> None:
    """201 dials 673, presses 9, which the menu does not know, then nothing, and reaches 203; 203 answers, hangs up."""
    call = stage.phone("201").call("673")
    await call.is_answered()
    await pause(0.3)
    await call.press("9")
    called = await answering(stage.phone("203"))
    await pause(0.3)
    await called.hang_up()
    await call.is_over()


async def menu_dials_extension(stage: Stage) -> None:
    """493055512345 dials 49301234673, and in the menu 204, who answers; 493055512345 hangs up."""
    call = stage.provider.call("49301234673", caller=OUTSIDE)
    await call.is_answered()
    await pause(0.3)
    await call.press("204")
    called = await answering(stage.phone("204"))
    await pause(0.3)
    await call.hang_up()
    await called.is_over()


async def menu_queue_and_back(stage: Stage) -> None:
    """201 dials 670, presses 5; 202 rings in the queue 651, nobody answers; 201 is back in the menu, and hangs up."""
    call = stage.phone("201").call("670")
    await call.is_answered()
    await pause(0.3)
    await call.press("5")
    await (await ringing(stage.phone("202"))).is_over()
    await pause(1.6)
    await call.hang_up()


async def conference_kicked(stage: Stage) -> None:
    """201 dials 660, then 202 does; AMI puts 202 out; 201 leaves."""
    first = stage.phone("201").call("660")
    await first.is_answered()
    await pause(0.3)
    second = stage.phone("202").call("660")
    await second.is_answered()
    await pause(0.3)
    async with stage.pbx.ami() as hand:
        [channel] = [name for name in await hand.channels() if name.startswith("PJSIP/202-")]
        await hand.ask("ConfbridgeKick", Conference="meeting", Channel=channel)
    await second.is_over()
    await pause()
    await first.hang_up()


async def conference_left_by_redirect(stage: Stage) -> None:
    """201 dials 660, then 202 does; AMI sends 201 to 203, who answers; 203 hangs up; 202 leaves."""
    first = stage.phone("201").call("660")
    await first.is_answered()
    await pause(0.3)
    second = stage.phone("202").call("660")
    await second.is_answered()
    await pause(0.3)
    async with stage.pbx.ami() as hand:
        [channel] = [name for name in await hand.channels() if name.startswith("PJSIP/201-")]
        await hand.ask("Redirect", Channel=channel, Context="phones", Exten="203", Priority="1")
    third = await answering(stage.phone("203"))
    await pause(0.3)
    await third.hang_up()
    await first.is_over()
    await second.hang_up()
