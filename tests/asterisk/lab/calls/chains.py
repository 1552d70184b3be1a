"""Attended transfers of calls that are more than two phones: chains, groups, conferences, questions that fail."""

from tests.asterisk.lab.stage import Stage, answering, pause, ringing, talking


async def asked_twice(stage: Stage) -> None:
    """201 calls 202; 202 asks 203, connects them; 203 asks 204, connects 201 and 204; 204 hangs up."""
    call, called = await talking(stage)
    question, asked = await talking(stage, "202", "203")
    await called.transfer_to(question)
    await called.is_over()
    await pause()
    second, second_asked = await talking(stage, "203", "204")
    await asked.transfer_to(second)
    await asked.is_over()
    await pause()
    await second_asked.hang_up()
    await call.is_over()


async def back_to_the_first(stage: Stage) -> None:
    """201 calls 202; 202 asks 203, connects them; 203 asks 202, connects 201 and 202; 201 hangs up."""
    call, called = await talking(stage)
    question, asked = await talking(stage, "202", "203")
    await called.transfer_to(question)
    await called.is_over()
    await pause()
    second, second_asked = await talking(stage, "203", "202")
    await asked.transfer_to(second)
    await asked.is_over()
    await pause()
    await call.hang_up()
    await second_asked.is_over()


async def asked_party_leaves(stage: Stage) -> None:
    """201 calls 202, answered; 202 asks 203, who hangs up; 202 goes back to 201; 201 hangs up."""
    call, called = await talking(stage)
    await called.hold()
    question, asked = await talking(stage, "202", "203")
    await asked.hang_up()
    await question.is_over()
    await called.resume()
    await pause()
    await call.hang_up()
    await called.is_over()


async def held_party_leaves(stage: Stage) -> None:
    """201 calls 202, answered; 202 asks 203; 201 hangs up meanwhile; 202 and 203 talk on; 203 hangs up."""
    call, called = await talking(stage)
    await called.hold()
    question, asked = await talking(stage, "202", "203")
    await call.hang_up()
    await called.is_over()
    await pause()
    await asked.hang_up()
    await question.is_over()


async def two_callers_joined(stage: Stage) -> None:
    """201 calls 204, 203 calls 204 too, both answered, held and taken back; 204 connects 201 and 203; 201 hangs up."""
    first, first_called = await talking(stage, "201", "204")
    await first_called.hold()
    second, second_called = await talking(stage, "203", "204")
    await second_called.hold()
    await first_called.resume()
    await pause()
    await first_called.hold()
    await first_called.transfer_to(second_called)
    await first_called.is_over()
    await pause()
    await first.hang_up()
    await second.is_over()


async def semi_to_group(stage: Stage) -> None:
    """201 calls 204, answered; 204 dials 602 (202, 203, through Local), and connects 201; 203 answers; 201 leaves."""
    call, called = await talking(stage, number="204")
    question = stage.phone("204").call("602")
    await ringing(stage.phone("202"))
    asked = await ringing(stage.phone("203"))
    await question.rings()
    await called.transfer_to(question)
    await called.is_over()
    await pause()
    await asked.answer()
    await pause(0.3)
    await call.hang_up()
    await asked.is_over()


async def to_group(stage: Stage) -> None:
    """201 calls 204, answered; 204 dials 602 (Local); 203 answers; 204 connects 201 and 203; 203 hangs up."""
    call, called = await talking(stage, number="204")
    question = stage.phone("204").call("602")
    await ringing(stage.phone("202"))
    asked = await answering(stage.phone("203"))
    await question.is_answered()
    await pause(0.3)
    await called.transfer_to(question)
    await called.is_over()
    await pause(0.3)
    await asked.hang_up()
    await call.is_over()


async def of_group(stage: Stage) -> None:
    """201 dials 602; 203 answers (Local, /n), asks 204, and connects them; 201 hangs up."""
    call = stage.phone("201").call("602")
    await ringing(stage.phone("202"))
    called = await answering(stage.phone("203"))
    await call.is_answered()
    await pause(0.3)
    question, asked = await talking(stage, "203", "204")
    await called.transfer_to(question)
    await called.is_over()
    await pause(0.3)
    await call.hang_up()
    await asked.is_over()


async def into_conference(stage: Stage) -> None:
    """203 dials 660; 201 calls 202, answered; 202 dials 660, and connects 201 with it; 201 leaves, then 203."""
    there = stage.phone("203").call("660")
    await there.is_answered()
    call, called = await talking(stage)
    question = stage.phone("202").call("660")
    await question.is_answered()
    await pause(0.3)
    await called.transfer_to(question)
    await called.is_over()
    await pause(0.5)
    await call.hang_up()
    await pause(0.3)
    await there.hang_up()


async def into_undeclared_conference(stage: Stage) -> None:
    """203 dials 661; 201 calls 202, answered; 202 dials 661, and connects 201 with it; 201 leaves, then 203."""
    there = stage.phone("203").call("661")
    await there.is_answered()
    call, called = await talking(stage)
    question = stage.phone("202").call("661")
    await question.is_answered()
    await pause(0.3)
    await called.transfer_to(question)
    await called.is_over()
    await pause(0.5)
    await call.hang_up()
    await pause(0.3)
    await there.hang_up()


async def outside_to_outside(stage: Stage) -> None:
    """493055512345 dials the number of 202; 202 calls 03055500000, and connects the two; 493055512345 hangs up."""
    call = stage.provider.call("49301234567", caller="493055512345")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    question = stage.phone("202").call("03055500000")
    asked = await answering(stage.provider)
    await question.is_answered()
    await pause()
    await called.transfer_to(question)
    await called.is_over()
    await pause()
    await call.hang_up()
    await asked.is_over()


async def key_taken_back(stage: Stage) -> None:
    """201 calls 202; 202 presses *2 and 203, answered; 202 presses *1 and is back with 201; 201 hangs up."""
    call, called = await talking(stage)
    await called.press("*2203")
    asked = await answering(stage.phone("203"))
    await pause(0.3)
    await called.press("*1")
    await asked.is_over()
    await pause(0.3)
    await call.hang_up()
    await called.is_over()


async def key_swapped(stage: Stage) -> None:
    """201 calls 202; 202 presses *2 and 203, answered; *4 goes back to 201, *4 to 203 again; 202, then 201 hang up."""
    call, called = await talking(stage)
    await called.press("*2203")
    asked = await answering(stage.phone("203"))
    await pause(0.3)
    for _ in range(2):
        await called.press("*4")
        await pause(0.5)
    await called.hang_up()
    await pause(0.3)
    await call.hang_up()
    await asked.is_over()


async def key_asked_party_leaves(stage: Stage) -> None:
    """201 calls 202; 202 presses *2 and 203, who answers and hangs up; 202 is back with 201; 202 hangs up."""
    call, called = await talking(stage)
    await called.press("*2203")
    asked = await answering(stage.phone("203"))
    await pause(0.3)
    await asked.hang_up()
    await pause(0.5)
    await called.hang_up()
    await call.is_over()


async def key_held_party_leaves(stage: Stage) -> None:
    """201 calls 202; 202 presses *2 and 203, answered; 201 hangs up meanwhile; 202 and 203 talk on; 203 hangs up."""
    call, called = await talking(stage)
    await called.press("*2203")
    asked = await answering(stage.phone("203"))
    await pause(0.3)
    await call.hang_up()
    await pause(0.5)
    await asked.hang_up()
    await called.is_over()


async def key_to_group(stage: Stage) -> None:
    """201 calls 204; 204 presses *2 and 602 (202, 203, through Local); 203 answers; 204, then 203 hang up."""
    call, called = await talking(stage, number="204")
    await called.press("*2602")
    await ringing(stage.phone("202"))
    asked = await answering(stage.phone("203"))
    await pause(0.3)
    await called.hang_up()
    await pause(0.3)
    await asked.hang_up()
    await call.is_over()


async def into_waiting_conference(stage: Stage) -> None:
    """201 calls 202; 202 dials 661, where nobody is, and connects 201 with it; 203 dials 661; 201 leaves, then 203."""
    call, called = await talking(stage)
    question = stage.phone("202").call("661")
    await question.is_answered()
    await pause(0.3)
    await called.transfer_to(question)
    await called.is_over()
    await pause(0.3)
    third = stage.phone("203").call("661")
    await third.is_answered()
    await pause(0.3)
    await call.hang_up()
    await pause()
    await third.hang_up()


async def into_voicemail(stage: Stage) -> None:
    """201 calls 202, answered; 202 dials 630, where an application answers, and connects 201 with it; 201 hangs up."""
    call, called = await talking(stage)
    question = stage.phone("202").call("630")
    await question.is_answered()
    await pause(0.3)
    await called.transfer_to(question)
    await called.is_over()
    await pause(0.3)
    await call.hang_up()


async def into_menu(stage: Stage) -> None:
    """201 calls 204, answered; 204 dials 670, and connects 201 with it, who presses 2, 1; 203 answers; 201 leaves."""
    call, called = await talking(stage, number="204")
    question = stage.phone("204").call("670")
    await question.is_answered()
    await pause(0.3)
    await called.transfer_to(question)
    await called.is_over()
    await pause(0.5)
    await call.press("2")
    await pause(0.3)
    await call.press("1")
    asked = await answering(stage.phone("203"))
    await pause(0.3)
    await call.hang_up()
    await asked.is_over()
