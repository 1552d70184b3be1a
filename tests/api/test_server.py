"""Where the API listens, what it says when it cannot, and how it stops."""

import asyncio
import signal
import socket
import ssl
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme
from fastapi import FastAPI, Request

from amibridge.api.server import ApiServer
from amibridge.errors import AmibridgeError, SettingsError, UnavailableError
from amibridge.settings import ApiSettings


def app() -> FastAPI:
    """An app that says how it was asked."""
    made = FastAPI()

    @made.get("/")
    async def _root(request: Request, seconds: float = 0) -> dict[str, Any]:
        await asyncio.sleep(seconds)
        return {"scheme": request.url.scheme}

    return made


@asynccontextmanager
async def serving(**settings: Any) -> AsyncIterator[ApiServer]:
    """A server at work; stopped by cancelling it."""
    server = ApiServer(app(), ApiSettings(**settings))
    await server.start()
    task = asyncio.create_task(server.run())
    try:
        yield server
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def scheme_of(url: str, **session: Any) -> str:
    """Ask a server how it was asked."""
    async with aiohttp.ClientSession(**session) as client, client.get(url) as response:
        body: Mapping[str, str] = await response.json()
        return body["scheme"]


async def refusal(**settings: Any) -> AmibridgeError:
    """Why a server does not start."""
    server = ApiServer(app(), ApiSettings(**settings))
    with pytest.raises(AmibridgeError) as raised:
        await server.start()
    assert "\n" not in str(raised.value)
    return raised.value


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
async def test_loopback(host: str) -> None:
    """Port 0 takes a free port, and the URL says which."""
    async with serving(host=host, port=0) as server:
        assert await scheme_of(f"{server.url}/") == "http"


async def test_the_port_answers_from_start_on() -> None:
    """Who connects between start and run is served as soon as it runs."""
    server = ApiServer(app(), ApiSettings(port=0))
    await server.start()
    asking = asyncio.create_task(scheme_of(f"{server.url}/"))
    await asyncio.sleep(0.05)
    assert not asking.done()
    task = asyncio.create_task(server.run())
    async with asyncio.timeout(5):
        assert await asking == "http"
    task.cancel()
    await asyncio.wait([task])


async def test_a_busy_port() -> None:
    """It is told in one line, and the same port works once it is free."""
    async with serving(port=0) as server:
        port = int(server.url.rpartition(":")[2])
        error = await refusal(port=port)
        assert isinstance(error, UnavailableError)
        assert str(error) == (
            f"the API cannot listen on 127.0.0.1 port {port} (Address already in use): end what uses it, "
            "or set another [api] port, host or unix_socket"
        )
    async with serving(port=port) as server:
        assert await scheme_of(f"{server.url}/") == "http"


@pytest.mark.parametrize("host", ["192.0.2.7", "no-such-host.invalid", "a..b", "x" * 300])
async def test_a_host_that_is_not_here(host: str) -> None:
    """The setting is named."""
    error = await refusal(host=host, port=0, plain_http=True)
    assert isinstance(error, SettingsError)
    assert str(error).startswith("[api] host:")


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
async def test_all_addresses(host: str) -> None:
    """Behind a proxy, when the settings say that plain HTTP is meant."""
    async with serving(host=host, port=0, plain_http=True) as server:
        port = server.url.rpartition(":")[2]
        assert await scheme_of(f"http://localhost:{port}/") == "http"


async def test_tls(tmp_path: Path) -> None:
    """With a certificate it serves HTTPS, at other addresses too."""
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    key.write_bytes(certificate.private_key_pem.bytes())
    chain.write_bytes(b"".join(pem.bytes() for pem in certificate.cert_chain_pems))
    context = ssl.create_default_context()
    authority.configure_trust(context)
    async with serving(host="0.0.0.0", port=0, tls_certificate_file=str(chain), tls_key_file=str(key)) as server:
        assert server.url.startswith("https://")
        port = server.url.rpartition(":")[2]
        connector = aiohttp.TCPConnector(ssl=context)
        assert await scheme_of(f"https://localhost:{port}/", connector=connector) == "https"


async def test_wrong_certificates(tmp_path: Path) -> None:
    """Missing ones, and what is none, are named."""
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nonsense")
    for settings in (
        {"tls_certificate_file": str(nonsense), "tls_key_file": str(nonsense)},
        {"tls_certificate_file": str(tmp_path / "none"), "tls_key_file": str(nonsense)},
    ):
        error = await refusal(port=0, **settings)
        assert isinstance(error, SettingsError)
        assert "tls_" in str(error)


async def test_unix_socket(tmp_path: Path) -> None:
    """Owner and group may use it, it outlives a kill, and goes with the server."""
    path = tmp_path / "api.sock"
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(path))
    async with serving(unix_socket=str(path)) as server:
        assert server.url == f"unix:{path}"
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        assert await scheme_of("http://localhost/", connector=aiohttp.UnixConnector(str(path))) == "http"
        error = await refusal(unix_socket=str(path))
        assert isinstance(error, UnavailableError)
        assert str(path) in str(error)
        assert await scheme_of("http://localhost/", connector=aiohttp.UnixConnector(str(path))) == "http"
    assert not path.exists()


async def test_wrong_unix_sockets(tmp_path: Path) -> None:
    """What is no socket is never removed; a path that cannot be is a wrong setting."""
    file = tmp_path / "file"
    file.write_text("precious")
    assert isinstance(await refusal(unix_socket=str(file)), UnavailableError)
    assert file.read_text() == "precious"
    error = await refusal(unix_socket=str(tmp_path / "none" / "api.sock"))
    assert isinstance(error, SettingsError)
    assert str(error).startswith("[api] unix_socket:")


async def test_requests_under_way_are_finished() -> None:
    """Who was being answered when the server stopped still gets the answer."""
    async with serving(port=0) as server:
        asking = asyncio.create_task(scheme_of(f"{server.url}/?seconds=0.3"))
        await asyncio.sleep(0.1)
    assert await asking == "http"


async def test_stopping_takes_a_few_seconds_at_most() -> None:
    """A request without end does not hold it up."""
    loop = asyncio.get_running_loop()
    async with serving(port=0) as server:
        asking = asyncio.create_task(scheme_of(f"{server.url}/?seconds=60"))
        await asyncio.sleep(0.1)
        began = loop.time()
    assert loop.time() - began < 5
    await asyncio.wait([asking])


async def test_signals_stay_the_daemons() -> None:
    """The server installs no handler of its own."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    async with serving(port=0) as server:
        assert await scheme_of(f"{server.url}/") == "http"
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


async def test_a_server_that_never_ran_gives_its_place_back(tmp_path: Path) -> None:
    """Another part may have failed before."""
    path = tmp_path / "api.sock"
    server = ApiServer(app(), ApiSettings(unix_socket=str(path)))
    with pytest.raises(RuntimeError):
        await server.run()
    await server.start()
    server.close()
    server.close()
    assert not path.exists()
