"""A PBX and a receiver for a machine on which amibridge is installed; runs there, with the package's own Python.

``office.py FOLDER``: settings with which a daemon finds them go to FOLDER/settings.toml, what arrives to standard
output, a JSON object a line. Each SIGUSR1 is a call: 201 calls 202, who answers.
"""

import asyncio
import json
import signal
import sys
from pathlib import Path
from urllib.parse import parse_qsl

from aiohttp import web

from amibridge.simulator.pbx import SimulatedPbx
from amibridge.simulator.playlist import SCENES, load
from amibridge.simulator.recording import Pace

SECRET = "canary-of-the-office"
SETTINGS = """
[ami]
port = {port}
username = "amibridge"
secret_file = "/etc/amibridge/ami_secret"

[delivery]
allow_destinations = ["127.0.0.1:9000"]
"""


async def receive(request: web.Request) -> web.Response:
    """Print what arrives."""
    sys.stdout.write(json.dumps(dict(parse_qsl(await request.text(), keep_blank_values=True))) + "\n")
    sys.stdout.flush()
    return web.Response()


async def main(folder: Path) -> None:
    """Open both, and play a call for each signal."""
    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 9000).start()
    called = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, called.set)
    async with SimulatedPbx(username="amibridge", secret=SECRET) as pbx:
        settings = SETTINGS.format(port=pbx.port)
        (folder / "settings.toml").write_text(settings)
        while True:
            await called.wait()
            called.clear()
            await pbx.play(load(SCENES[0]), Pace(speed=100))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
