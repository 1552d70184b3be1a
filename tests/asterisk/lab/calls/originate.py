"""Calls that the PBX begins: click-to-dial, an auto-dialler, a page."""

from tests.asterisk.lab.stage import Stage, answering, pause, ringing

CLICK = {"Context": "phones", "Exten": "202", "Priority": "1", "Async": "true"}


async def _originate(stage: Stage, **headers: str) -> None:
    async with stage.pbx.ami() as hand:
        await hand.ask("Originate", **headers)


async def click_to_dial(stage: Stage) -> None:
    """The PBX rings 201 for a call to 202; 201 picks up; 202 rings and answers; 201 hangs up."""
    await _originate(stage, Channel="PJSIP/201", CallerID="Click <201>", **CLICK)
    clicked = await answering(stage.phone("201"))
    called = await answering(stage.phone("202"))
    await pause()
    await clicked.hang_up()
    await called.is_over()


async def click_to_dial_refused(stage: Stage) -> None:
    """The PBX rings 201 for a call to 202; 201 refuses."""
    await _originate(stage, Channel="PJSIP/201", **CLICK)
    await (await ringing(stage.phone("201"))).reject(603)


async def click_to_dial_not_answered(stage: Stage) -> None:
    """The PBX rings 201 for a call to 202, for a second; 201 does not pick up."""
    await _originate(stage, Channel="PJSIP/201", Timeout="1000", **CLICK)
    clicked = await ringing(stage.phone("201"))
    await clicked.is_over()


async def click_to_dial_busy(stage: Stage) -> None:
    """The PBX rings 201 for a call to 202; 201 picks up; 202 is busy."""
    await _originate(stage, Channel="PJSIP/201", **CLICK)
    clicked = await answering(stage.phone("201"))
    await (await ringing(stage.phone("202"))).reject(486)
    await clicked.is_over()


async def click_to_dial_given_up(stage: Stage) -> None:
    """The PBX rings 201 for a call to 202; 201 picks up; 202 rings; 201 hangs up before 202 answers."""
    await _originate(stage, Channel="PJSIP/201", **CLICK)
    clicked = await answering(stage.phone("201"))
    called = await ringing(stage.phone("202"))
    await pause()
    await clicked.hang_up()
    await called.is_over()


async def click_to_dial_local(stage: Stage) -> None:
    """The PBX rings 201 through a Local channel for a call to 202; both answer; 202 hangs up."""
    await _originate(stage, Channel="Local/201@phones", **CLICK)
    clicked = await answering(stage.phone("201"))
    called = await answering(stage.phone("202"))
    await pause()
    await called.hang_up()
    await clicked.is_over()


async def click_to_dial_local_kept(stage: Stage) -> None:
    """The same with a Local channel that stays (/n)."""
    await _originate(stage, Channel="Local/201@phones/n", **CLICK)
    clicked = await answering(stage.phone("201"))
    called = await answering(stage.phone("202"))
    await pause()
    await clicked.hang_up()
    await called.is_over()


async def click_to_dial_local_refused(stage: Stage) -> None:
    """The PBX rings 201 through a Local channel for a call to 202; 201 refuses."""
    await _originate(stage, Channel="Local/201@phones", **CLICK)
    await (await ringing(stage.phone("201"))).reject(603)


async def click_to_dial_local_busy(stage: Stage) -> None:
    """The PBX rings 201 through a Local channel for a call to 202; 201 picks up; 202 is busy."""
    await _originate(stage, Channel="Local/201@phones", **CLICK)
    clicked = await answering(stage.phone("201"))
    await (await ringing(stage.phone("202"))).reject(486)
    await clicked.is_over()


async def click_to_dial_outside(stage: Stage) -> None:
    """The PBX rings 201 for a call to 03055512345, outside; both answer; 201 hangs up."""
    await _originate(stage, Channel="PJSIP/201", **{**CLICK, "Exten": "03055512345"})
    clicked = await answering(stage.phone("201"))
    called = await answering(stage.provider)
    await pause()
    await clicked.hang_up()
    await called.is_over()


async def click_to_dial_group(stage: Stage) -> None:
    """The PBX rings 201 for a call to the ring group 600, who picks up; 202, 203, 204 ring; 203 answers, hangs up."""
    await _originate(stage, Channel="PJSIP/201", **{**CLICK, "Exten": "600"})
    clicked = await answering(stage.phone("201"))
    for number in ("202", "204"):
        await ringing(stage.phone(number))
    called = await answering(stage.phone("203"))
    await pause()
    await called.hang_up()
    await clicked.is_over()


async def click_to_application(stage: Stage) -> None:
    """The PBX rings 201 and plays it something; 201 picks up, listens, and hangs up: nobody is called."""
    await _originate(stage, Channel="PJSIP/201", Context="waiting", Exten="s", Priority="1", Async="true")
    clicked = await answering(stage.phone("201"))
    await pause()
    await clicked.hang_up()


async def dialler_calls_outside_first(stage: Stage) -> None:
    """An auto-dialler calls 493055512345 outside, who answers and is put through to 202; 202 answers; 202 hangs up."""
    await _originate(stage, Channel="PJSIP/493055512345@provider-a", CallerID="<4930123450>", **CLICK)
    customer = await answering(stage.provider)
    agent = await answering(stage.phone("202"))
    await pause()
    await agent.hang_up()
    await customer.is_over()


async def dialler_calls_agent_to_customer(stage: Stage) -> None:
    """493055512345 outside waits on the line; the dialler rings 202 and connects it with the customer; 202 hangs up."""
    await _originate(
        stage, Channel="PJSIP/493055512345@provider-a", Context="waiting", Exten="s", Priority="1", Async="true"
    )
    customer = await answering(stage.provider)
    async with stage.pbx.ami() as hand:
        [waiting] = [name for name in await hand.channels() if name.startswith("PJSIP/provider-a")]
        await hand.ask(
            "Originate",
            Channel="PJSIP/202",
            Application="Bridge",
            Data=waiting,
            CallerID="Karl <493055512345>",
            Async="true",
        )
        agent = await answering(stage.phone("202"))
        await pause()
        await agent.hang_up()
    await customer.hang_up()


async def page(stage: Stage) -> None:
    """201 pages 202 and 203, whose phones pick up by themselves; 201 speaks, and hangs up."""
    call = stage.phone("201").call("620")
    paged = []
    for number in ("202", "203"):
        one = await stage.phone(number).incoming()
        await one.answer()
        await pause()
        paged.append(one)
    await call.is_answered()
    await pause(0.3)
    await call.hang_up()
    for one in paged:
        await one.is_over()


async def page_one_is_busy(stage: Stage) -> None:
    """201 pages 202 and 203; 202 is busy, 203 picks up; 201 hangs up."""
    call = stage.phone("201").call("620")
    await (await stage.phone("202").incoming()).reject(486)
    one = await stage.phone("203").incoming()
    await one.answer()
    await call.is_answered()
    await pause(0.3)
    await call.hang_up()
    await one.is_over()


async def page_one_leaves(stage: Stage) -> None:
    """201 pages 202 and 203, whose phones pick up by themselves; 202 hangs up, then 201 does."""
    call = stage.phone("201").call("620")
    paged = []
    for number in ("202", "203"):
        one = await stage.phone(number).incoming()
        await one.answer()
        await pause()
        paged.append(one)
    await call.is_answered()
    await pause(0.3)
    await paged[0].hang_up()
    await pause(0.3)
    await call.hang_up()
    await paged[1].is_over()


async def click_to_itself(stage: Stage) -> None:
    """The PBX rings 201 for a call to 201; it picks up; its other line rings and answers; the first hangs up."""
    await _originate(stage, Channel="PJSIP/201", CallerID="Click <201>", **{**CLICK, "Exten": "201"})
    clicked = await answering(stage.phone("201"))
    called = await answering(stage.phone("201"))
    await pause(0.3)
    await clicked.hang_up()
    await called.is_over()


async def click_into_queue(stage: Stage) -> None:
    """The PBX rings 201 for the queue 651; 201 picks up; 202 rings and answers; 202 hangs up."""
    await _originate(stage, Channel="PJSIP/201", CallerID="Click <201>", **{**CLICK, "Exten": "651"})
    clicked = await answering(stage.phone("201"))
    called = await answering(stage.phone("202"))
    await pause(0.3)
    await called.hang_up()
    await clicked.is_over()


async def click_local_into_queue(stage: Stage) -> None:
    """The PBX rings 201 through a Local channel (/n) for the queue 651; 201 picks up; 202 answers; 201 hangs up."""
    channel = "Local/201@phones/n"
    await _originate(stage, Channel=channel, CallerID="Click <201>", **{**CLICK, "Exten": "651"})
    clicked = await answering(stage.phone("201"))
    called = await answering(stage.phone("202"))
    await pause(0.3)
    await clicked.hang_up()
    await called.is_over()


async def click_into_menu(stage: Stage) -> None:
    """The PBX rings 201 for the menu 670; 201 picks up, and presses 1; 202 answers; 201 hangs up."""
    await _originate(stage, Channel="PJSIP/201", CallerID="Click <201>", **{**CLICK, "Exten": "670"})
    clicked = await answering(stage.phone("201"))
    await pause(0.3)
    await clicked.press("1")
    called = await answering(stage.phone("202"))
    await pause(0.3)
    await clicked.hang_up()
    await called.is_over()


async def click_local_into_menu(stage: Stage) -> None:
    """The PBX rings 201 through a Local channel (/n) for the menu 670; 201 presses 1; 202 answers; 202 hangs up."""
    channel = "Local/201@phones/n"
    await _originate(stage, Channel=channel, CallerID="Click <201>", **{**CLICK, "Exten": "670"})
    clicked = await answering(stage.phone("201"))
    await pause(0.3)
    await clicked.press("1")
    called = await answering(stage.phone("202"))
    await pause(0.3)
    await called.hang_up()
    await clicked.is_over()


async def click_redirected(stage: Stage) -> None:
    """The PBX rings 201 for a call to 202; both answer; AMI sends 201 to 203, who answers; 201 hangs up."""
    await _originate(stage, Channel="PJSIP/201", CallerID="Click <201>", **CLICK)
    clicked = await answering(stage.phone("201"))
    called = await answering(stage.phone("202"))
    await pause(0.3)
    async with stage.pbx.ami() as hand:
        [channel] = [name for name in await hand.channels() if name.startswith("PJSIP/201-")]
        await hand.ask("Redirect", Channel=channel, Context="phones", Exten="203", Priority="1")
    third = await answering(stage.phone("203"))
    await called.is_over()
    await pause(0.3)
    await clicked.hang_up()
    await third.is_over()


async def click_sent_on(stage: Stage) -> None:
    """The PBX rings 201 for a call to 202; both answer; 201 sends 202 to 203, who answers; 203 hangs up."""
    await _originate(stage, Channel="PJSIP/201", CallerID="Click <201>", **CLICK)
    clicked = await answering(stage.phone("201"))
    called = await answering(stage.phone("202"))
    await pause(0.3)
    await clicked.transfer("203")
    third = await answering(stage.phone("203"))
    await clicked.is_over()
    await pause(0.3)
    await third.hang_up()
    await called.is_over()


async def dial_application(stage: Stage) -> None:
    """The PBX rings 201, who picks up and runs Dial for 202; 202 answers; 201 hangs up."""
    await _originate(
        stage,
        Channel="PJSIP/201",
        CallerID="Click <201>",
        Application="Dial",
        Data="PJSIP/202,10",
        Async="true",
    )
    clicked = await answering(stage.phone("201"))
    called = await answering(stage.phone("202"))
    await pause(0.3)
    await clicked.hang_up()
    await called.is_over()


async def conference_application(stage: Stage) -> None:
    """201 dials 660; the PBX rings 202 and puts it there; 202 leaves, then 201."""
    call = stage.phone("201").call("660")
    await call.is_answered()
    await _originate(
        stage,
        Channel="PJSIP/202",
        CallerID="Meeting <660>",
        Application="ConfBridge",
        Data="meeting,,quiet",
        Async="true",
    )
    member = await answering(stage.phone("202"))
    await pause(0.5)
    await member.hang_up()
    await pause(0.3)
    await call.hang_up()


async def dialler_with_two_locals(stage: Stage) -> None:
    """The PBX rings 201 through a Local channel, then 202 through another (both /n); both answer; 201 hangs up."""
    await _originate(
        stage,
        Channel="Local/201@inside/n",
        CallerID="Click <201>",
        Application="Dial",
        Data="Local/202@inside/n,10",
        Async="true",
    )
    clicked = await answering(stage.phone("201"))
    called = await answering(stage.phone("202"))
    await pause(0.3)
    await clicked.hang_up()
    await called.is_over()
