"""The clients of docs/examples, as commands against the daemon: in Python and in shell, and what people do wrong."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from amibridge.simulator.pbx import SimulatedPbx
from amibridge.simulator.playlist import SCENES, TRUNKS, load
from amibridge.simulator.recording import Pace
from tests.fakes.daemon import PATIENCE, DaemonProcess, free_port
from tests.fakes.receiver import Receiver

EXAMPLES: Final = Path(__file__).parents[2] / "docs" / "examples"
PYTHON: Final = (sys.executable, "-W", "error", str(EXAMPLES / "phone_call_events.py"))
SHELL: Final = ("sh", str(EXAMPLES / "phone_call_events.sh"))
SECRET: Final = "canary-ami-secret"
HOOK: Final = "https://crm.example/hook"

needs_curl = pytest.mark.skipif(
    shutil.which("curl") is None and os.environ.get("CI") != "true", reason="there is no curl"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a program left behind."""

    status: int
    output: str
    errors: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A running daemon, the PBX that it hears, and the environment of an App."""

    daemon: DaemonProcess
    pbx: SimulatedPbx
    variables: dict[str, str]

    async def run(self, program: tuple[str, ...], *arguments: str, **changes: str) -> Ended:
        """Run an example with the App's credentials; ``changes`` are variables that differ."""
        variables = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        ended = await asyncio.to_thread(
            subprocess.run,
            (*program, *arguments),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            env=variables | self.variables | changes,
        )
        return Ended(status=ended.returncode, output=ended.stdout, errors=ended.stderr)


@asynccontextmanager
async def running(folder: Path, receiver: Receiver | None = None) -> AsyncIterator[Api]:
    """A daemon with an App of its administrator."""
    async with SimulatedPbx(username="amibridge", secret=SECRET, refusal_seconds=0.01) as pbx:
        daemon = DaemonProcess(
            folder,
            {
                "ami": {"port": pbx.port, "username": "amibridge", "secret": SECRET},
                "extensions": {"trunks": list(TRUNKS)},
                "delivery": {"allow_destinations": [receiver.address] if receiver else []},
            },
        )
        async with daemon.running():
            await daemon.command("account", "add", "--kind", "administrator", "--name", "Ada")
            app = json.loads(await daemon.command("app", "add", "--account", "1", "--name", "CRM", "--json"))
            variables = {
                "UNIFIEDAPI_URL": daemon.url,
                "UNIFIEDAPI_CLIENT_ID": app["client_id"],
                "UNIFIEDAPI_CLIENT_SECRET": app["client_secret"],
                "UNIFIEDAPI_TOKEN": "",
            }
            yield Api(daemon=daemon, pbx=pbx, variables=variables)


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    """A running daemon and an App's environment."""
    async with running(tmp_path) as one:
        yield one


def events(ended: Ended) -> list[dict[str, str]]:
    """What an example printed, an event a line."""
    assert (ended.status, ended.errors) == (0, "")
    return [json.loads(line) for line in ended.output.splitlines()]


async def test_python(api: Api) -> None:
    """Created with the type in the body and in the path, listed in pages and by filter, changed, deleted."""

    async def run(*arguments: str) -> list[dict[str, str]]:
        return events(await api.run(PYTHON, "0003*210", *arguments))

    created = []
    for event_type in "01234":
        url, note = f"{HOOK}/{event_type}?tenant=7", 'Zoë\t"7"'
        in_path = ("--in-path",) if event_type in "13" else ()
        created += await run("create", event_type, url, "--note", note, *in_path)
        assert {"type": event_type, "method": "1", "status": "1", "url": url, "note": note}.items() <= created[
            -1
        ].items()
    assert await run("list") == await run("list", "--page", "2") == created
    assert await run("list", "--type", "3") == [created[3]]
    assert await run("list", "--filter", "url", "contains", "/4?tenant=7") == [created[4]]
    event_id = created[2]["id"]
    (changed,) = await run("update", "2", event_id, "--status", "0", "--method", "0", "--note", "")
    assert (changed["status"], changed["method"], changed["url"], changed.get("note")) == (
        "0",
        "0",
        created[2]["url"],
        None,
    )
    assert await run("delete", "2", event_id) == [{"id": event_id, "type": "2"}]
    assert await run("delete", "1") == [{"id": created[1]["id"], "type": "1"}]
    assert await run("list") == [created[0], *created[3:]]
    assert events(await api.run(PYTHON, "210", "list")) == []


@needs_curl
async def test_shell(api: Api) -> None:
    """The same with curl: the answers are printed as they come."""
    for event_type in "01234":
        url = f"{HOOK}/{event_type}?tenant=7&x=%22"
        created = await api.run(SHELL, "0003*210", "create", event_type, url, 'Zoë "7" \\')
        assert (created.status, created.errors) == (0, "")
        shown = json.loads(created.output)
        assert (shown["type"], shown["method"], shown["url"], shown["note"]) == (event_type, "1", url, 'Zoë "7" \\')
    pages = (await api.run(SHELL, "0003*210", "list", UNIFIEDAPI_PAGE="2")).output.splitlines()
    entries = [entry for page in pages for entry in json.loads(page)["entry"]]
    assert (len(pages), [entry["type"] for entry in entries]) == (3, list("01234"))
    found = json.loads((await api.run(SHELL, "0003*210", "list", "url", "/4?tenant=7&x")).output)
    assert found["entry"] == [entries[4]]
    changed = await api.run(SHELL, "0003*210", "update", "2", entries[2]["id"], "status", "0")
    assert json.loads(changed.output)["status"] == "0"
    deleted = await api.run(SHELL, "0003*210", "delete", "2", entries[2]["id"])
    assert json.loads(deleted.output) == [{"id": entries[2]["id"], "type": "2"}]
    assert json.loads((await api.run(SHELL, "210", "list")).output)["totalResults"] == 0


REFUSED: Final = [
    # arguments, what is different in the environment, status, words on standard error
    (("210", "create", "0", "ftp://crm.example/"), {}, 1, "400", "pce_url_invalid"),
    (("210", "update", "0", "abc", "STATUS"), {}, 1, "400", "pce_id_invalid"),
    (("210", "delete", "0", "abc"), {}, 1, "400", "pce_id_invalid"),
    (("210", "list"), {"UNIFIEDAPI_CLIENT_SECRET": "wrong"}, 1, "401", "invalid_client"),
    (("210", "list"), {"UNIFIEDAPI_CLIENT_ID": "wrong"}, 1, "401", "invalid_client"),
    (("210", "list"), {"UNIFIEDAPI_TOKEN": "wrong", "UNIFIEDAPI_CLIENT_ID": ""}, 1, "401", "access_denied"),
    (("210", "list"), {"UNIFIEDAPI_CLIENT_SECRET": ""}, 2, "UNIFIEDAPI_CLIENT_SECRET", "UNIFIEDAPI_TOKEN"),
    (
        ("210", "list"),
        {"UNIFIEDAPI_URL": "http://127.0.0.1:{free}"},
        1,
        "no answer of the API at http://127.0.0.1:",
        "",
    ),
    (("210", "create", "7", HOOK), {}, 2, "usage", ""),
    (("210", "create", "0"), {}, 2, "usage", ""),
    (("210", "frob"), {}, 2, "usage", ""),
    (("210",), {}, 2, "usage", ""),
    ((), {}, 2, "usage", ""),
]


@pytest.mark.parametrize(
    ("program", "status_0"),
    [(PYTHON, ("--status", "0")), pytest.param(SHELL, ("status", "0"), marks=needs_curl)],
    ids=["python", "shell"],
)
async def test_wrong_use(api: Api, program: tuple[str, ...], status_0: tuple[str, ...]) -> None:
    """What the API refuses is said with status and code, wrong use with how it is right; nothing else is printed."""
    for arguments, changes, status, *words in REFUSED:
        told = [part for one in arguments for part in (status_0 if one == "STATUS" else (one,))]
        variables = {name: value.format(free=free_port()) for name, value in changes.items()}
        ended = await api.run(program, *told, **variables)
        assert (arguments, changes, ended.status, ended.output) == (arguments, changes, status, ""), ended.errors
        for word in words:
            assert word in ended.errors
        assert "Traceback" not in ended.errors
        assert api.variables["UNIFIEDAPI_CLIENT_SECRET"] not in ended.errors


async def test_a_token_that_has_ended(api: Api) -> None:
    """The Python client gets itself a new one, as programs must each hour."""
    ended = await api.run(PYTHON, "210", "create", "0", HOOK, UNIFIEDAPI_TOKEN="ended")
    assert (ended.status, ended.errors) == (0, "")


FORMS: Final = [
    "grant_type=client_credentials&client_id={0}&client_secret={1}",
    "&grant_type=client_credentials&client_id={0}&client_secret={1}&redirect_uri=https://crm.example/&type=unifiedapi",
    "&client_id={0}&client_secret={1}&state=0123456789abcdef&grant_type=client_credentials&redirect_uri=&type=",
]
"""How programs of the UnifiedAPI write their token requests."""


async def test_token_requests_of_the_field(api: Api) -> None:
    """However a program writes its form, it gets a token that opens the API below each base for an hour."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with aiohttp.ClientSession(api.daemon.url) as client:
        for form in FORMS:
            body = form.format(api.variables["UNIFIEDAPI_CLIENT_ID"], api.variables["UNIFIEDAPI_CLIENT_SECRET"])
            async with client.post("/oauth/token.php", data=body, headers=headers) as answer:
                assert answer.status == 200
                token = await answer.json()
            assert (token["token_type"], token["expires_in"]) == ("Bearer", 3600)
            for base in ("/uapi", "/unifiedapi", ""):
                place = (
                    f"{base}/extensions/@me/210/phoneCallEvents/?accessRequestToken=Bearer%20{token['access_token']}"
                )
                async with client.get(place) as answer:
                    assert (answer.status, (await answer.json())["entry"]) == (200, [])


@needs_curl
async def test_what_they_assign_is_called(tmp_path: Path) -> None:
    """A call's Dial-In, assigned in Python, and its Hangup, assigned in shell, arrive at the receiver."""
    async with Receiver() as receiver, running(tmp_path, receiver) as api:
        for program, event_type in ((PYTHON, "0"), (SHELL, "2")):
            assert (await api.run(program, "202", "create", event_type, receiver.url("/hook?tenant=7"))).status == 0
        await api.pbx.play(load(SCENES[0]), Pace(speed=1000))
        await receiver.wait_for(2)
    assert [(one.parameters["EventType"], one.parameters["Extension"]) for one in receiver.received] == [
        ("0", "202"),
        ("2", "202"),
    ]


FIRST_LINES: Final[Mapping[str, Callable[[str], bool]]] = {
    "phone_call_events.py": lambda text: text.startswith("#!/usr/bin/env python3\n"),
    "phone_call_events.sh": lambda text: text.startswith("#!/bin/sh\n"),
    "receiver.cgi": lambda text: text.startswith("#!/bin/sh\n"),
    "receiver.js": lambda text: text.startswith("#!/usr/bin/env node\n"),
    "receiver.py": lambda text: text.startswith("#!/usr/bin/env python3\n"),
}


def test_they_are_programs() -> None:
    """Each example can be started as it is, and the pages name it."""
    pages = "".join(page.read_text() for page in (*EXAMPLES.parent.glob("*.md"), EXAMPLES.parents[1] / "README.md"))
    assert {file.name for file in EXAMPLES.iterdir() if file.is_file()} == set(FIRST_LINES)
    for name, is_right in FIRST_LINES.items():
        assert is_right((EXAMPLES / name).read_text())
        assert os.access(EXAMPLES / name, os.X_OK)
        assert f"docs/examples/{name}" in pages or f"examples/{name}" in pages
