"""What may be wrong with a body, on every operation that takes one; and what does no harm."""

import json
import zlib
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.api import told
from tests.api.operations import BASES, ID, NO_ID, SLASHES, Sent, Still, still
from tests.api.service import DRAFT, EVENTS, HOOK, Service

CREATES = ("", "/0")
UPDATES = (f"/{ID}", f"/0/{ID}")
TAKE_BODIES = [*(("POST", below) for below in CREATES), *(("PUT", below) for below in UPDATES)]
WHOLE = {**DRAFT, "type": "0"}
LIMIT = 65_536

NO_OBJECTS: list[bytes] = [
    # nothing, and no object
    *(b"", b" \r\n\t", b"\xef\xbb\xbf", b"null", b"true", b"7", b'"{}"', b"[]", b'[{"method": "1"}]', b"{}{}", b"{} x"),
    # nearly JSON
    *(b"{", b"}", b'{"method"}', b'{"method":}', b'{"method": 1,}', b"{'method': '1'}", b"{method: 1}", b"// x\n{}"),
    *(b'{"note": "a\nb"}', b'{"note": "a\tb"}', b'{"note": "\\x41"}', b'{"note": "\\u12"}', b'{"note": "a}', b"{}\0"),
    *(b'{"method": 01}', b'{"method": +1}', b'{"method": .1}', b'{"method": 0x1}', b'{"method": 1_0}'),
    *(b'{"status": NaN}', b'{"status": Infinity}', b'{"status": -Infinity}', b'{"x": {"y": [NaN]}}', b"NaN"),
    # no UTF-8
    *(b'{"note": "\xff"}', b'{"note": "Zo\xeb"}', b'{"note": "\xed\xa0\x80"}', b'{"note": "\xc0\x80"}'),
    *("{}".encode(name) for name in ("utf-16", "utf-16-be", "utf-32")),
    # too deep, and too long to be a number
    *(b"[" * 60_000, b'{"x":' * 10_000 + b"1" + b"}" * 10_000, b'{"x":' + b"[" * 30_000 + b"]" * 30_000 + b"}"),
    *(b'{"method":' + b"9" * 5000 + b"}", b'{"x":-' + b"1" * 60_000 + b"}"),
    # what other programs would take
    *(b"method=1&url=http%3A%2F%2Fcrm.example%2F", b"<phoneCallEvent/>", zlib.compress(json.dumps(WHOLE).encode())),
    b'--x\r\nContent-Disposition: form-data; name="method"\r\n\r\n1\r\n--x--\r\n',
]  # fmt: skip
TOO_LARGE = [
    b" " * (LIMIT + 1),
    b"{" * (LIMIT + 1),
    json.dumps({**WHOLE, "note": "a" * LIMIT}).encode(),
    json.dumps(WHOLE).encode().ljust(LIMIT + 1),
    b"\xff" * 200_000,
]
START = "must begin with http:// or https:// and a host"
NO_HOST = "has no valid host: send a name of letters, digits, '-' and '.', or an address (IPv6 in brackets)"
BAD_FIELDS: list[tuple[str, list[Any], told.Told]] = [
    ("method", ["", " ", "2", "-1", "00", "01", "1.0", "GET", "post", "\u0661", 2, -1, 10**30], told.METHOD_UNKNOWN),
    ("method", [True, False, 1.0, 0.5, 1e300, [], [1], {}, {"0": 1}], told.METHOD_UNKNOWN),
    ("url", [7, 0, 1.5, True, False, [], [HOOK], {}, {"href": HOOK}], told.URL_NO_TEXT),
    ("url", ["", " ", "x", "crm.example", "//crm.example", "ftp://crm.example/", f" {HOOK}"], told.url_fault(START)),
    (
        "url",
        ["http://", "http:///x", "http://a b/", "http://[::1/", "http://crm.example\n"],
        told.url_fault(NO_HOST),
    ),
    (
        "url",
        ["http://crm.example:/", "http://crm.example:0/", "http://crm.example:65536/"],
        told.url_fault("has no valid port: send 1 to 65535 after the host's ':', or leave out both"),
    ),
    (
        "url",
        ["http://user@crm.example/", "https://user:secret@crm.example/"],
        told.url_fault(
            "has a user name or password before the host: leave it out (a token can stand in the query)",
        ),
    ),
    (
        "url",
        ["http://crm.example/#", "http://crm.example/?a=1#b"],
        told.url_fault("has a fragment: leave out '#' and what follows it (or send '%23' for a '#' that is meant)"),
    ),
    (
        "url",
        ["http://crm.example/%", "http://crm.example/?a=%zz"],
        told.url_fault("has a '%' without two hexadecimal digits after it: send '%25' for a '%' that is meant"),
    ),
    (
        "url",
        ["http://crm.example/a b", "http://crm.example/?a= "],
        told.url_fault("holds a character that no URL may hold (' '): percent-encode it"),
    ),
    (
        "url",
        ["http://crm.example/\u00fc"],
        told.url_fault("holds a character that no URL may hold (U+00FC): percent-encode it"),
    ),
    (
        "url",
        [f"http://crm.example/{'a' * 2030}", "http://crm.example/" + "\U0001f4de" * 2030],
        told.url_fault("is longer than 2048 characters: send a shorter one"),
    ),
    ("status", ["", "2", "on", "enabled", "01", "\u0661", 2, -1], told.STATUS_UNKNOWN),
    ("status", [True, False, 1.0, [], {}], told.STATUS_UNKNOWN),
    ("note", ["\0", "a\x1b[31m", "\x7f", "\ud800", True, 1.5, [], {}, ["x"]], told.NOTE_NO_TEXT),
    ("note", ["a" * 1025, "\U0001f4de" * 1025, 10**1024], told.NOTE_TOO_LONG),
]  # fmt: skip
NO_TYPES: list[Any] = ["", "5", "00", "dial-in", "\u0660", 5, -1, True, 0.0, [], {}]
NO_IDS: list[Any] = [NO_ID, "", 7, True, [], {}]
BAD_TYPES: list[dict[str, Any]] = [{"type": one} for one in NO_TYPES]
BAD_IDS: list[dict[str, Any]] = [{"id": one} for one in NO_IDS]
OTHER_TYPES: list[dict[str, Any]] = [{"type": "1"}, {"type": 1}]
BAD_IN_ONE: list[tuple[str, str, list[dict[str, Any]], told.Told]] = [
    ("POST", "", BAD_TYPES, told.TYPE_UNKNOWN_TO_CREATE),
    ("POST", "/0", BAD_TYPES, told.TYPE_UNKNOWN_TO_CREATE),
    ("POST", "/0", OTHER_TYPES, told.TYPE_DIFFERS_TO_CREATE),
    ("POST", "", [{"type": None}], told.TYPE_MISSING),
    *(("POST", below, [{"method": None}], told.METHOD_MISSING) for below in CREATES),
    *(("POST", below, [{"url": None}], told.URL_MISSING) for below in CREATES),
    *(("POST", below, [{"id": ID}, *BAD_IDS], told.ID_TO_CREATE) for below in CREATES),
    *(("PUT", below, BAD_TYPES, told.TYPE_UNKNOWN) for below in UPDATES),
    *(("PUT", below, OTHER_TYPES, told.TYPE_DIFFERS) for below in UPDATES),
    *(("PUT", below, BAD_IDS, told.ID_CHANGED) for below in UPDATES),
]  # fmt: skip
SPELLINGS = list(product(BASES, SLASHES))


@pytest.mark.parametrize(("base", "slash"), SPELLINGS)
async def test_what_is_no_object(tmp_path: Path, base: str, slash: str) -> None:
    """Whatever it is called in Content-Type, only one JSON object in UTF-8 is a body."""
    async with still(tmp_path) as before:
        for (method, below), data in product(TAKE_BODIES, NO_OBJECTS):
            sent = Sent(method=method, below=below, base=base, slash=slash, data=data)
            await before.refuses(sent, told.NO_OBJECT)


@pytest.mark.parametrize(("base", "slash"), SPELLINGS)
async def test_too_large(tmp_path: Path, base: str, slash: str) -> None:
    """One byte more than the limit is too much, whatever it says; also for a delete, which says nothing."""
    deletes = [("DELETE", below) for below in ("", "/0", f"/{ID}", f"/0/{ID}")]
    async with still(tmp_path) as before:
        for (method, below), data in product([*TAKE_BODIES, *deletes], TOO_LARGE):
            sent = Sent(method=method, below=below, base=base, slash=slash, data=data)
            await before.refuses(sent, told.TOO_LARGE)


@pytest.mark.parametrize(("base", "slash"), SPELLINGS)
async def test_wrong_fields(tmp_path: Path, base: str, slash: str) -> None:
    """Each field has its code, and the message says what to send instead; the rest of the body is right."""
    async with still(tmp_path) as before:
        for (method, below), (name, values, answer) in product(TAKE_BODIES, BAD_FIELDS):
            for value in values:
                sent = Sent(method=method, below=below, base=base, slash=slash, json={**WHOLE, name: value})
                await before.refuses(sent, answer)
        for method, below, wrongs, answer in BAD_IN_ONE:
            for wrong in wrongs:
                sent = Sent(method=method, below=below, base=base, slash=slash)
                await before.refuses(sent.to(json={**WHOLE, **real_id(before, wrong)}), answer)


def real_id(before: Still, body: dict[str, Any]) -> dict[str, Any]:
    """With the id of the assignment that is there."""
    return {name: before.created["id"] if value == ID else value for name, value in body.items()}


async def test_numbers_that_are_no_numbers(tmp_path: Path) -> None:
    """A number too large for any program is no method, no status and no note."""
    async with still(tmp_path) as before:
        for (method, below), (name, answer) in product(
            TAKE_BODIES,
            (("method", told.METHOD_UNKNOWN), ("status", told.STATUS_UNKNOWN), ("note", told.NOTE_NO_TEXT)),
        ):
            body = json.dumps({**WHOLE, name: 0}).replace(f'"{name}": 0', f'"{name}": 1e400')
            await before.refuses(Sent(method=method, below=below, data=body), answer)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('{"type": 0, "method": 1, "url": "U", "status": 0, "note": 7}', {"status": "0", "note": "7"}),
        ('{"type": "0", "method": "1", "url": "U", "status": "1"}', {"status": "1"}),
        ('\ufeff{"type": 0, "method": 1, "url": "U"}', {}),
        (' \r\n\t{"type": 0, "method": 1, "url": "U"}\n ', {}),
        ('{"type": 4, "type": 0, "method": "x", "method": 1, "url": 7, "url": "U"}', {}),
        ('{"\\u0074ype": "\\u0030", "method": 1, "url": "\\u0055"}', {}),
        ('{"type": -0, "method": 1, "url": "U"}', {}),
        ('{"type": 0, "method": 1, "url": "U", "status": null, "note": null, "id": null}', {}),
        ('{"type": 0, "method": 1, "url": "U", "note": "Zoë \\ud83d\\udcde\\n"}', {"note": "Zoë 📞\n"}),
        ('{"type": 0, "method": 1, "url": "U", "modified": 1, "links": [], "Method": 9, "extension": "x"}', {}),
        ('{"type": 0, "method": 1, "url": "U", "x": 1e400, "y": -1E-999, "z": ' + "9" * 4000 + "}", {}),
        ('{"type": 0, "method": 1, "url": "U", "x": ' + "[" * 300 + "]" * 300 + "}", {}),
        ('{"type": 0, "method": 1, "url": "U", "\\ud800": "\\u0000"}', {}),
        (json.dumps(WHOLE).ljust(LIMIT), {}),
    ],
)
async def test_bodies_that_are_taken(service: Service, body: str, shown: dict[str, str]) -> None:
    """Strings or numbers, null, a BOM, foreign and odd fields, a name that comes twice (the last counts), 64 KiB."""
    for content_type in (None, "application/json", "text/plain", "application/x-www-form-urlencoded; charset=latin-1"):
        reply = await service.ask(
            "POST",
            EVENTS,
            data=body.replace('"U"', f'"{HOOK}"').replace("\\u0055", HOOK).encode(),
            headers={} if content_type is None else {"Content-Type": content_type},
        )
        assert reply.status == 200, reply.body
        created = {name: reply.body[name] for name in ("type", "method", "url", "status", "note") if name in reply.body}
        assert created == {"type": "0", "method": "1", "url": HOOK, "status": "1", **shown}
