"""Calls from and to the outside, through a provider."""

from tests.asterisk.lab.stage import Stage, answering, pause, ringing

OUTSIDE = "493055512345"
"""The number of somebody outside."""


async def in_answered(stage: Stage) -> None:
    """Karl Kunde (493055512345) dials 49301234567, the number of 202; 202 answers; Karl hangs up."""
    call = stage.provider.call("49301234567", caller=OUTSIDE, name="Karl Kunde")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def in_cancelled(stage: Stage) -> None:
    """493055512345 dials the number of 202, lets it ring, and gives up."""
    call = stage.provider.call("49301234567", caller=OUTSIDE)
    called = await ringing(stage.phone("202"))
    await call.rings()
    await pause()
    await call.give_up()
    await called.is_over()


async def in_no_answer(stage: Stage) -> None:
    """493055512345 dials 49301234507, the number of 207, which rings until the PBX gives up."""
    call = stage.provider.call("49301234507", caller=OUTSIDE)
    await ringing(stage.phone("207"))
    await call.is_over()


async def in_busy(stage: Stage) -> None:
    """493055512345 dials the number of 202, which is busy (486)."""
    call = stage.provider.call("49301234567", caller=OUTSIDE)
    await (await stage.phone("202").incoming()).reject(486)
    await call.is_over()


async def in_anonymous(stage: Stage) -> None:
    """Somebody whose network says ``anonymous`` dials the number of 202; 202 answers and hangs up."""
    call = stage.provider.call(
        "49301234567", caller="anonymous", name="Anonymous", domain="anonymous.invalid", headers=[("Privacy", "id")]
    )
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await called.hang_up()
    await call.is_over()


async def in_withheld(stage: Stage) -> None:
    """Karl Kunde dials 49301234568, whose dialplan withholds who he is and rings 202; 202 answers; Karl hangs up."""
    call = stage.provider.call("49301234568", caller=OUTSIDE, name="Karl Kunde")
    called = await answering(stage.phone("202"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def in_private(stage: Stage) -> None:
    """Karl Kunde's network says who he is and asks for privacy (RFC 3325); he dials the number of 202, and gives up."""
    await _privately(stage, "49301234567")


async def in_private_emptied(stage: Stage) -> None:
    """The same for 49301234569, whose dialplan empties the caller id of whoever asks for privacy."""
    await _privately(stage, "49301234569")


async def _privately(stage: Stage, number: str) -> None:
    asserted = f'"Karl Kunde" <sip:{OUTSIDE}@provider.invalid>'
    call = stage.provider.call(
        number,
        caller="anonymous",
        name="Anonymous",
        domain="anonymous.invalid",
        headers=[("P-Asserted-Identity", asserted), ("Privacy", "id")],
    )
    called = await ringing(stage.phone("202"))
    await call.rings()
    await pause()
    await call.give_up()
    await called.is_over()


async def in_two_phones(stage: Stage) -> None:
    """493055512345 dials 49301234505, the number of 205; both its phones ring; the first one answers and hangs up."""
    call = stage.provider.call("49301234505", caller=OUTSIDE)
    other = await ringing(stage.phone("205b"))
    called = await answering(stage.phone("205"))
    await call.is_answered()
    await other.is_over()
    await pause()
    await called.hang_up()
    await call.is_over()


async def in_ring_group(stage: Stage) -> None:
    """493055512345 dials 49301234600, the ring group 202, 203, 204; 203 answers; 493055512345 hangs up."""
    call = stage.provider.call("49301234600", caller=OUTSIDE)
    await ringing(stage.phone("202"))
    await ringing(stage.phone("204"))
    called = await answering(stage.phone("203"))
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def out_answered(stage: Stage) -> None:
    """201 dials 03055512345; the provider rings and is answered; 201 hangs up. Outside, 4930123450 is shown for 201."""
    call = stage.phone("201").call("03055512345")
    called = await answering(stage.provider)
    await call.is_answered()
    await pause()
    await call.hang_up()
    await called.is_over()


async def out_answered_they_hang_up(stage: Stage) -> None:
    """201 dials 9 for a line and 03055512345; the provider rings and is answered; the other side hangs up."""
    call = stage.phone("201").call("903055512345")
    called = await answering(stage.provider)
    await call.is_answered()
    await pause()
    await called.hang_up()
    await call.is_over()


async def out_busy(stage: Stage) -> None:
    """201 dials 9 and 03055512345, who is busy."""
    call = stage.phone("201").call("903055512345")
    await (await ringing(stage.provider)).reject(486)
    await call.is_over()


async def out_cancelled(stage: Stage) -> None:
    """201 dials 03055512345, which rings; 201 gives up."""
    call = stage.phone("201").call("03055512345")
    called = await ringing(stage.provider)
    await call.rings()
    await pause()
    await call.give_up()
    await called.is_over()


async def out_early_media(stage: Stage) -> None:
    """201 dials 03055512345; the provider plays an announcement (183) and never answers; 201 gives up."""
    call = stage.phone("201").call("03055512345")
    called = await stage.provider.incoming()
    await called.announce()
    await pause(0.3)
    await call.give_up()
    await called.is_over()


async def out_wrong_number(stage: Stage) -> None:
    """201 dials 03055500000, which the provider does not know (404)."""
    call = stage.phone("201").call("03055500000")
    await (await stage.provider.incoming()).reject(404)
    await call.is_over()


async def out_provider_overloaded(stage: Stage) -> None:
    """201 dials 03055512345; the provider has no line free (503)."""
    call = stage.phone("201").call("03055512345")
    await (await stage.provider.incoming()).reject(503)
    await call.is_over()


async def out_no_route(stage: Stage) -> None:
    """201 dials 8 and a number, by way of a provider that cannot be reached."""
    call = stage.phone("201").call("803055512345")
    await call.is_over()
