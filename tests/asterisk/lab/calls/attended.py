"""Attended transfers: somebody asks first, then connects the others. Joins of three, too."""

from tests.asterisk.lab.stage import Stage, answering, pause, ringing, talking


async def by_called(stage: Stage) -> None:
    """201 calls 202, answered; 202 holds and calls 203, answered; 202 connects 201 and 203; 201 hangs up."""
    call, called = await talking(stage)
    await called.hold()
    question, asked = await talking(stage, "202", "203")
    await called.transfer_to(question)
    await called.is_over()
    await pause()
    await call.hang_up()
    await asked.is_over()


async def by_caller(stage: Stage) -> None:
    """201 calls 202, answered; 201 holds and calls 203, answered; 201 connects 202 and 203; 203 hangs up."""
    call, called = await talking(stage)
    await call.hold()
    question, asked = await talking(stage, "201", "203")
    await call.transfer_to(question)
    await call.is_over()
    await pause()
    await asked.hang_up()
    await called.is_over()


async def of_outside_caller(stage: Stage) -> None:
    """493055512345 dials the number of 202, answered; 202 calls 203, answered, and connects the two; 203 hangs up."""
    call = stage.provider.call("49301234567", caller="493055512345")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    question, asked = await talking(stage, "202", "203")
    await called.transfer_to(question)
    await called.is_over()
    await pause()
    await asked.hang_up()
    await call.is_over()


async def to_outside(stage: Stage) -> None:
    """201 calls 202, answered; 202 calls 03055512345, answered, and connects 201 with them; 201 hangs up."""
    call, called = await talking(stage)
    question = stage.phone("202").call("03055512345")
    asked = await answering(stage.provider)
    await question.is_answered()
    await pause()
    await called.transfer_to(question)
    await called.is_over()
    await pause()
    await call.hang_up()
    await asked.is_over()


async def semi_by_called(stage: Stage) -> None:
    """201 calls 202, answered; 202 calls 203, which rings; 202 connects 201 already; 203 answers; 201 hangs up."""
    call, called = await talking(stage)
    question = stage.phone("202").call("203")
    asked = await ringing(stage.phone("203"))
    await question.rings()
    await called.transfer_to(question)
    await called.is_over()
    await pause()
    await asked.answer()
    await pause()
    await call.hang_up()
    await asked.is_over()


async def semi_not_answered(stage: Stage) -> None:
    """201 calls 202, answered; 202 calls 203, which rings; 202 connects 201 already; 203 is busy."""
    call, called = await talking(stage)
    question = stage.phone("202").call("203")
    asked = await ringing(stage.phone("203"))
    await question.rings()
    await called.transfer_to(question)
    await called.is_over()
    await pause()
    await asked.reject(486)
    await call.is_over()


async def semi_by_caller(stage: Stage) -> None:
    """201 calls 202, answered; 201 calls 203, which rings; 201 connects 202 already; 203 answers and hangs up."""
    call, called = await talking(stage)
    question = stage.phone("201").call("203")
    asked = await ringing(stage.phone("203"))
    await question.rings()
    await call.transfer_to(question)
    await call.is_over()
    await pause()
    await asked.answer()
    await pause()
    await asked.hang_up()
    await called.is_over()


async def semi_to_queue(stage: Stage) -> None:
    """201 calls 204, answered; 204 calls the queue 650 by 655, waits, and connects 201; 203 answers and hangs up."""
    call, called = await talking(stage, number="204")
    question = stage.phone("204").call("655")
    await question.is_answered()
    await ringing(stage.phone("202"))
    agent = await ringing(stage.phone("203"))
    await called.transfer_to(question)
    await called.is_over()
    await pause()
    await agent.answer()
    await pause(0.3)
    await agent.hang_up()
    await call.is_over()


async def with_feature_code(stage: Stage) -> None:
    """201 calls 202, answered; 202 presses *2 and 203; 203 answers, they talk; 202 hangs up; then 201 hangs up."""
    call, called = await talking(stage)
    await called.press("*2203")
    asked = await answering(stage.phone("203"))
    await pause(0.3)
    await called.hang_up()
    await pause(0.3)
    await call.hang_up()
    await asked.is_over()


async def with_feature_code_by_caller(stage: Stage) -> None:
    """201 calls 202, answered; 201 presses *2 and 203; 203 answers, they talk; 201 hangs up; then 203 hangs up."""
    call, called = await talking(stage)
    await call.press("*2203")
    asked = await answering(stage.phone("203"))
    await pause(0.3)
    await call.hang_up()
    await pause(0.3)
    await asked.hang_up()
    await called.is_over()


async def with_feature_code_semi(stage: Stage) -> None:
    """201 calls 202, answered; 202 presses *2 and 203, which rings; 202 hangs up; 203 answers; 201 hangs up."""
    call, called = await talking(stage)
    await called.press("*2203")
    asked = await ringing(stage.phone("203"))
    await pause()
    await called.hang_up()
    await pause()
    await asked.answer()
    await pause(0.3)
    await call.hang_up()
    await asked.is_over()


async def with_feature_code_refused(stage: Stage) -> None:
    """201 calls 202, answered; 202 presses *2 and 203, who refuses; 202 is back with 201; 201 hangs up."""
    call, called = await talking(stage)
    await called.press("*2203")
    await (await ringing(stage.phone("203"))).reject(486)
    await pause(0.5)
    await call.hang_up()
    await called.is_over()


async def with_feature_code_threeway(stage: Stage) -> None:
    """201 calls 202, answered; 202 presses *2 and 203, answered; then *3: all three talk; 202, then 201 leave."""
    call, called = await talking(stage)
    await called.press("*2203")
    asked = await answering(stage.phone("203"))
    await pause(0.3)
    await called.press("*3")
    await pause(0.3)
    await called.hang_up()
    await pause()
    await call.hang_up()
    await asked.is_over()


async def joined_by_bridge(stage: Stage) -> None:
    """201 calls 202, answered; 203 calls 204, answered; AMI Bridge joins 202 and 204; 202 hangs up; the rest ends."""
    first, first_called = await talking(stage)
    second, second_called = await talking(stage, "203", "204")
    async with stage.pbx.ami() as hand:
        names = {name.rpartition("-")[0].partition("/")[2]: name for name in await hand.channels()}
        await hand.ask("Bridge", Channel1=names["202"], Channel2=names["204"], Tone="no")
    await pause(0.3)
    await first_called.hang_up()
    for call in (second_called, first, second):
        if not call.over:
            await call.hang_up()


async def abandoned_question(stage: Stage) -> None:
    """201 calls 202, answered; 202 calls 203, which is busy; 202 goes back to 201 and hangs up."""
    call, called = await talking(stage)
    await called.hold()
    question = stage.phone("202").call("203")
    await (await ringing(stage.phone("203"))).reject(486)
    await question.is_over()
    await called.resume()
    await pause()
    await called.hang_up()
    await call.is_over()
