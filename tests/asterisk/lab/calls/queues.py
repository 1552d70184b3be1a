"""Queues: declared ones, 650 (support: 202, 203), 651 (single: 202), 653 (locals: 203, 204); 652 is not."""

from tests.asterisk.lab.stage import Stage, answering, pause, ringing

OUTSIDE = "493055512345"


async def answered(stage: Stage) -> None:
    """201 dials 650; 202 and 203 ring; 203 answers; 201 hangs up."""
    call = stage.phone("201").call("650")
    loser = await ringing(stage.phone("202"))
    agent = await answering(stage.phone("203"))
    await loser.is_over()
    await pause(0.3)
    await call.hang_up()
    await agent.is_over()


async def answered_agent_hangs_up(stage: Stage) -> None:
    """493055512345 dials 49301234650; 202 and 203 ring; 202 answers; 202 hangs up."""
    call = stage.provider.call("49301234650", caller=OUTSIDE)
    await ringing(stage.phone("203"))
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    await agent.hang_up()
    await call.is_over()


async def abandoned(stage: Stage) -> None:
    """201 dials 650; 202 and 203 ring; 201 gives up."""
    call = stage.phone("201").call("650")
    await ringing(stage.phone("202"))
    await ringing(stage.phone("203"))
    await pause()
    await call.give_up()


async def timed_out(stage: Stage) -> None:
    """201 dials 651, whose only agent 202 rings, again and again, until the queue gives up."""
    call = stage.phone("201").call("651")
    for _ in range(2):
        await ringing(stage.phone("202"))
    await call.is_over()


async def answered_at_second_ring(stage: Stage) -> None:
    """201 dials 651; 202 rings and does not answer, rings again and answers; 201 hangs up."""
    call = stage.phone("201").call("651")
    await (await ringing(stage.phone("202"))).is_over()
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    await call.hang_up()
    await agent.is_over()


async def refused_by_agent(stage: Stage) -> None:
    """201 dials 651; 202 refuses, is rung again, and answers; 202 hangs up."""
    call = stage.phone("201").call("651")
    await (await ringing(stage.phone("202"))).reject(486)
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    await agent.hang_up()
    await call.is_over()


async def nobody_there(stage: Stage) -> None:
    """201 dials 654, a queue without agents, and waits until it gives up."""
    call = stage.phone("201").call("654")
    await call.is_over()


async def undeclared(stage: Stage) -> None:
    """201 dials 652, a queue that nobody declared; its agent 202 answers; 201 hangs up."""
    call = stage.phone("201").call("652")
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    await call.hang_up()
    await agent.is_over()


async def through_local(stage: Stage) -> None:
    """201 dials 653; 203 and 204 ring through Local channels; 204 answers; 201 hangs up."""
    call = stage.phone("201").call("653")
    loser = await ringing(stage.phone("203"))
    agent = await answering(stage.phone("204"))
    await loser.is_over()
    await pause(0.3)
    await call.hang_up()
    await agent.is_over()


async def through_kept_local(stage: Stage) -> None:
    """493055512345 dials 49301234653; 203 and 204 ring through Local channels; 203 answers (/n); 203 hangs up."""
    call = stage.provider.call("49301234653", caller=OUTSIDE)
    loser = await ringing(stage.phone("204"))
    agent = await answering(stage.phone("203"))
    await loser.is_over()
    await pause(0.3)
    await agent.hang_up()
    await call.is_over()


async def transferred_by_agent(stage: Stage) -> None:
    """493055512345 dials 49301234650; 202 answers, and sends the caller to 204; 204 answers; 204 hangs up."""
    call = stage.provider.call("49301234650", caller=OUTSIDE)
    await ringing(stage.phone("203"))
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    await agent.transfer("204")
    third = await answering(stage.phone("204"))
    await agent.is_over()
    await pause()
    await third.hang_up()
    await call.is_over()


async def two_callers(stage: Stage) -> None:
    """201 and 204 dial 650 one after the other; 202 answers 201, 203 answers 204; both callers hang up."""
    first = stage.phone("201").call("650")
    first_rung = await ringing(stage.phone("203"))
    first_agent = await answering(stage.phone("202"))
    await first_rung.is_over()
    await pause(0.3)
    second = stage.phone("204").call("650")
    second_agent = await answering(stage.phone("203"))
    await pause(0.3)
    await second.hang_up()
    await second_agent.is_over()
    await first.hang_up()
    await first_agent.is_over()


async def blind_transfer_into(stage: Stage) -> None:
    """201 calls 204, answered; 204 sends 201 to the queue 650; 202 answers; 201 hangs up."""
    call = stage.phone("201").call("204")
    called = await answering(stage.phone("204"))
    await call.is_answered()
    await pause()
    await called.transfer("650")
    await ringing(stage.phone("203"))
    agent = await answering(stage.phone("202"))
    await called.is_over()
    await pause(0.3)
    await call.hang_up()
    await agent.is_over()
