"""Accounts, Apps, tokens and extensions from the command line: one story, with and without a running daemon."""

import asyncio
import fcntl
import os
import re
import shlex
import struct
import subprocess
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from amibridge.accounts.tree import AccountKind
from amibridge.calls.directory import Extension
from amibridge.simulator.pbx import SimulatedPbx
from amibridge.store.accounts import AccountBook
from amibridge.store.assignments import AssignmentBook
from amibridge.store.database import Store
from amibridge.store.extensions import ExtensionBook
from tests.fakes.daemon import AMIBRIDGE, PATIENCE, DaemonProcess, environment
from tests.unit.store.samples import HOOK

SECRET: Final = "canary-ami-secret"
FORM: Final = {"grant_type": "client_credentials", "type": "unifiedapi", "state": "x"}
ID: Final = "an id is a whole number from 1 on, written as the lists show it: see 'amibridge {} --help'"

# What is typed, the status, what is printed (a pattern), and what is said on standard error.
STORY: Final = [
    ("account list", 0, (r"ID  KIND +PARENT  NAME\n1 +administrator +Ada\n2 +organization +1 +Acme\n"
     r"3 +user +2 +Zoë\n"), ""),
    ("account remove 1", 1, "", ("account 1 is the last administrator: first add another one "
     "('amibridge account add --kind administrator')")),
    ("account remove 2", 1, "", ("account 2 has 1 account below it (3): first remove the accounts below it "
     "('amibridge account remove ID')")),
    ("account remove 3", 1, "", ("account 3 has 1 App (1) and 1 extension (210): first remove its Apps "
     "('amibridge app remove ID'), and move its extensions "
     "('amibridge extension add NUMBER --owner ACCOUNT', or --no-owner)")),
    ("account remove 9", 1, "", "there is no account 9: see 'amibridge account list'"),
    ("account remove 99999999999999999999", 2, "", f"Invalid value for 'ID': {ID.format('account remove')}"),
    ("account add --kind user --parent 3 --name Sub", 1, "", ("a user stands below an organization, and account 3 is "
     "a user: name an organization of 'amibridge account list' with --parent ID")),
    ("account add --kind user --name Sub", 2, "", ("Invalid value: a user stands below an organization: "
     "give that one's id as --parent: see 'amibridge account add --help'")),
    ("account add --kind administrator --name Bea", 0, r"4\n", ""),
    ("account add --kind user --parent 2 --name ''", 2, "", ("Invalid value for '--name': it is empty: "
     "give a name that people know it by: see 'amibridge account add --help'")),
    ("account add --kind user --parent 2 --name '日本太郎'", 0, r"5\n", ""),
    ("app add --account 9 --name CRM", 1, "", "there is no account 9: see 'amibridge account list'"),
    ("app add --account 5 --name lamp", 0, r"id +2\nclient id +\w{32}\nclient secret +\S{43}\n",
     "the client secret is not shown again"),
    ("app list", 0, (r"ID  ACCOUNT  CLIENT ID +SIGNED  STATE +NAME\n1 +3 +\w+ +no +active +CRM\n"
     r"2 +5 +\w+ +no +active +lamp\n"), ""),
    ("app secret 1", 0, r"whsec_\S{44}\n", ""),
    ("app secret 9", 1, "", "there is no App 9: see 'amibridge app list'"),
    ("token issue --app 1", 0, r"[A-Za-z0-9_-]{43}\n", ""),
    ("token issue --expires 0", 2, "", ("Invalid value for '--expires': give whole days, 1 to 36500: "
     "see 'amibridge token issue --help'")),
    ("token list", 0, r"ID  ACCOUNT  APP  MADE +EXPIRES  STATE\n1 +3 +1 +\S+ \S+ +never +valid\n", ""),
    ("app remove 1", 1, "", ("App 1 has 1 valid token: first suspend it ('amibridge app suspend 1'), "
     "which can be taken back")),
    ("app suspend 1", 0, "", ""),
    ("token issue --app 1", 1, "", ("App 1 is suspended, and its tokens open nothing: first let it go on "
     "('amibridge app resume 1')")),
    ("app remove 1", 1, "", ("App 1 has made 1 assignment (extension 210): delete them through the API, "
     "or let them go on unsigned with --keep-assignments")),
    ("app remove 1 --keep-assignments", 0, "", ""),
    ("token list --json", 0, r"\[\]\n", ""),
    ("extension add 210 --owner 5", 1, "", ("extension 210 is account 3's, with 1 assignment: delete them through the "
     "API (DELETE /uapi/extensions/@me/210/phoneCallEvents), or hand them over too, with --keep-assignments")),
    ("extension add 210 --did '+49 30 1234210'", 0, "",
     "extension 210 was declared already; changed: DID none -> '+49 30 1234210'"),
    ("extension add 210 --owner 5 --keep-assignments", 0, "",
     "extension 210 was declared already; changed: owner 3 -> 5, with its 1 assignment"),
    ("extension add '0003*300' --kind queue", 2, "", "which queue? Name it with --service, as the PBX calls it"),
    ("extension add '0003*300' --kind queue --service support --owner 7", 1, "",
     "there is no account 7: see 'amibridge account list'"),
    ("extension add '0003*300' --kind queue --service support", 0, "", ""),
    ("extension list", 0, (r"NUMBER +KIND +SERVICE +DID +OWNER  NAME\n0003\*300 +queue +support\n"
     r"210 +phone +\+49 30 1234210 +5 +Zoës Telefon\n"), ""),
    ("extension remove 210", 1, "", ("extension 210 has 1 assignment: delete them through the API "
     "(DELETE /uapi/extensions/@me/210/phoneCallEvents), or keep them all the same, "
     "with --keep-assignments")),
    ("extension remove 210 --keep-assignments", 0, "", ""),
    ("extension remove 210", 1, "", "extension 210 is not declared: see 'amibridge extension list'"),
    ("account remove 3", 1, "", ("account 3 has made 1 assignment (extension 210): delete them through the API, "
     "or let them go on with --keep-assignments")),
    ("account remove 3 --keep-assignments", 0, "", ""),
    ("account remove 1", 1, "", ("account 1 has 1 account below it (2): first remove the accounts below it "
     "('amibridge account remove ID')")),
    ("account list --json", 0, r'\[\{"account_id": 1, .*"name": "日本太郎", "parent_id": 2\}\]\n', ""),
]  # fmt: skip


def command(config: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Run what somebody types to its end."""
    return subprocess.run(
        (AMIBRIDGE, *shlex.split(line), "--config", config),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env=environment(),
    )


async def furnish(path: Path) -> None:
    """An administrator, an organization, its user with an extension and an App, which has made an assignment."""
    async with Store.open(path) as store:
        accounts = await AccountBook.open(store)
        ada = await accounts.add_account(AccountKind.ADMINISTRATOR, "Ada")
        acme = await accounts.add_account(AccountKind.ORGANIZATION, "Acme", ada.account_id)
        zoe = await accounts.add_account(AccountKind.USER, "Zoë", acme.account_id)
        app = (await accounts.add_app(zoe.account_id, "CRM")).app
        phone = Extension(number="210", name="Zoës Telefon", owner_id=zoe.account_id)
        await (await ExtensionBook.open(store)).add(phone)
        made = replace(HOOK, account_id=zoe.account_id, app_id=app.app_id)
        await (await AssignmentBook.open(store)).create(made)


@asynccontextmanager
async def running(daemon: DaemonProcess) -> AsyncIterator[None]:
    """The daemon, with a PBX that says nothing."""
    async with SimulatedPbx(username="amibridge", secret=SECRET, refusal_seconds=0.01) as pbx:
        daemon.write_settings(ami={"port": pbx.port, "username": "amibridge", "secret": SECRET})
        async with daemon.running():
            yield


@pytest.fixture
async def daemon(tmp_path: Path) -> DaemonProcess:
    """A daemon that does not run yet, and its furnished store."""
    one = DaemonProcess(tmp_path, {})
    one.write_settings()
    await furnish(one.store)
    return one


async def tell(daemon: DaemonProcess) -> None:
    """Type all lines of the story, and look what comes of each."""
    for line, status, printed, said in STORY:
        ended = await asyncio.to_thread(command, daemon.config, line)
        expected = f"amibridge: {said}\n" if said else ""
        assert (line, ended.returncode, ended.stderr) == (line, status, expected)
        assert re.fullmatch(printed, ended.stdout), f"{line} printed {ended.stdout!r}"


async def test_without_a_daemon(daemon: DaemonProcess) -> None:
    """Each command does what it says, or says in one line what to do instead."""
    await tell(daemon)


async def test_with_a_daemon(daemon: DaemonProcess) -> None:
    """The same commands have the same answers when the daemon performs them."""
    async with running(daemon):
        await tell(daemon)


async def test_what_is_changed_holds_at_once(daemon: DaemonProcess) -> None:
    """Programs meet each change with their next request, without a restart."""
    url = f"{daemon.url}/uapi/extensions/@me/210/phoneCallEvents"
    async with running(daemon), aiohttp.ClientSession() as client:

        async def run(line: str) -> str:
            ended = await asyncio.to_thread(command, daemon.config, line)
            assert ended.returncode == 0, ended.stderr
            return ended.stdout

        async def asks(token: str) -> int:
            async with client.get(url, headers={"Authorization": f"Bearer {token}"}) as answer:
                return answer.status

        async def logs_in(client_id: str, client_secret: str) -> tuple[int, str]:
            form = {**FORM, "client_id": client_id, "client_secret": client_secret}
            async with client.post(f"{daemon.url}/oauth/token.php", data=form) as answer:
                return answer.status, (await answer.json()).get("access_token", "")

        added = (await run("app add --account 2 --name CRM")).splitlines()
        credentials = added[1].split()[-1], added[2].split()[-1]
        status, token = await logs_in(*credentials)
        assert (status, await asks(token)) == (200, 200)
        await run("app suspend 2")
        assert (await logs_in(*credentials), await asks(token)) == ((401, ""), 401)
        await run("app resume 2")
        assert (await logs_in(*credentials))[0] == await asks(token) == 200
        await run("token revoke 1")
        assert await asks(token) == 401
        token = (await run("token issue --account 2")).strip()
        assert await asks(token) == 200
        await run("extension add 210 --no-owner --keep-assignments")
        assert await asks(token) == 403
        await run("extension add 210 --owner 2")
        assert await asks(token) == 200
        await run("extension add 210 --no-owner --keep-assignments")
        await run("app suspend 2")
        await run("app remove 2")
        await run("app remove 1 --keep-assignments")
        await run("account remove 3 --keep-assignments")
        await run("account remove 2")
        assert await asks(token) == 401


def test_the_page(tmp_path: Path) -> None:
    """What docs/commands.md shows of accounts can be typed as it stands: Anna gets her extension and her token."""
    page = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()
    (block,) = re.findall(r"```\n(ORGANIZATION=.*?)```", page, re.DOTALL)
    store = tmp_path / "amibridge.db"
    variables = environment(AMIBRIDGE_STORE__PATH=str(store), PATH=f"{AMIBRIDGE.parent}:{os.environ['PATH']}")
    ended = subprocess.run(
        ("sh", "-euc", block), capture_output=True, text=True, timeout=PATIENCE, check=False, env=variables
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}\n", ended.stdout)
    config = tmp_path / "amibridge.toml"
    config.write_text(f'store.path = "{store}"\n')
    assert re.search(r"^210 +phone +2$", command(config, "extension list").stdout, re.MULTILINE)


async def test_on_a_terminal(daemon: DaemonProcess) -> None:
    """On a narrow terminal a table keeps its columns; long names end in an ellipsis, and nothing moves the cursor."""
    async with Store.open(daemon.store) as store:
        await (await ExtensionBook.open(store)).add(Extension(number="220", name="\x1b[2J" + "日本 " * 40, did="4420"))
    shown = await asyncio.to_thread(on_terminal, daemon.config, "extension list", columns=60)
    assert shown.splitlines() == [
        "NUMBER  KIND   SERVICE  DID   OWNER  NAME",
        "210     phone                 3      Zoës Telefon",
        "220     phone           4420         \\x1b[2J日本 日本 日本…",
    ]


def on_terminal(config: Path, line: str, *, columns: int) -> str:
    """What a command shows on a terminal of that width."""
    ours, its = os.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    variables = {name: value for name, value in environment().items() if name not in {"COLUMNS", "LINES"}}
    with subprocess.Popen(
        (AMIBRIDGE, *shlex.split(line), "--config", config), stdin=its, stdout=its, stderr=its, env=variables
    ) as shows:
        os.close(its)
        shown = b""
        while chunk := read(ours):
            shown += chunk
        assert shows.wait(PATIENCE) == 0
    os.close(ours)
    return shown.decode()


def read(terminal: int) -> bytes:
    """What comes next on a terminal; nothing at its end."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
