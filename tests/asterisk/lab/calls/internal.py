"""Calls from phone to phone, and to applications."""

from tests.asterisk.lab.stage import Stage, answering, pause, ringing


async def answered_caller_hangs_up(stage: Stage) -> None:
    """201 calls 202; 202 rings, answers; 201 hangs up."""
    call = stage.phone("201").call("202")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def answered_callee_hangs_up(stage: Stage) -> None:
    """201 calls 203, which has a public number of its own; 203 rings, answers, and hangs up."""
    call = stage.phone("201").call("203")
    called = await answering(stage.phone("203"))
    await call.is_answered()
    await pause()
    await called.hang_up()
    await call.is_over()


async def answered_without_ringing(stage: Stage) -> None:
    """201 calls 202; 202 answers at once, without ever saying that it rings; 202 hangs up."""
    call = stage.phone("201").call("202")
    called = await stage.phone("202").incoming()
    await called.answer()
    await call.is_answered()
    await pause()
    await called.hang_up()
    await call.is_over()


async def undeclared_extension(stage: Stage) -> None:
    """201 calls 206, a phone that the directory does not declare; 206 answers; 201 hangs up."""
    call = stage.phone("201").call("206")
    called = await answering(stage.phone("206"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def end_of_the_dialplan(stage: Stage) -> None:
    """201 dials 634, which rings 202; 202 is busy, and the dialplan ends there without Hangup()."""
    call = stage.phone("201").call("634")
    await (await ringing(stage.phone("202"))).reject(486)
    await call.is_over()


async def two_calls_at_once(stage: Stage) -> None:
    """201 calls 202, answered; 203 calls 202 too (call waiting), answered; 203 hangs up, then 202 hangs up on 201."""
    first = stage.phone("201").call("202")
    first_called = await answering(stage.phone("202"))
    await first.is_answered()
    second = stage.phone("203").call("202")
    second_called = await answering(stage.phone("202"))
    await second.is_answered()
    await pause()
    await second.hang_up()
    await second_called.is_over()
    await pause()
    await first_called.hang_up()
    await first.is_over()


async def call_waiting_refused(stage: Stage) -> None:
    """201 calls 202, answered; 203 calls 202, which is busy now; 201 hangs up."""
    first = stage.phone("201").call("202")
    first_called = await answering(stage.phone("202"))
    await first.is_answered()
    second = stage.phone("203").call("202")
    await (await stage.phone("202").incoming()).reject(486)
    await second.is_over()
    await pause()
    await first.hang_up()
    await first_called.is_over()


async def hold_and_resume(stage: Stage) -> None:
    """201 calls 202, answered; 201 puts 202 on hold, takes it back, and hangs up."""
    call = stage.phone("201").call("202")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await call.hold()
    await pause()
    await call.resume()
    await pause()
    await call.hang_up()
    await called.is_over()


async def voicemail_like(stage: Stage) -> None:
    """201 dials 630, where an application answers; 201 hangs up."""
    call = stage.phone("201").call("630")
    await call.is_answered()
    await pause()
    await call.hang_up()


async def voicemail_after_no_answer(stage: Stage) -> None:
    """201 dials 631: 202 rings for a second and does not answer, then an application does; 201 hangs up."""
    call = stage.phone("201").call("631")
    called = await ringing(stage.phone("202"))
    await called.is_over()
    await call.is_answered()
    await pause()
    await call.hang_up()


async def announcement_abandoned(stage: Stage) -> None:
    """201 dials 632, which plays something before any answer; 201 gives up."""
    call = stage.phone("201").call("632")
    await pause(0.3)
    await call.give_up()


async def tenants(stage: Stage) -> None:
    """0003*210 dials 0003*211; it answers; 0003*210 hangs up."""
    call = stage.phone("0003*210").call("0003*211")
    called = await answering(stage.phone("0003*211"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def tenants_short_number(stage: Stage) -> None:
    """0003*211 dials 210, as its neighbours are called in the house; 0003*210 answers and hangs up."""
    call = stage.phone("0003*211").call("210")
    called = await answering(stage.phone("0003*210"))
    await call.is_answered()
    await pause()
    await called.hang_up()
    await call.is_over()


async def call_api_id(stage: Stage) -> None:
    """201 dials 640, where the dialplan sets CALLAPIID to order-4711 and rings 202; 202 answers; 201 hangs up."""
    call = stage.phone("201").call("640")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def non_ascii_name(stage: Stage) -> None:
    r"""201 dials 641, where the dialplan names the caller ``Zoë "Z" Ö\`` and rings 202; 202 answers; 201 hangs up."""
    call = stage.phone("201").call("641")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()
