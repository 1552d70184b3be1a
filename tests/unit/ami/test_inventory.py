"""What is read from the PBX, and how it says that it does not tell."""

import pytest

from amibridge.ami import inventory
from amibridge.ami.failures import LinkError, LoginRefusedError, NoAnswerError, UnreachableError
from amibridge.ami.inventory import BrokenOffError, SlowPbxError, read_inventory
from amibridge.ami.message import AmiEvent
from amibridge.inventory.pbx import Endpoint, Inventory, Reading, Source, SourceRead
from tests.fakes.ami_lists import DENIED, PASSWORD, Answer, chan_sip, conferences, error, listed, pjsip, queues
from tests.fakes.ami_server import AmiServer, Headers, Script
from tests.unit.ami.bench import settings_for

ANNA: Headers = {"Context": "phones", "Accountcode": "acc1", "Callerid": r'"Anna \"Ann\" Abel" <201>'}
NOBODY: Headers = {}


async def read(answers: dict[str, Answer]) -> Inventory:
    """What is read from a PBX that answers so, with everything described."""
    async with AmiServer(Script(answers=answers)) as server:
        return await read_inventory(settings_for(server), lambda _: True)


def reading(found: Inventory) -> dict[Source, Reading]:
    """What became of each question."""
    return {one.source: one.reading for one in found.sources}


async def test_all() -> None:
    """Endpoints with their descriptions, queues and conferences, once each."""
    found = await read(
        pjsip({"201": ANNA, "provider-a": NOBODY})
        | chan_sip({"301": {"Context": "old", "Accountcode": "", "Callerid": '"Sina" <301>'}})
        | queues("support", "400", "support")
        | conferences("600")
    )
    assert found == Inventory(
        endpoints=(
            Endpoint(
                technology="PJSIP", name="201", context="phones", account_code="acc1", caller_name='Anna "Ann" Abel'
            ),
            Endpoint(technology="PJSIP", name="provider-a"),
            Endpoint(technology="SIP", name="301", context="old", caller_name="Sina"),
        ),
        queues=("support", "400"),
        conferences=("600",),
        sources=(
            SourceRead(source=Source.PJSIP, reading=Reading.READ, count=2),
            SourceRead(source=Source.SIP, reading=Reading.READ, count=1),
            SourceRead(source=Source.QUEUES, reading=Reading.READ, count=2),
            SourceRead(source=Source.CONFERENCES, reading=Reading.READ, count=1),
        ),
    )


async def test_nothing_there() -> None:
    """Asterisk says in different ways that it has none of something; all of them are whole lists."""
    found = await read(pjsip({}) | chan_sip({}) | queues() | conferences())
    assert (found.endpoints, found.queues, found.conferences) == ((), (), ())
    assert set(reading(found).values()) == {Reading.READ}


async def test_no_modules() -> None:
    """What is not loaded is no problem."""
    found = await read({})
    assert [(one.reading, one.problem) for one in found.sources] == [(Reading.NOT_LOADED, "")] * 4


async def test_rights() -> None:
    """A list that is refused is left out, with the class that its reader needs; the rest is read."""
    denied = error(DENIED)
    found = await read(
        {"pjsipshowendpoints": denied, "sippeers": denied, "confbridgelistrooms": denied} | queues("400")
    )
    assert found.queues == ("400",)
    pjsip_problem, sip_problem, queue_problem, room_problem = [one.problem for one in found.sources]
    assert pjsip_problem == (
        "PJSIP endpoints were left out, the manager user 'amibridge' may not list them (PJSIPShowEndpoints:"
        " Permission denied): add system to its write in manager.conf for the time of the import, and asterisk -rx"
        " 'manager reload'"
    )
    assert "add reporting to its write" in sip_problem
    assert "add reporting to its write" in room_problem
    assert queue_problem == ""


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (error("Out of \x1b memory"), "(QueueSummary: Out of \N{REPLACEMENT CHARACTER} memory): see its log"),
        (error(DENIED), "(QueueSummary: Permission denied): see its log"),
        (error(""), "(QueueSummary: it did not say why): see its log"),
        (listed("QueueSummary", "QueueSummaryComplete", [], end_word="Cancelled"), "the list broke off"),
    ],
)
async def test_other_refusals(answer: Answer, word: str) -> None:
    """What no right would cure is told in Asterisk's words."""
    found = await read({"queuesummary": answer})
    (problem,) = [one.problem for one in found.sources if one.problem]
    assert problem.startswith("queues were left out, Asterisk does not list them (")
    assert word in problem


async def test_asks_no_more_than_it_must() -> None:
    """Only endpoints that are worth it are asked about, one after the other; no event is subscribed to."""
    script = Script(answers=pjsip({"201": ANNA, "202": ANNA, "203": ANNA}))
    async with AmiServer(script) as server:
        found = await read_inventory(settings_for(server), lambda endpoint: endpoint.name == "202")
        actions = server.actions
    assert [endpoint.caller_name for endpoint in found.endpoints] == ["", 'Anna "Ann" Abel', ""]
    assert [action["endpoint"] for action in actions if action["action"] == "PJSIPShowEndpoint"] == ["202"]
    assert [action["events"] for action in actions if action["action"] == "Login"] == ["off"]
    assert actions[-1]["action"] == "Logoff"


async def test_an_endpoint_that_went_away() -> None:
    """One that is not described stays in the list, with the PBX's word."""
    answers = pjsip({"201": ANNA})
    answers["pjsipshowendpoints"] = listed(
        "EndpointList", "EndpointListComplete", [{"ObjectName": "201"}, {"ObjectName": "202"}]
    )
    found = await read(answers)
    assert [(one.name, one.refusal) for one in found.endpoints] == [
        ("201", ""),
        ("202", "Unable to retrieve endpoint 202"),
    ]


async def test_passwords_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message of a description that holds the password is passed over before it is decoded."""
    blocks: list[bytes] = []

    read_now = AmiEvent.unread

    def noting(name: str, block: bytes) -> AmiEvent:
        blocks.append(block)
        return read_now(name, block)

    monkeypatch.setattr(AmiEvent, "unread", noting)
    await read(pjsip({"201": ANNA}))
    assert any(b"Callerid" in block for block in blocks)
    assert not [block for block in blocks if PASSWORD.encode() in block]


@pytest.mark.parametrize(
    ("script", "kind", "text"),
    [
        (Script(secret="another"), LoginRefusedError, "Asterisk refused the login of 'amibridge'"),
        (Script(mute=frozenset({"sippeers"})), NoAnswerError, "no answer to SIPpeers within 0.2 s"),
        (
            Script(answers={"sippeers": lambda _: b"garbage\r\n\r\n"}),
            BrokenOffError,
            "before all was read (damaged str",
        ),
    ],
)
async def test_no_inventory(monkeypatch: pytest.MonkeyPatch, script: Script, kind: type[LinkError], text: str) -> None:
    """Without a session to its end there is none: the error says what to do."""
    monkeypatch.setattr(inventory, "LIST_SECONDS", 0.2)
    async with AmiServer(script) as server:
        with pytest.raises(kind) as caught:
            await read_inventory(settings_for(server), lambda _: True)
    assert text in str(caught.value)


async def test_nobody_there() -> None:
    """A port where nobody listens says so."""
    async with AmiServer() as server:
        settings = settings_for(server)
    with pytest.raises(UnreachableError):
        await read_inventory(settings, lambda _: True)


async def test_a_slow_pbx(monkeypatch: pytest.MonkeyPatch) -> None:
    """Descriptions that take too long in all are given up, and nothing is imported by halves."""
    monkeypatch.setattr(inventory, "DESCRIPTIONS_SECONDS", 0.2)
    answers = pjsip({"201": ANNA, "202": ANNA, "203": ANNA})
    describe = answers["pjsipshowendpoint"]
    answers["pjsipshowendpoint"] = lambda action: describe(action) if action["endpoint"] == "201" else b""
    with pytest.raises(SlowPbxError, match=r"described 1 of 3 endpoints in 0\.2 s: try again when it is less busy"):
        await read(answers)
