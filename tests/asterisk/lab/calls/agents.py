"""Queues and their agents: announcements, keys, overflows, and callers who are sent on."""

from tests.asterisk.lab.sip import Call
from tests.asterisk.lab.stage import Stage, answering, pause, ringing, talking

OUTSIDE = "493055512345"


async def _served(stage: Stage) -> tuple[Call, Call]:
    """493055512345 dials 49301234650; 203 rings too, 202 answers."""
    call = stage.provider.call("49301234650", caller=OUTSIDE)
    await ringing(stage.phone("203"))
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    return call, agent


async def announcement_agent_leaves(stage: Stage) -> None:
    """201 dials 690; 202 picks up, hears who is coming, and hangs up; rung again it hears it out; 201 hangs up."""
    call = stage.phone("201").call("690")
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    await agent.hang_up()
    agent = await answering(stage.phone("202"))
    await pause(1.5)
    await call.hang_up()
    await agent.is_over()


async def announcement_caller_leaves(stage: Stage) -> None:
    """201 dials 690; 202 picks up and hears who is coming; meanwhile 201 gives up."""
    call = stage.phone("201").call("690")
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    await call.give_up()
    await agent.is_over()


async def left_by_key(stage: Stage) -> None:
    """201 dials 691, where 202 rings, and presses 4, which leads to 204; 204 answers; 204 hangs up."""
    call = stage.phone("201").call("691")
    await call.is_answered()
    await ringing(stage.phone("202"))
    await pause(0.3)
    await call.press("4")
    called = await answering(stage.phone("204"))
    await pause(0.3)
    await called.hang_up()
    await call.is_over()


async def overflow_to_queue(stage: Stage) -> None:
    """201 dials 692: 202 rings in the queue 651, then 202 and 203 ring in the queue 650; 203 answers; 201 hangs up."""
    call = stage.phone("201").call("692")
    await (await ringing(stage.phone("202"))).is_over()
    await ringing(stage.phone("202"))
    agent = await answering(stage.phone("203"))
    await pause(0.3)
    await call.hang_up()
    await agent.is_over()


async def overflow_to_group(stage: Stage) -> None:
    """201 dials 693: 202 rings in the queue 651, then 203 and 204 ring; 204 answers; 204 hangs up."""
    call = stage.phone("201").call("693")
    await (await ringing(stage.phone("202"))).is_over()
    await ringing(stage.phone("203"))
    called = await answering(stage.phone("204"))
    await call.is_answered()
    await pause(0.3)
    await called.hang_up()
    await call.is_over()


async def attended_transfer(stage: Stage) -> None:
    """493055512345 dials 49301234650; 202 answers, calls 204, and connects the two; 493055512345 hangs up."""
    call, agent = await _served(stage)
    question, asked = await talking(stage, "202", "204")
    await agent.transfer_to(question)
    await agent.is_over()
    await pause()
    await call.hang_up()
    await asked.is_over()


async def attended_transfer_with_feature_code(stage: Stage) -> None:
    """201 dials 694; 202 answers, presses *2 and 204; 204 answers, they talk; 202 hangs up; then 201 hangs up."""
    call = stage.phone("201").call("694")
    await ringing(stage.phone("203"))
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    await agent.press("*2204")
    asked = await answering(stage.phone("204"))
    await pause(0.3)
    await agent.hang_up()
    await pause(0.3)
    await call.hang_up()
    await asked.is_over()


async def sent_into_another_queue(stage: Stage) -> None:
    """493055512345 dials 49301234650; 202 answers, and sends the caller to 653; 204 answers there, and hangs up."""
    call, agent = await _served(stage)
    await agent.transfer("653")
    await ringing(stage.phone("203"))
    second = await answering(stage.phone("204"))
    await agent.is_over()
    await pause(0.3)
    await second.hang_up()
    await call.is_over()


async def sent_into_the_same_queue(stage: Stage) -> None:
    """201 dials 651; 202 answers, sends 201 to 651 again, is rung again, and answers; 201 hangs up."""
    call = stage.phone("201").call("651")
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    await agent.transfer("651")
    await agent.hang_up()
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    await call.hang_up()
    await agent.is_over()


async def sent_outside(stage: Stage) -> None:
    """493055512345 reaches 650 through 49301234670 and 4; 202 answers, sends them to 03055500000; they hang up."""
    call = stage.provider.call("49301234670", caller=OUTSIDE)
    await call.is_answered()
    await pause(0.3)
    await call.press("4")
    await ringing(stage.phone("203"))
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    await agent.transfer("03055500000")
    called = await answering(stage.provider)
    await agent.is_over()
    await pause(0.3)
    await call.hang_up()
    await called.is_over()


async def sent_on_through_kept_local(stage: Stage) -> None:
    """493055512345 dials 49301234653; 203 answers through a Local channel that stays, sends them to 202; 202 leaves."""
    call = stage.provider.call("49301234653", caller=OUTSIDE)
    await ringing(stage.phone("204"))
    agent = await answering(stage.phone("203"))
    await pause(0.3)
    await agent.transfer("202")
    called = await answering(stage.phone("202"))
    await agent.is_over()
    await pause(0.3)
    await called.hang_up()
    await call.is_over()


async def connected_on_through_kept_local(stage: Stage) -> None:
    """493055512345 dials 49301234653; 203 answers (/n), calls 202, and connects the two; 493055512345 hangs up."""
    call = stage.provider.call("49301234653", caller=OUTSIDE)
    await ringing(stage.phone("204"))
    agent = await answering(stage.phone("203"))
    await pause(0.3)
    question, asked = await talking(stage, "203", "202")
    await agent.transfer_to(question)
    await agent.is_over()
    await pause(0.3)
    await call.hang_up()
    await asked.is_over()


async def sent_on_by_caller(stage: Stage) -> None:
    """201 dials 651; 202 answers; 201 sends 202 to 204; 204 answers; 204 hangs up."""
    call = stage.phone("201").call("651")
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    await call.transfer("204")
    called = await answering(stage.phone("204"))
    await call.is_over()
    await pause(0.3)
    await called.hang_up()
    await agent.is_over()


async def parked(stage: Stage) -> None:
    """493055512345 dials 49301234650; 202 answers, and parks the caller; 204 dials 701; 204 hangs up."""
    call, agent = await _served(stage)
    await agent.transfer("700")
    await agent.is_over()
    await pause(0.3)
    retriever = stage.phone("204").call("701")
    await retriever.is_answered()
    await pause(0.3)
    await retriever.hang_up()
    await call.is_over()


async def one_after_the_other(stage: Stage) -> None:
    """201 dials 651; 202 answers; 204 dials 651 and waits; 201 hangs up; 202 rings for 204, answers, and hangs up."""
    first = stage.phone("201").call("651")
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    second = stage.phone("204").call("651")
    await pause(0.5)
    await first.hang_up()
    await agent.is_over()
    agent = await answering(stage.phone("202"))
    await pause(0.3)
    await agent.hang_up()
    await second.is_over()


async def forwarded_by_phone(stage: Stage) -> None:
    """201 dials 651; 202's phone forwards to 204 (302); 204 answers; 204 hangs up."""
    call = stage.phone("201").call("651")
    await (await stage.phone("202").incoming()).forward("204")
    called = await answering(stage.phone("204"))
    await pause(0.3)
    await called.hang_up()
    await call.is_over()


async def second_choice(stage: Stage) -> None:
    """204 calls 202, answered; 201 dials 696, where 203 rings since 202 is talking; 203 answers; both callers leave."""
    first, first_called = await talking(stage, "204", "202")
    call = stage.phone("201").call("696")
    agent = await answering(stage.phone("203"))
    await pause(0.3)
    await call.hang_up()
    await agent.is_over()
    await first.hang_up()
    await first_called.is_over()


async def in_turns(stage: Stage) -> None:
    """201 dials 695: 202 rings for a second, then 203, who answers; 203 hangs up."""
    call = stage.phone("201").call("695")
    await (await ringing(stage.phone("202"))).is_over()
    agent = await answering(stage.phone("203"))
    await pause(0.3)
    await agent.hang_up()
    await call.is_over()


async def tenants(stage: Stage) -> None:
    """493055512345 dials 4930765250, the queue of a customer; 0003*211 answers, sends them to 210; 0003*210 leaves."""
    call = stage.provider.call("4930765250", caller=OUTSIDE)
    await ringing(stage.phone("0003*210"))
    agent = await answering(stage.phone("0003*211"))
    await pause(0.3)
    await agent.transfer("210")
    called = await answering(stage.phone("0003*210"))
    await agent.is_over()
    await pause(0.3)
    await called.hang_up()
    await call.is_over()


async def accepted_by_key(stage: Stage) -> None:
    """201 dials 697; 203 rings through a Local channel, picks up, and presses 1; 201 hangs up."""
    call = stage.phone("201").call("697")
    agent = await answering(stage.phone("203"))
    await pause(0.3)
    await agent.press("1")
    await call.is_answered()
    await pause(0.3)
    await call.hang_up()
    await agent.is_over()


async def not_accepted_by_key(stage: Stage) -> None:
    """201 dials 697; 203 picks up, and presses 2; it rings again, picks up, and presses 1; 203 hangs up."""
    call = stage.phone("201").call("697")
    agent = await answering(stage.phone("203"))
    await pause(0.3)
    await agent.press("2")
    await agent.is_over()
    agent = await answering(stage.phone("203"))
    await pause(0.3)
    await agent.press("1")
    await call.is_answered()
    await pause(0.3)
    await agent.hang_up()
    await call.is_over()
