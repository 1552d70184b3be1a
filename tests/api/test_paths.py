"""What the segments of a path say: percent-encoded or not, types and ids, right and wrong."""

from itertools import product
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.api import told
from tests.api.operations import BASES, ID, NO_ID, SLASHES, Sent, operations, still
from tests.api.service import DRAFT, Service

METHODS = ("GET", "PUT", "DELETE")
TWO_DIGITS = ("5", "9", "10", "42", "99", "00", "01", "05", "%39", "0%30")
"""They look like types, and are none."""
OTHER_SEGMENTS = (
    *(NO_ID, "a", "x", "000", "123", "-1", "+1", "0.0", "0x0", "%30x", "0%20", "%200", "@me", "Dial-In", "*", ".."),
    *("a" * 255, "a" * 256, "b" * 5000, "%2e%2e", "%20", "%00", "0%00", "%0A", "0%0A", "%D9%A0", "%EF%BC%90", "%C2%B2"),
    *("%ff", "%C0%80", "%ED%A0%80", "%", "%zz", "%2", "%u0041", "%252F", "a%2Fb", "%2F", "0%2F", "%F0%9F%93%9E", "a;b"),
    *("0;x=1", "a,b", "a+b", "a&b=c", "a'--", "%22", "a%0D%0AX:%20y", "a%3Fb", "a%23b", "%3Cscript%3E", "%5C", "~"),
)  # fmt: skip
"""They are no types; as ids they are looked up and not found."""


def every_letter(text: str) -> str:
    """Percent-encode what needs no encoding too, in lower case."""
    return "".join(f"%{ord(letter):02x}" for letter in text)


SPELLINGS = (
    lambda segment: segment,
    lambda segment: quote(segment, safe=""),
    lambda segment: segment.replace("@", "%40").replace("*", "%2a"),
    every_letter,
)


@pytest.mark.parametrize(("base", "slash"), list(product(BASES, SLASHES)))
async def test_encoded_segments(service: Service, base: str, slash: str) -> None:
    """Each segment is decoded once, by itself: userId, number, type, id, and the names of the route too."""
    for number, user, spelt in product(("210", "0003*210"), ("@me", "@viewer", "@owner", "3"), SPELLINGS):
        route = f"{base}/%65xtensions/{spelt(user)}/{spelt(number)}/phone%43all%45vents"
        created = await service.ask("POST", f"{route}/%30{slash}", json=DRAFT)
        assert created.status == 200, (route, created.body)
        event_id = created.body["id"]
        plain = f"{base}/extensions/{user}/{number}/phoneCallEvents/0/{event_id}"
        assert created.body["links"]["self"] == f"{service.server.url}{plain}"
        listed = await service.ask("GET", f"{route}/{spelt(event_id)}{slash}")
        assert listed.body["entry"] == [created.body]
        changed = await service.ask("PUT", f"{route}/%30/{spelt(event_id)}{slash}", json={"note": "x"})
        assert changed.body["note"] == "x"
        deleted = await service.ask("DELETE", f"{route}/{spelt(event_id)}{slash}")
        assert deleted.body == [{"id": event_id, "type": "0"}]


@pytest.mark.parametrize(("base", "slash"), list(product(BASES, SLASHES)))
async def test_decoded_once(tmp_path: Path, base: str, slash: str) -> None:
    """What is encoded twice is not what it looks like, and an encoded slash parts no segments."""
    async with still(tmp_path) as before:
        for sent in operations(base=base, slash=slash):
            for user in ("%2540me", "%2540owner", "%253", "@me%2F", "@me%2F210", "@me%00", "%ff", "@m%C3%A9", "me%40"):
                await before.refuses(sent.to(user=user), told.USER_MALFORMED)
            for number in ("0003%252A210", "%32%2531%30", "2%2F10", "210%2F", "%2F210", "21%30%00", "%ff", "%EF%BC%92"):
                await before.refuses(sent.to(number=number), told.NUMBER_MALFORMED)
        for method, tail in product(
            ("POST", *METHODS), ("%2F0", "%2F", f"%2F0%2F{ID}", f"%2F{ID}", "%252F0", "%3Fcount=1", "%23", "%20", "%00")
        ):
            await before.refuses(Sent(method=method, below=tail, base=base, slash=slash), told.NOT_FOUND)


@pytest.mark.parametrize(("base", "slash"), list(product(BASES, SLASHES)))
async def test_types_and_ids(tmp_path: Path, base: str, slash: str) -> None:
    """One or two digits are a type, anything else an id; where only a type may stand, all else is a wrong one."""
    async with still(tmp_path) as before:

        async def refused(method: str, below: str, answer: told.Told, number: str = "210") -> None:
            sent = Sent(method=method, below=below, base=base, slash=slash, number=number, json=DRAFT)
            await before.refuses(sent, answer)

        for segment in (*TWO_DIGITS, *OTHER_SEGMENTS, ID):
            await refused("POST", f"/{segment}", told.PATH_TYPE_TO_CREATE)
        for method in METHODS:
            for segment in TWO_DIGITS:
                await refused(method, f"/{segment}", told.PATH_TYPE)
            for segment in OTHER_SEGMENTS:
                await refused(method, f"/{segment}", told.NO_EVENT)
                await refused(method, f"/0/{segment}", told.NO_EVENT)
            for segment in (*TWO_DIGITS, *OTHER_SEGMENTS):
                await refused(method, f"/{segment}/{ID}", told.PATH_TYPE)
            for other_type in "1234":
                await refused(method, f"/{other_type}/{ID}", told.NO_EVENT)
            for number, below in product(("220", "0003*210", "12345"), (f"/{ID}", f"/0/{ID}")):
                await refused(method, below, told.NO_EVENT, number)
            await refused(method, f"/0/{ID}0", told.NO_EVENT)
            await refused(method, f"/0/{ID}%00", told.NO_EVENT)
        for event_type in "01234":
            await refused("PUT", f"/{event_type}", told.ID_NEEDED)
