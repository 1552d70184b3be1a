"""docs/operating.md and docs/troubleshooting.md name what there is: commands, log events, messages, settings."""

import ast
import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import typer.main

from amibridge.cli.app import app
from amibridge.settings import Settings
from amibridge.settings_refusals import setting_names

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = {name: (ROOT / "docs" / name).read_text() for name in ("operating.md", "troubleshooting.md")}
SOURCES: Final = [path.read_text() for path in (ROOT / "src").rglob("*.py")]
CODE: Final = re.compile(r"`([^`\n]+)`")
BLOCK: Final = re.compile(r"```\n(.*?)```", re.DOTALL)
MESSAGE: Final = re.compile(r"(?<!\*)\*([^*\n]+)\*(?!\*)")
UNKNOWN: Final = "\0"


def texts() -> Iterator[str]:
    """What the program may say: each text of the source, with a mark where something is put in."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.JoinedStr):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else UNKNOWN for part in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


SAID: Final = "\n".join(texts()).lower()
SYSTEM: Final = {os.strerror(number).lower() for number in errno.errorcode}
"""What the operating system says, and we pass on."""


def commands(page: str) -> list[list[str]]:
    """Each command of ours that a page names, in words."""
    blocks = BLOCK.findall(page)
    lines = [line.partition("#")[0] for block in blocks for line in block.splitlines()]
    found = [code.removeprefix("sudo ") for code in (*CODE.findall(BLOCK.sub("", page)), *lines)]
    return [code.split()[1:] for code in found if code.startswith("amibridge ")]


@pytest.mark.parametrize("name", PAGES)
def test_commands(name: str) -> None:
    """Each is one, with the options that it has."""
    asked = commands(PAGES[name])
    assert len(asked) > 10
    for words in asked:
        command = typer.main.get_command(app)
        rest = list(words)
        while rest and (below := getattr(command, "commands", {}).get(rest[0])):
            command, rest = below, rest[1:]
        assert not hasattr(command, "commands") or rest == ["--version"], words
        options = {option for parameter in command.params for option in parameter.opts}
        for word in rest:
            assert not word.startswith("-") or word in options, words


@pytest.mark.parametrize("name", PAGES)
def test_log_events(name: str) -> None:
    """What is searched for in the log is something that the log has."""
    searched = [one for found in re.findall(r"-g '?([\w\\|]+)", PAGES[name]) for one in found.split("\\|")]
    assert searched
    for event in searched:
        assert any(f'"{event}"' in source for source in SOURCES), event


def test_messages() -> None:
    """What stands in italics is what the program says."""
    messages = [one for one in MESSAGE.findall(PAGES["troubleshooting.md"]) if one != "italics"]
    assert len(messages) > 30
    for message in messages:
        words = re.sub(r"^HTTP \d+$", f"HTTP {UNKNOWN}", message).lower()
        assert words in SAID or words in SYSTEM, message


@pytest.mark.parametrize("name", PAGES)
def test_settings(name: str) -> None:
    """Each setting that is named is one."""
    known = {f"{section}.{setting}" for section, setting in setting_names(Settings)}
    sections = "|".join(Settings.model_fields)
    named = [code for code in CODE.findall(PAGES[name]) if re.fullmatch(rf"(?:{sections})\.[a-z_]+", code)]
    assert set(named) <= known


@pytest.mark.parametrize("name", PAGES)
def test_links(name: str) -> None:
    """Each link leads to a page and a heading that are there."""
    for target in re.findall(r"\]\(([^)]+)\)", PAGES[name]):
        file, _, heading = target.partition("#")
        page = (ROOT / "docs" / (file or name)).resolve()
        assert page.is_file(), target
        headings = {anchor(one) for one in re.findall(r"(?m)^#+ (.+)$", page.read_text())}
        assert not heading or heading in headings, target


def anchor(heading: str) -> str:
    """A heading as links name it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
