"""Writes the served OpenAPI document to a file: ``python -m tests.api.document FILE``."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.api.service import running


def written(document: dict[str, Any]) -> str:
    """The document as it stands in its file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


async def served() -> dict[str, Any]:
    """The document as a program gets it."""
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder) / "amibridge.db") as service:
            reply = await service.ask("GET", "/openapi.json", who=None)
            return dict(reply.body)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(written(asyncio.run(served())), encoding="utf-8")
