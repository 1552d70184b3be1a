"""What was read from the PBX."""

import pytest

from amibridge.inventory.pbx import Inventory, Reading, Source, SourceRead, caller_name


@pytest.mark.parametrize(
    ("caller_id", "name"),
    [
        ('"Anna Abel" <201>', "Anna Abel"),
        ('"Zoë Ünï" <0003*210>', "Zoë Ünï"),
        (r'"Anna \"Ann\" Abel" <201>', 'Anna "Ann" Abel'),
        (r'"Back\\slash, Jr." <201>', r"Back\slash, Jr."),
        ('"semi; <x> y" <201>', "semi; <x> y"),
        ('"Anna Abel" <>', "Anna Abel"),
        ("Anna Abel", "Anna Abel"),
        ("", ""),
        ("201", ""),
        ("+442079460001", ""),
        ('"" <201>', ""),
        ('"" <>', ""),
        ('"201" <201>', ""),
        ('"device" <201>', ""),
        ('"Device" <201>', ""),
        (r'"Anna\r\nAbel" <201>', "Anna Abel"),
        ('"  Anna \x1b[2J\u202e Abel " <201>', "Anna [2J Abel"),
        (f'"{"x" * 79} {"y" * 200}" <201>', "x" * 79),
    ],
)
def test_caller_name(caller_id: str, name: str) -> None:
    """The name is what people wrote, as one line; a number or FreePBX's placeholder is none."""
    assert caller_name(caller_id) == name


def test_reading_of() -> None:
    """What became of a question is known, when it was asked."""
    inventory = Inventory(sources=(SourceRead(source=Source.SIP, reading=Reading.NOT_LOADED),))
    assert inventory.reading_of(Source.SIP) is Reading.NOT_LOADED
    assert inventory.reading_of(Source.PJSIP) is None
