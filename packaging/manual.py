"""The manual page amibridge(1), on standard output, from the commands' own help: ``python packaging/manual.py``."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from os import environ
from typing import Final

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from amibridge import VERSION
from amibridge.cli.app import app

STATUSES: Final = {
    0: "Fine.",
    1: "The thing asked about is not fine: a check fails, no daemon runs, there is no such account.",
    2: "Wrong use.",
    69: "A port or socket is taken, another daemon has the store, a later amibridge wrote it, or the daemon takes "
    "no commands from this user.",
    74: "The store cannot be read or written, by this user or at all.",
    78: "Bad settings, or settings that this user may not read (check says 1).",
    130: "Ctrl-C ended it, as it ends tail (run and record then end with 0).",
}
FILES: Final = {
    "/etc/amibridge/amibridge.toml": "The settings, each with its explanation.",
    "/etc/amibridge/ami_secret": "The secret of the AMI user, alone; systemd hands it to the daemon.",
    "/var/lib/amibridge/amibridge.db": "The store.",
    "/usr/share/doc/amibridge": "Documentation, the user for manager.conf, examples.",
}


def page() -> str:
    """The whole page, in the macros of man(7)."""
    command = get_command(app)
    if not isinstance(command, TyperGroup):
        raise TypeError(command)
    day = datetime.fromtimestamp(int(environ.get("SOURCE_DATE_EPOCH") or datetime.now(UTC).timestamp()), UTC)
    summary, _, description = (command.help or "").partition("\n\n")
    lines = [
        f'.TH AMIBRIDGE 1 "{day:%Y-%m-%d}" "amibridge {VERSION}" "User Commands"',
        ".SH NAME",
        rf"amibridge \- {_text(summary[0].lower() + summary[1:].rstrip('.'))}",
        ".SH SYNOPSIS",
        r".B amibridge",
        r".I COMMAND",
        r"[\fIOPTIONS\fR] [\fIARGUMENTS\fR]",
        ".SH DESCRIPTION",
        *_paragraphs(description),
        ".SH COMMANDS",
        *_commands("amibridge", command),
        ".SH EXIT STATUS",
        *_terms({str(status): text for status, text in STATUSES.items()}),
        ".SH FILES",
        *_terms(FILES),
        ".SH SEE ALSO",
        r".BR asterisk (8),",
        r".BR systemctl (1),",
        r".BR journalctl (1)",
    ]
    return "\n".join(lines) + "\n"


def _commands(prefix: str, group: TyperGroup) -> Iterator[str]:
    for name, command in group.commands.items():
        whole = f"{prefix} {name}"
        if isinstance(command, TyperGroup):
            yield from _commands(whole, command)
        elif isinstance(command, TyperCommand) and not command.hidden:
            arguments = [one for one in command.params if isinstance(one, TyperArgument)]
            options = [one for one in command.params if isinstance(one, TyperOption) and not one.hidden]
            shown = [one.metavar or (one.name or "").upper() for one in arguments]
            usage = " ".join(word if one.required else f"[{word}]" for one, word in zip(arguments, shown, strict=True))
            yield f".SS {_text(f'{whole} [OPTIONS] {usage}'.rstrip())}"
            yield from _paragraphs(command.help or "")
            yield from _terms({word: one.help or "" for one, word in zip(arguments, shown, strict=True)})
            yield from _terms({_option(one): one.help or "" for one in options})


def _option(option: TyperOption) -> str:
    names = ", ".join((*option.opts, *option.secondary_opts))
    if option.is_flag:
        return names
    choices = option.type_descriptor.choices
    return f"{names} {option.metavar or ('|'.join(map(str, choices)) if choices else 'N')}"


def _terms(terms: dict[str, str]) -> Iterator[str]:
    for term, text in terms.items():
        yield ".TP"
        yield rf"\fB{_text(term)}\fR"
        yield _text(text)


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(text.split("\n\n")):
        if number:
            yield ".PP"
        yield _text(" ".join(paragraph.split()))


def _text(text: str) -> str:
    """Text in which roff sees nothing of its own."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq").replace("`", r"\(ga")
    return rf"\&{escaped}" if escaped.startswith(".") else escaped


if __name__ == "__main__":
    sys.stdout.write(page())
