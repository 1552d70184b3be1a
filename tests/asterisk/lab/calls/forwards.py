"""Calls that are sent elsewhere before anybody answers, and calls that must be accepted by a key."""

from tests.asterisk.lab.stage import Stage, answering, pause, ringing


async def by_phone(stage: Stage) -> None:
    """201 calls 202, whose phone forwards to 203 (302); 203 answers; 201 hangs up."""
    call = stage.phone("201").call("202")
    await (await stage.phone("202").incoming()).forward("203")
    called = await answering(stage.phone("203"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def by_phone_to_busy(stage: Stage) -> None:
    """201 calls 202, whose phone forwards to 203 (302), who is busy."""
    call = stage.phone("201").call("202")
    await (await stage.phone("202").incoming()).forward("203")
    await (await ringing(stage.phone("203"))).reject(486)
    await call.is_over()


async def by_phone_to_outside(stage: Stage) -> None:
    """201 calls 202, whose phone forwards to 03055512345 outside (302), who answers and hangs up."""
    call = stage.phone("201").call("202")
    await (await stage.phone("202").incoming()).forward("03055512345")
    called = await answering(stage.provider)
    await call.is_answered()
    await pause()
    await called.hang_up()
    await call.is_over()


async def of_outside_caller(stage: Stage) -> None:
    """493055512345 dials the number of 202, whose phone forwards to 203 (302); 203 answers; 203 hangs up."""
    call = stage.provider.call("49301234567", caller="493055512345")
    await (await stage.phone("202").incoming()).forward("203")
    called = await answering(stage.phone("203"))
    await call.is_answered()
    await pause()
    await called.hang_up()
    await call.is_over()


async def in_ring_group(stage: Stage) -> None:
    """201 dials the group 600; 202 forwards to 207 (302); 203 and 204 ring; 203 answers; 201 hangs up."""
    call = stage.phone("201").call("600")
    await (await stage.phone("202").incoming()).forward("207")
    await ringing(stage.phone("204"))
    await ringing(stage.phone("207"))
    called = await answering(stage.phone("203"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def by_dialplan(stage: Stage) -> None:
    """201 dials 611, which the dialplan sends to 203; 203 answers; 201 hangs up."""
    call = stage.phone("201").call("611")
    called = await answering(stage.phone("203"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def confirmed(stage: Stage) -> None:
    """201 dials 613; 203 picks up, hears that 1 accepts, and presses 1; 201 hangs up."""
    call = stage.phone("201").call("613")
    called = await answering(stage.phone("203"))
    await pause(0.3)
    await called.press("1")
    await call.is_answered()
    await pause(0.3)
    await call.hang_up()
    await called.is_over()


async def not_confirmed(stage: Stage) -> None:
    """201 dials 613; 203 picks up, hears that 1 accepts, and presses 2."""
    call = stage.phone("201").call("613")
    called = await answering(stage.phone("203"))
    await pause(0.3)
    await called.press("2")
    await call.is_over()
    await called.is_over()


async def confirmation_hung_up(stage: Stage) -> None:
    """201 dials 613; 203 picks up, hears that 1 accepts, and hangs up."""
    call = stage.phone("201").call("613")
    called = await answering(stage.phone("203"))
    await pause(0.3)
    await called.hang_up()
    await call.is_over()


async def follow_me_confirmed(stage: Stage) -> None:
    """201 dials 612: 203 and 204 ring through Local channels; 203 picks up and presses 1; 203 hangs up."""
    call = stage.phone("201").call("612")
    other = await ringing(stage.phone("204"))
    called = await answering(stage.phone("203"))
    await pause(0.3)
    await called.press("1")
    await call.is_answered()
    await other.is_over()
    await pause(0.3)
    await called.hang_up()
    await call.is_over()


async def follow_me_not_confirmed(stage: Stage) -> None:
    """201 dials 612: 203 and 204 ring through Local channels; 203 picks up, presses 2; 204 picks up, presses 1."""
    call = stage.phone("201").call("612")
    other = await ringing(stage.phone("204"))
    called = await answering(stage.phone("203"))
    await pause(0.3)
    await called.press("2")
    await called.is_over()
    await other.answer()
    await pause(0.3)
    await other.press("1")
    await call.is_answered()
    await pause(0.3)
    await call.hang_up()
    await other.is_over()


async def in_a_circle(stage: Stage) -> None:
    """201 calls 202, whose phone forwards to 203 (302), whose phone forwards back to 202, which is busy now."""
    call = stage.phone("201").call("202")
    await (await stage.phone("202").incoming()).forward("203")
    await (await stage.phone("203").incoming()).forward("202")
    await (await ringing(stage.phone("202"))).reject(486)
    await call.is_over()


async def follow_me_nested(stage: Stage) -> None:
    """201 dials 608: 203 rings behind two Local channels, picks up, and presses 1; 201 hangs up."""
    call = stage.phone("201").call("608")
    called = await answering(stage.phone("203"))
    await pause(0.3)
    await called.press("1")
    await call.is_answered()
    await pause(0.3)
    await call.hang_up()
    await called.is_over()


async def follow_me_nested_not_confirmed(stage: Stage) -> None:
    """201 dials 608: 203 rings behind two Local channels, picks up, and presses 2."""
    call = stage.phone("201").call("608")
    called = await answering(stage.phone("203"))
    await pause(0.3)
    await called.press("2")
    await called.is_over()
    await call.is_over()


async def follow_me_while_another_answers(stage: Stage) -> None:
    """201 dials 607: 203 picks up, and hears that 1 accepts; meanwhile 202 answers; 202 hangs up."""
    call = stage.phone("201").call("607")
    other = await ringing(stage.phone("202"))
    called = await answering(stage.phone("203"))
    await pause(0.3)
    await other.answer()
    await call.is_answered()
    await called.is_over()
    await pause(0.3)
    await other.hang_up()
    await call.is_over()


async def follow_me_given_up(stage: Stage) -> None:
    """201 dials 607: 203 picks up, and hears that 1 accepts; meanwhile 201 gives up."""
    call = stage.phone("201").call("607")
    await ringing(stage.phone("202"))
    called = await answering(stage.phone("203"))
    await pause(0.3)
    await call.give_up()
    await called.is_over()


async def follow_me_mobile(stage: Stage) -> None:
    """201 dials 609: 202 and a mobile outside ring; the mobile picks up and presses 1; 201 hangs up."""
    call = stage.phone("201").call("609")
    other = await ringing(stage.phone("202"))
    mobile = await answering(stage.provider)
    await pause(0.3)
    await mobile.press("1")
    await call.is_answered()
    await other.is_over()
    await pause(0.3)
    await call.hang_up()
    await mobile.is_over()


async def follow_me_mobile_not_confirmed(stage: Stage) -> None:
    """201 dials 609: the mobile's voicemail picks up, and presses nothing; 202 answers meanwhile; 202 hangs up."""
    call = stage.phone("201").call("609")
    other = await ringing(stage.phone("202"))
    mobile = await answering(stage.provider)
    await pause(0.3)
    await other.answer()
    await call.is_answered()
    await mobile.is_over()
    await pause(0.3)
    await other.hang_up()
    await call.is_over()
