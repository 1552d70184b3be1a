"""The sound of a call: silence, 20 ms at a time. Asterisk shortens Local channels only where sound flows."""

import asyncio
import re
import secrets
import struct
from itertools import count

PACKET_SECONDS = 0.02
SILENCE = b"\xff" * 160
"""Twenty milliseconds of mu-law."""


def media_address(description: str) -> tuple[str, int] | None:
    """Where a session description wants the sound; None where it says nothing of it."""
    host = re.search(r"^c=IN IP4 (\S+)", description, re.MULTILINE)
    port = re.search(r"^m=audio (\d+) ", description, re.MULTILINE)
    return (host[1], int(port[1])) if host and port else None


async def speak(socket: asyncio.DatagramTransport, to: tuple[str, int]) -> None:
    """Send silence until cancelled (RTP, RFC 3550: version 2, payload type 0)."""
    source = secrets.randbits(32)
    for number in count():
        if socket.is_closing():
            return
        socket.sendto(
            struct.pack("!BBHII", 0x80, 0, number & 0xFFFF, (number * 160) & 0xFFFFFFFF, source) + SILENCE, to
        )
        await asyncio.sleep(PACKET_SECONDS)
