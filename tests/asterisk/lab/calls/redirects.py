"""What AMI does with calls: Redirect of one side, or of both."""

from tests.asterisk.lab.ami import Ami
from tests.asterisk.lab.stage import Stage, answering, pause, ringing, talking


async def _channel(hand: Ami, endpoint: str) -> str:
    [name] = [name for name in await hand.channels() if name.startswith(f"PJSIP/{endpoint}-")]
    return name


async def one_side(stage: Stage) -> None:
    """201 calls 202, answered; 201 is redirected to 203; 203 answers; 201 hangs up."""
    call = stage.phone("201").call("202")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    async with stage.pbx.ami() as hand:
        channel = await _channel(hand, "201")
        await hand.ask("Redirect", Channel=channel, Context="phones", Exten="203", Priority="1")
    third = await answering(stage.phone("203"))
    await called.is_over()
    await pause(0.3)
    await call.hang_up()
    await third.is_over()


async def called_side(stage: Stage) -> None:
    """201 calls 202, answered; 202 is redirected to 203; 203 answers; 203 hangs up."""
    call = stage.phone("201").call("202")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    async with stage.pbx.ami() as hand:
        channel = await _channel(hand, "202")
        await hand.ask("Redirect", Channel=channel, Context="phones", Exten="203", Priority="1")
    third = await answering(stage.phone("203"))
    await call.is_over()
    await pause(0.3)
    await third.hang_up()
    await called.is_over()


async def both_sides(stage: Stage) -> None:
    """201 calls 202, answered; 201 is redirected to 203, 202 to the conference 661; 203 answers; all hang up."""
    call = stage.phone("201").call("202")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    async with stage.pbx.ami() as hand:
        first, second = await _channel(hand, "201"), await _channel(hand, "202")
        await hand.ask(
            "Redirect",
            Channel=first,
            ExtraChannel=second,
            Context="phones",
            Exten="203",
            Priority="1",
            ExtraContext="phones",
            ExtraExten="661",
            ExtraPriority="1",
        )
    third = await answering(stage.phone("203"))
    await pause(0.3)
    await call.hang_up()
    await third.is_over()
    await called.hang_up()


async def both_into_conference(stage: Stage) -> None:
    """201 calls 202, answered; both are redirected to the conference 661, as three-way calling does; they hang up."""
    call = stage.phone("201").call("202")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    async with stage.pbx.ami() as hand:
        first, second = await _channel(hand, "201"), await _channel(hand, "202")
        await hand.ask("Redirect", Channel=first, ExtraChannel=second, Context="phones", Exten="661", Priority="1")
    await pause(0.5)
    await call.hang_up()
    await pause()
    await called.hang_up()


async def while_ringing(stage: Stage) -> None:
    """201 calls 202, which rings; 201 is redirected to 203; 203 answers; 203 hangs up."""
    call = stage.phone("201").call("202")
    rung = await ringing(stage.phone("202"))
    await pause()
    async with stage.pbx.ami() as hand:
        channel = await _channel(hand, "201")
        await hand.ask("Redirect", Channel=channel, Context="phones", Exten="203", Priority="1")
    third = await answering(stage.phone("203"))
    await rung.is_over()
    await pause(0.3)
    await third.hang_up()
    await call.is_over()


async def queue_caller_waiting(stage: Stage) -> None:
    """201 dials 651, where 202 rings; 201 is redirected to 204; 204 answers; 201 hangs up."""
    call = stage.phone("201").call("651")
    rung = await ringing(stage.phone("202"))
    await pause()
    async with stage.pbx.ami() as hand:
        channel = await _channel(hand, "201")
        await hand.ask("Redirect", Channel=channel, Context="phones", Exten="204", Priority="1")
    third = await answering(stage.phone("204"))
    await rung.is_over()
    await pause(0.3)
    await call.hang_up()
    await third.is_over()


async def queue_caller_talking(stage: Stage) -> None:
    """201 dials 651, where 202 answers; 201 is redirected to 204; 204 answers; 204 hangs up."""
    call = stage.phone("201").call("651")
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    async with stage.pbx.ami() as hand:
        channel = await _channel(hand, "201")
        await hand.ask("Redirect", Channel=channel, Context="phones", Exten="204", Priority="1")
    third = await answering(stage.phone("204"))
    await agent.is_over()
    await pause(0.3)
    await third.hang_up()
    await call.is_over()


async def into_menu(stage: Stage) -> None:
    """201 calls 202, answered; 201 is redirected to 670, presses 1, and reaches 202 again; 202 answers, hangs up."""
    call, called = await talking(stage)
    async with stage.pbx.ami() as hand:
        channel = await _channel(hand, "201")
        await hand.ask("Redirect", Channel=channel, Context="phones", Exten="670", Priority="1")
    await called.is_over()
    await pause(0.3)
    await call.press("1")
    third = await answering(stage.phone("202"))
    await pause(0.3)
    await third.hang_up()
    await call.is_over()


async def parked(stage: Stage) -> None:
    """201 calls 202, answered; 202 parks 201; 201 is redirected to 203; 203 answers; 203 hangs up."""
    call, called = await talking(stage)
    await called.transfer("700")
    await called.is_over()
    await pause(0.3)
    async with stage.pbx.ami() as hand:
        channel = await _channel(hand, "201")
        await hand.ask("Redirect", Channel=channel, Context="phones", Exten="203", Priority="1")
    third = await answering(stage.phone("203"))
    await pause(0.3)
    await third.hang_up()
    await call.is_over()


async def behind_kept_local(stage: Stage) -> None:
    """201 dials 602; 203 answers through a Local channel (/n); 203 is redirected to 204; 204 answers; 204 hangs up."""
    call = stage.phone("201").call("602")
    await ringing(stage.phone("202"))
    called = await answering(stage.phone("203"))
    await call.is_answered()
    await pause(0.3)
    async with stage.pbx.ami() as hand:
        channel = await _channel(hand, "203")
        await hand.ask("Redirect", Channel=channel, Context="phones", Exten="204", Priority="1")
    third = await answering(stage.phone("204"))
    await call.is_over()
    await pause(0.3)
    await third.hang_up()
    await called.is_over()
