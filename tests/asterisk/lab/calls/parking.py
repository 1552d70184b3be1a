"""Calls that are parked."""

from tests.asterisk.lab.sip import Call
from tests.asterisk.lab.stage import Stage, answering, pause, ringing, talking


async def _parked(stage: Stage) -> Call:
    """201 calls 202, answered; 202 parks 201."""
    call = stage.phone("201").call("202")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await called.transfer("700")
    await called.is_over()
    await pause(0.3)
    return call


async def retrieved(stage: Stage) -> None:
    """201 calls 202, answered; 202 parks 201 (700); 203 dials 701 and has 201; 201 hangs up."""
    call = await _parked(stage)
    retriever = stage.phone("203").call("701")
    await retriever.is_answered()
    await pause(0.3)
    await call.hang_up()
    await retriever.is_over()


async def retrieved_by_parker(stage: Stage) -> None:
    """201 calls 202, answered; 202 parks 201 (700), dials 701 and has 201 again; 202 hangs up."""
    call = await _parked(stage)
    retriever = stage.phone("202").call("701")
    await retriever.is_answered()
    await pause(0.3)
    await retriever.hang_up()
    await call.is_over()


async def given_up(stage: Stage) -> None:
    """201 calls 202, answered; 202 parks 201; 201 hangs up."""
    call = await _parked(stage)
    await call.hang_up()


async def timed_out(stage: Stage) -> None:
    """201 calls 202, answered; 202 parks 201; nobody comes, so 202 is rung, and answers; 201 hangs up."""
    call = await _parked(stage)
    back = await answering(stage.phone("202"))
    await pause(0.3)
    await call.hang_up()
    await back.is_over()


async def of_outside_caller(stage: Stage) -> None:
    """493055512345 dials the number of 202, answered; 202 parks the caller; 203 dials 701; 203 hangs up."""
    call = stage.provider.call("49301234567", caller="493055512345")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await called.transfer("700")
    await called.is_over()
    await pause(0.3)
    retriever = stage.phone("203").call("701")
    await retriever.is_answered()
    await pause(0.3)
    await retriever.hang_up()
    await call.is_over()


async def nothing_parked(stage: Stage) -> None:
    """203 dials 701, where nobody is parked, and hangs up."""
    retriever = stage.phone("203").call("701")
    await pause(0.5)
    if retriever.status == 200:
        await retriever.hang_up()
    elif not retriever.over:
        await retriever.give_up()


async def called_party(stage: Stage) -> None:
    """201 calls 202, answered; 201 parks 202; 203 dials 701 and has 202; 203 hangs up."""
    call = stage.phone("201").call("202")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await call.transfer("700")
    await call.is_over()
    await pause(0.3)
    retriever = stage.phone("203").call("701")
    await retriever.is_answered()
    await pause(0.3)
    await retriever.hang_up()
    await called.is_over()


async def timed_out_not_answered(stage: Stage) -> None:
    """201 calls 202, answered; 202 parks 201; nobody comes, 202 is rung and refuses; 201 hangs up or is hung up."""
    call = await _parked(stage)
    await (await ringing(stage.phone("202"))).reject(486)
    await pause(0.5)
    if not call.over:
        await call.hang_up()


async def with_feature_code(stage: Stage) -> None:
    """201 dials 617, answered by 202; 202 presses #72, which parks 201; 203 dials 701; 203 hangs up."""
    call = stage.phone("201").call("617")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause(0.3)
    await called.press("#72")
    await pause(0.5)
    if not called.over:
        await called.hang_up()
    retriever = stage.phone("203").call("701")
    await retriever.is_answered()
    await pause(0.3)
    await retriever.hang_up()
    await call.is_over()


async def by_application(stage: Stage) -> None:
    """201 dials 618, which parks it; 203 dials 701 and has 201; 201 hangs up."""
    call = stage.phone("201").call("618")
    await call.is_answered()
    await pause(0.3)
    retriever = stage.phone("203").call("701")
    await retriever.is_answered()
    await pause(0.3)
    await call.hang_up()
    await retriever.is_over()


async def by_ami(stage: Stage) -> None:
    """201 calls 202, answered; AMI parks 201; 203 dials 701; 203 hangs up."""
    call, called = await talking(stage)
    async with stage.pbx.ami() as hand:
        [channel] = [name for name in await hand.channels() if name.startswith("PJSIP/201-")]
        await hand.ask("Park", Channel=channel)
    await called.is_over()
    await pause(0.3)
    retriever = stage.phone("203").call("701")
    await retriever.is_answered()
    await pause(0.3)
    await retriever.hang_up()
    await call.is_over()


async def twice(stage: Stage) -> None:
    """201 calls 202, answered; 202 parks 201; 203 dials 701, and parks 201 again; 204 dials 701; 201 hangs up."""
    call = await _parked(stage)
    retriever = stage.phone("203").call("701")
    await retriever.is_answered()
    await pause(0.3)
    await retriever.transfer("700")
    await retriever.is_over()
    await pause(0.3)
    second = stage.phone("204").call("701")
    await second.is_answered()
    await pause(0.3)
    await call.hang_up()
    await second.is_over()


async def retrieved_and_sent_on(stage: Stage) -> None:
    """201 calls 202, answered; 202 parks 201; 203 dials 701, and sends 201 to 204; 204 answers; 204 hangs up."""
    call = await _parked(stage)
    retriever = stage.phone("203").call("701")
    await retriever.is_answered()
    await pause(0.3)
    await retriever.transfer("204")
    third = await answering(stage.phone("204"))
    await retriever.is_over()
    await pause(0.3)
    await third.hang_up()
    await call.is_over()
