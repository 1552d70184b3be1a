"""What a dialplan does around Dial: its options, phones and mobiles together, second attempts, subroutines."""

from tests.asterisk.lab.stage import Stage, answering, pause, ringing


async def phone_and_mobile_phone_answers(stage: Stage) -> None:
    """201 dials 606: 202 and 03055512345 outside ring; 202 answers; 201 hangs up."""
    call = stage.phone("201").call("606")
    mobile = await ringing(stage.provider)
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await mobile.is_over()
    await pause()
    await call.hang_up()
    await called.is_over()


async def phone_and_mobile_mobile_answers(stage: Stage) -> None:
    """201 dials 606: 202 and 03055512345 outside ring; they answer outside, and hang up."""
    call = stage.phone("201").call("606")
    rung = await ringing(stage.phone("202"))
    mobile = await answering(stage.provider)
    await call.is_answered()
    await rung.is_over()
    await pause()
    await mobile.hang_up()
    await call.is_over()


async def phone_then_mobile(stage: Stage) -> None:
    """201 dials 627: 202 rings for a second, then 03055512345 outside, who answer; 201 hangs up."""
    call = stage.phone("201").call("627")
    await (await ringing(stage.phone("202"))).is_over()
    mobile = await answering(stage.provider)
    await call.is_answered()
    await pause()
    await call.hang_up()
    await mobile.is_over()


async def early_media_then_busy(stage: Stage) -> None:
    """201 dials 03055512345; the provider plays an announcement, then says that they are busy."""
    call = stage.phone("201").call("03055512345")
    called = await stage.provider.incoming()
    await called.announce()
    await pause(0.3)
    await called.reject(486)
    await call.is_over()


async def caller_goes_on(stage: Stage) -> None:
    """201 dials 619: 202 answers and hangs up; 201 goes on to 203, who answers; 201 hangs up."""
    call = stage.phone("201").call("619")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await called.hang_up()
    second = await answering(stage.phone("203"))
    await pause(0.3)
    await call.hang_up()
    await second.is_over()


async def called_goes_on(stage: Stage) -> None:
    """201 dials 622: 202 answers; 201 hangs up; 202 goes on to 204, who answers; 202 hangs up."""
    call = stage.phone("201").call("622")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    second = await answering(stage.phone("204"))
    await pause(0.3)
    await called.hang_up()
    await second.is_over()


async def tried_again(stage: Stage) -> None:
    """201 dials 623: 202 is busy; a second later it rings again, and answers; 202 hangs up."""
    call = stage.phone("201").call("623")
    await (await ringing(stage.phone("202"))).reject(486)
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await called.hang_up()
    await call.is_over()


async def time_limit(stage: Stage) -> None:
    """201 dials 624: 202 answers; after a second the PBX ends the call."""
    call = stage.phone("201").call("624")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await call.is_over()
    await called.is_over()


async def subroutine(stage: Stage) -> None:
    """201 dials 626, a subroutine that rings 202; 202 answers, and sends 201 to 203; 203 answers; 203 hangs up."""
    call = stage.phone("201").call("626")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await called.transfer("203")
    third = await answering(stage.phone("203"))
    await called.is_over()
    await pause()
    await third.hang_up()
    await call.is_over()


async def subroutine_caller_sends_on(stage: Stage) -> None:
    """201 dials 626, a subroutine that rings 202; 202 answers; 201 sends 202 to 203; 203 answers; 202 hangs up."""
    call = stage.phone("201").call("626")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await call.transfer("203")
    third = await answering(stage.phone("203"))
    await call.is_over()
    await pause()
    await called.hang_up()
    await third.is_over()
