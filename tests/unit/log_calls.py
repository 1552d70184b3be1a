"""Every call of the log in the source: its event, its level, its fields."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

SRC: Final = Path(__file__).parents[2] / "src" / "amibridge"
LEVELS: Final = ("debug", "info", "warning", "error", "exception")


@dataclass(kw_only=True)
class Said:
    """What is said of an event, in all places together."""

    levels: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)


def said() -> dict[str, Said]:
    """All events of the source by name.

    Raises:
        ValueError: A call names its event or a field by something else than a literal.
    """
    found: defaultdict[str, Said] = defaultdict(Said)
    for path in SRC.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for call in _log_calls(function):
                    _add(found, function, call, f"{path.name}:{call.lineno}")
    return dict(found)


def _log_calls(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.Call]:
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and _is_log(call.func.value):
            yield call


def _is_log(value: ast.expr) -> bool:
    named = isinstance(value, ast.Name) and value.id == "log"
    made = isinstance(value, ast.Call) and ast.unparse(value.func) == "structlog.get_logger"
    return named or made


def _add(found: dict[str, Said], function: ast.AST, call: ast.Call, where: str) -> None:
    assert isinstance(call.func, ast.Attribute)
    arguments = list(call.args)
    levels = {call.func.attr}
    if call.func.attr == "log":
        level = arguments.pop(0)
        levels = {name.attr.lower() for name in ast.walk(level) if isinstance(name, ast.Attribute)} & set(LEVELS)
    event = arguments[0]
    if not isinstance(event, ast.Constant):
        raise ValueError(f"{where}: an event is no literal")  # noqa: TRY004 - a fault of the source
    one = found[str(event.value)]
    one.levels |= {"error" if name == "exception" else name for name in levels}
    for keyword in call.keywords:
        one.fields |= {keyword.arg} if keyword.arg else _keys_of(function, keyword.value, where)
    if call.func.attr == "exception":
        one.fields.add("exception")
    one.fields.discard("exc_info")


def _keys_of(function: ast.AST, value: ast.expr, where: str) -> set[str]:
    """The keys of the literal that the function has assigned to a name."""
    for assigned in ast.walk(function):
        if (
            isinstance(assigned, ast.Assign)
            and isinstance(value, ast.Name)
            and any(isinstance(one, ast.Name) and one.id == value.id for one in assigned.targets)
            and isinstance(assigned.value, ast.Dict)
        ):
            return {str(key.value) for key in assigned.value.keys if isinstance(key, ast.Constant)}
    raise ValueError(f"{where}: fields are no literal")
