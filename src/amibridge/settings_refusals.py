"""What can be wrong with settings, in one line: where it stands, the setting, and what it takes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeAlias, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from amibridge.errors import SettingsError

PREFIX: Final = "AMIBRIDGE_"
"""What the environment variables of settings begin with."""

Location: TypeAlias = tuple[str | int, ...]
"""The way to a value: section, name, and for what stands in a list its index and so on."""

_SHOWN_CHARACTERS: Final = 80
_SHOULD: Final = re.compile(r"^Input should ")
_TAKES: Final[Mapping[str, str]] = {
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than": "less than {lt:g}",
    "less_than_equal": "at most {le:g}",
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), "a whole number"),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), "a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    "string_type": "a text, in quotes",
    "string_too_short": "a text that is not empty",
    "list_type": "a list",
    "too_short": "a list that is not empty",
}
"""What a setting must be, by pydantic's name of the refusal, with its context."""
_HEADER: Final = re.compile(r"\s*\[\[?\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(#.*)?")
_KEY: Final = re.compile(r"\s*(?P<name>[\w.-]+)\s*=")


class UnreadableSettingsError(SettingsError):
    """A file of the settings cannot be read."""

    def __init__(self, *, what: str, path: Path, problem: str, cure: str) -> None:
        super().__init__(what, path, problem, cure)
        self.what, self.path, self.problem, self.cure = what, path, problem, cure

    def __str__(self) -> str:
        return f"{self.what} {self.path} cannot be read ({self.problem}): {self.cure}"


class WrongSettingError(SettingsError):
    """A setting is unknown, missing, or has a value that it does not take."""

    def __init__(self, *, place: str, problem: str) -> None:
        super().__init__(place, problem)
        self.place, self.problem = place, problem

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


class NoLoginError(SettingsError):
    """There is nothing to log in to the PBX with."""

    def __init__(self, *, setting: str, cure: str) -> None:
        super().__init__(setting, cure)
        self.setting, self.cure = setting, cure

    def __str__(self) -> str:
        return f"{self.setting} is not set: {self.cure}"


class ExposedSecretError(SettingsError):
    """A settings file with a secret in it can be read by everybody."""

    def __init__(self, *, path: Path, setting: str) -> None:
        super().__init__(path, setting)
        self.path, self.setting = path, setting

    def __str__(self) -> str:
        return (
            f"settings file {self.path} holds {self.setting} and is readable by everybody: chmod o-r {self.path}, "
            f"or keep the secret in {self.setting}_file"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody has set, as it was written."""

    values: Mapping[str, Any]
    """By section, then by name; not validated."""
    places: Mapping[tuple[str, str], str]
    """Where those stand that do not stand in the file."""
    path: Path | None
    """The file, None when there is none."""
    text: str
    """What the file says."""

    def place(self, location: Location) -> str:
        """Where a value stands, as a person would look for it."""
        keys = [key for key in location[:2] if isinstance(key, str)]
        elsewhere = self.places.get((keys[0], keys[-1]))
        if elsewhere is not None or self.path is None:
            return elsewhere or "settings"
        line = line_of(self.text, ".".join(keys)) or line_of(self.text, keys[0])
        return f"{self.path}, line {line}" if line else str(self.path)


def refusal(error: ValidationError, given: Given, model: type[BaseModel]) -> WrongSettingError:
    """Say in one line what the first of the errors is, and where."""
    first = error.errors(include_url=False)[0]
    location, kind = first["loc"], first["type"]
    setting = setting_name(location)
    if kind == "extra_forbidden" and len(location) == 1 and isinstance(first["input"], dict):
        *sections, last = (f"[{name}]" for name in model.model_fields)
        problem = f"there is no section [{setting}]: the sections are {', '.join(sections)} and {last}"
    elif kind == "extra_forbidden":
        problem = f"there is no setting {setting}, the nearest one is {nearest(model, location)}"
    elif kind == "missing":
        problem = f"{setting} is missing"
    elif kind.startswith("model_"):
        problem = f"{setting} must be a table: [{setting}], and its settings below it"
    elif kind == "value_error":
        said = str(first["ctx"]["error"])
        # What is said of a whole section names its settings itself.
        problem = said if len(location) == 1 else f"{setting}: {said}"
    elif kind in _TAKES:
        takes = _TAKES[kind].format_map(first.get("ctx", {}))
        problem = f"{setting} must be {takes}{_shown(first['input'], location, model)}"
    else:
        problem = f"{setting} {_SHOULD.sub('must ', first['msg'])}{_shown(first['input'], location, model)}"
    return WrongSettingError(place=given.place(location), problem=problem)


def nearest(model: type[BaseModel], location: Location) -> str:
    """The setting that somebody may have meant who wrote that one."""
    *above, wrong = [key for key in location if isinstance(key, str)]
    if above:
        known = {name: f"{setting_name(location[:-1])}.{name}" for name in fields_at(model, *above)}
    else:
        settings = list(setting_names(model))
        known = {name: f"{section}.{name}" for section, name in settings}
        known |= {full: full for full in (f"{section}.{name}" for section, name in settings)}
        known |= {section: section for section in model.model_fields}
    return known[closest(wrong, known)]


def closest(wrong: str, known: Mapping[str, object]) -> str:
    """The known name that looks most like that one; there is always one."""
    return get_close_matches(wrong, known, n=1, cutoff=0.0)[0]


def line_of(text: str, setting: str) -> int | None:
    """The number of the first line of a TOML text that sets something of that name; None when there is none to see."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        header, key = _HEADER.fullmatch(line), _KEY.match(line)
        if header:
            table = found = header["name"]
        elif key:
            found = f"{table}.{key['name']}" if table else key["name"]
        else:
            continue
        if found == setting or found.startswith(f"{setting}."):
            return number
    return None


def setting_name(location: Location) -> str:
    """A setting's name as people write it: ``delivery.retry_pauses_seconds[2]``, counted from 1."""
    parts = (f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in location)
    return "".join(parts).removeprefix(".")


def variable_of(section: str, name: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}{section}__{name}".upper()


def setting_names(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Section and name of each setting."""
    for section in model.model_fields:
        for name in fields_at(model, section):
            yield section, name


def is_secret(model: type[BaseModel], section: str, name: str) -> bool:
    """Whether that setting's value must not be shown."""
    settings = fields_at(model, section) if section in model.model_fields else {}
    return name in settings and settings[name].annotation is SecretStr


def fields_at(model: type[BaseModel], *keys: str) -> dict[str, FieldInfo]:
    """The fields of the section of that name, or of the values of the list of tables there."""
    for key in keys:
        annotation: Any = model.model_fields[key].annotation
        model = annotation.__args__[0] if get_origin(annotation) is list else annotation
    return model.model_fields


def _shown(value: object, location: Location, model: type[BaseModel]) -> str:
    if isinstance(value, dict | list) or is_secret(model, *map(str, (*location, "")[:2])):
        return ""
    text = repr(value)
    return f", not {text if len(text) <= _SHOWN_CHARACTERS else f'{text[:_SHOWN_CHARACTERS]}…'}"
