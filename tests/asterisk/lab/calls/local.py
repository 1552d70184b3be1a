"""Ring groups and hunts whose members are rung through Local channels, and calls to oneself."""

from tests.asterisk.lab.stage import Stage, answering, pause, ringing


async def ring_group_kept(stage: Stage) -> None:
    """201 dials 602: 202 and 203 ring through Local channels that stay (/n); 203 answers; 201 hangs up."""
    call = stage.phone("201").call("602")
    loser = await ringing(stage.phone("202"))
    called = await answering(stage.phone("203"))
    await loser.is_over()
    await call.is_answered()
    await pause(0.3)
    await call.hang_up()
    await called.is_over()


async def ring_group_optimized(stage: Stage) -> None:
    """201 dials 603: 202 and 203 ring through Local channels that go away; 203 answers; 203 hangs up."""
    call = stage.phone("201").call("603")
    loser = await ringing(stage.phone("202"))
    called = await answering(stage.phone("203"))
    await loser.is_over()
    await call.is_answered()
    await pause(0.3)
    await called.hang_up()
    await call.is_over()


async def ring_group_nobody(stage: Stage) -> None:
    """201 dials 605: 202 and 203 ring through Local channels for a second."""
    call = stage.phone("201").call("605")
    await ringing(stage.phone("202"))
    await ringing(stage.phone("203"))
    await call.is_over()


async def ring_group_given_up(stage: Stage) -> None:
    """201 dials 602: 202 and 203 ring through Local channels; 201 gives up."""
    call = stage.phone("201").call("602")
    await ringing(stage.phone("202"))
    await ringing(stage.phone("203"))
    await pause()
    await call.give_up()


async def ring_group_of_outside_caller(stage: Stage) -> None:
    """493055512345 dials 49301234602: 202 and 203 ring through Local channels; 202 answers; 493055512345 hangs up."""
    call = stage.provider.call("49301234602", caller="493055512345")
    await ringing(stage.phone("203"))
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause(0.3)
    await call.hang_up()
    await called.is_over()


async def hunt(stage: Stage) -> None:
    """201 dials 614: 202 rings for a second through a Local channel, then 203, who answers; 203 hangs up."""
    call = stage.phone("201").call("614")
    await (await ringing(stage.phone("202"))).is_over()
    called = await answering(stage.phone("203"))
    await call.is_answered()
    await pause(0.3)
    await called.hang_up()
    await call.is_over()


async def trunk_through_local(stage: Stage) -> None:
    """201 dials 616, which rings 03055512345 outside through a Local channel; answered; 201 hangs up."""
    call = stage.phone("201").call("616")
    called = await answering(stage.provider)
    await call.is_answered()
    await pause(0.3)
    await call.hang_up()
    await called.is_over()


async def calls_itself(stage: Stage) -> None:
    """201 calls 201, and answers on its other line; it hangs up the first."""
    call = stage.phone("201").call("201")
    called = await answering(stage.phone("201"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def calls_itself_through_local(stage: Stage) -> None:
    """201 dials 615, which rings 201 through a Local channel; it answers on its other line; that line hangs up."""
    call = stage.phone("201").call("615")
    called = await answering(stage.phone("201"))
    await call.is_answered()
    await pause(0.3)
    await called.hang_up()
    await call.is_over()


async def calls_a_group_it_is_in(stage: Stage) -> None:
    """201 dials 604: 201 itself and 202 ring; 202 answers; 201 hangs up."""
    call = stage.phone("201").call("604")
    own = await ringing(stage.phone("201"))
    called = await answering(stage.phone("202"))
    await own.is_over()
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def listens_in(stage: Stage) -> None:
    """201 calls 202, answered; 204 dials 621 and listens to 202; 204 hangs up; 201 hangs up."""
    call = stage.phone("201").call("202")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    spy = stage.phone("204").call("621")
    await spy.is_answered()
    await pause(0.3)
    await spy.hang_up()
    await pause()
    await call.hang_up()
    await called.is_over()
