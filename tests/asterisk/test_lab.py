"""The laboratory itself, as far as it can be shown without an Asterisk."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.asterisk.lab.ami import blocks
from tests.asterisk.lab.install import InstallError, Mirror, host_mirror
from tests.asterisk.lab.pbx import VARIANTS, filled
from tests.asterisk.lab.record import TRACES
from tests.asterisk.lab.scenarios import SCENARIOS, scenarios_on
from tests.asterisk.lab.sip import Phone, Request, Response
from tests.asterisk.lab.sip.message import answer_challenge, parameter, parse, quoted, user_of
from tests.replay import stories

DEB822 = """\
Types: deb deb-src
# a comment within the block
URIs: http://mirror.invalid/debian
Suites: bookworm bookworm-updates
Components: main
 contrib

Types: deb
URIs: http://elsewhere.invalid/
Suites: bookworm-security
Components: main
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("debian.sources", DEB822),
        (
            "debian.list",
            "# deb http://old.invalid bookworm main\ndeb [arch=amd64] http://mirror.invalid/debian bookworm main",
        ),
    ],
)
def test_mirror_is_the_one_that_feeds_this_machine(tmp_path: Path, name: str, text: str) -> None:
    """The mirror is read from apt's own sources, in both of their forms, for the release that this machine is of."""
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d/other.list").write_text("deb http://vendor.invalid/apt stable main\n")
    (tmp_path / "sources.list.d" / name).write_text(text)
    (tmp_path / "os-release").write_text('NAME="Debian"\nVERSION_CODENAME=bookworm\n')
    assert host_mirror(tmp_path, tmp_path / "os-release") == Mirror(
        uri="http://mirror.invalid/debian", components=("main",)
    )


def test_machine_without_a_mirror_is_told_so(tmp_path: Path) -> None:
    """Where apt names no mirror for this release, that is said in one line."""
    (tmp_path / "os-release").write_text("VERSION_CODENAME=bookworm\n")
    with pytest.raises(InstallError, match="no Debian mirror for bookworm"):
        host_mirror(tmp_path, tmp_path / "os-release")


def test_each_script_has_its_story_and_its_trace() -> None:
    """Scripts, expectations and recordings are of the same calls, on each variant of the PBX."""
    traces = {str(path.relative_to(TRACES).with_suffix("")) for path in TRACES.rglob("*.ami")}
    assert set(SCENARIOS) == set(stories.STORIES)
    assert traces == {f"{variant}/{name}" for variant in VARIANTS for name in scenarios_on(variant)}


def test_each_script_tells_its_call() -> None:
    """A script says what happens in words, from which its story was written."""
    assert [name for name, scenario in SCENARIOS.items() if not scenario.script] == []


@pytest.mark.parametrize(
    ("variant", "name"), [(variant, name) for variant in VARIANTS for name in scenarios_on(variant)]
)
def test_recordings_are_whole_and_hold_no_secret(variant: str, name: str) -> None:
    """A trace begins with the banner, ends between two messages, and has the login's answer but not the login."""
    stream = (TRACES / variant / f"{name}.ami").read_bytes()
    assert stream.startswith({"22": b"Asterisk Call Manager/11.", "16": b"Asterisk Call Manager/5."}[variant[:2]])
    assert stream.endswith(b"\r\n\r\n")
    assert b"ecret" not in stream
    assert "Authentication accepted" in [
        value for block in blocks(stream) for header, value in block if header == "Message"
    ]


def test_unknown_placeholder_is_an_error() -> None:
    """A configuration file with a name that nobody fills in is not written."""
    assert filled("port = @PORT@ ; ${EXTEN}", {"PORT": "5038"}) == "port = 5038 ; ${EXTEN}"
    with pytest.raises(KeyError):
        filled("port = @PROT@", {"PORT": "5038"})


def test_sip_messages_survive_the_wire() -> None:
    """A request that is sent and read is the same request; a response keeps what it must copy."""
    sent = Request(
        verb="INVITE",
        uri="sip:202@pbx.invalid",
        headers=[
            ("Via", "SIP/2.0/UDP a.invalid;branch=z9hG4bK1"),
            ("To", "<sip:202@pbx.invalid>"),
            ("CSeq", "1 INVITE"),
        ],
        body="v=0\r\n",
    )
    read = parse(bytes(sent))
    assert isinstance(read, Request)
    assert (read.verb, read.branch, read.method, read.body) == ("INVITE", "z9hG4bK1", "INVITE", "v=0\r\n")
    response = parse(bytes(read.reply(486, tag="t1")))
    assert isinstance(response, Response)
    assert (response.status, response.branch, parameter(response.get("To"), "tag")) == (486, "z9hG4bK1", "t1")
    assert parse(b"\r\n\r\n") is None


def test_digest_answer_is_that_of_the_rfc() -> None:
    """The example of RFC 2617, without qop, whose outcome RFC 2069's errata give."""
    asked = Request(verb="GET", uri="/dir/index.html")
    challenge = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c"'
    answer = answer_challenge(challenge, asked, username="Mufasa", password="Circle Of Life")
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in answer
    assert 'opaque="5ccc069c"' in answer


def test_names_are_quoted_as_sip_wants_them() -> None:
    """Quotes and backslashes of a display name are escaped, and the user part is found behind it."""
    shown = quoted('Zoë "Z" Ö\\', "sip:0003*210@pbx.invalid")
    assert shown == '"Zoë \\"Z\\" Ö\\\\" <sip:0003*210@pbx.invalid>'
    assert user_of(shown) == "0003*210"


async def test_phone_is_heard_although_datagrams_are_lost() -> None:
    """A request is repeated until it is heard, and one that arrives twice is answered twice but counts once."""
    async with (
        Phone(username="202", password="", registrar=("127.0.0.1", 9)) as called,
        Phone(username="201", password="", registrar=called.line.transport.local) as caller,
    ):
        lost = called.line.transport.datagram_received
        seen: list[bytes] = []

        def losing(data: bytes, addr: tuple[str, int]) -> None:
            seen.append(data)
            if len(seen) > 1:  # the first INVITE never arrives, everything after it twice
                lost(data, addr)
                lost(data, addr)

        called.line.transport.datagram_received = losing  # type: ignore[method-assign]
        call = caller.call("202")
        ringing = await called.incoming()
        await ringing.ring()
        await call.rings()
        await ringing.answer()
        await call.is_answered()
        await call.hang_up()
        assert await ringing.is_over() == 200
        assert called._offered.empty()


TOLD: Mapping[str, object] = {
    "type": 1,
    "event": "dial-out",
    "extension": "201",
    "call_id": "x.1",
    "flow": "OUT",
    "status": "CALLING",
    "caller_id_num": "201",
    "caller_id_name": "Anna Abel",
    "caller_extension": "201",
    "called_extension": "",
    "called_number": "630",
    "called_did": "",
    "call_api_id": "",
    "at": None,
    "event_id": "e1",
    "recovered": False,
}
ENDED = {**TOLD, "type": 2, "event": "hangup", "status": "ANSWER", "event_id": "e2"}
STORY = """
    A 201 dial-out OUT CALLING 201 201 - 630 - name=Anna Abel
    A 201 hangup   OUT ANSWER  201 201 - 630 - api=-
"""


def test_a_story_that_is_told_has_no_mismatch() -> None:
    """Exactly the events expected are right."""
    assert stories.mismatch(stories.parse(STORY), [TOLD, ENDED]) == []


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ([TOLD], "1 events were told, not 2"),
        ([TOLD, ENDED, ENDED], "event id e2 was told more than once"),
        ([ENDED, TOLD], "201 A OUT: told hangup dial-out, not dial-out hangup"),
        ([TOLD, {**ENDED, "status": "CANCEL"}], "201 A OUT hangup: status is 'CANCEL', not 'ANSWER'"),
        ([TOLD, {**ENDED, "call_id": "x.2"}], "2 call ids were told, not 1: x.1, x.2"),
        ([{**TOLD, "caller_id_name": "Anna"}, ENDED], "201 A OUT dial-out: name is 'Anna', not 'Anna Abel'"),
        ([TOLD, {**ENDED, "call_api_id": "7"}], "201 A OUT hangup: api is '7', not ''"),
        ([TOLD, {**ENDED, "extension": "202"}], "202 A OUT: told hangup, not nothing"),
        ([TOLD, {**ENDED, "type": 3}], "type 3 is not hangup"),
        ([TOLD, {**ENDED, "recovered": True}], "hangup of 201 is marked recovered"),
    ],
)
def test_each_mismatch_is_named(told: list[Mapping[str, object]], wrong: str) -> None:
    """Whatever differs from the story is found, and said."""
    assert wrong in stories.mismatch(stories.parse(STORY), told)


def test_half_a_row_is_no_row() -> None:
    """A slip in a story is an error, not an expectation less."""
    with pytest.raises(ValueError, match="not a row of a story"):
        stories.parse("A 201 dial-out OUT CALLING 201 201 - 630")
