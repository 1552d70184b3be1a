"""Where settings come from: a TOML file, the environment, files with a secret, systemd credentials.

Everything is gathered as it was written, with its place, before it is validated: a refusal can then say where. (The
sources of pydantic-settings forget the place, pass over unknown environment variables, and read ``os.environ`` alone.)
"""

import json
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, get_origin

from pydantic import BaseModel

from amibridge.errors import reason_of
from amibridge.settings_refusals import (
    PREFIX,
    ExposedSecretError,
    Given,
    UnreadableSettingsError,
    WrongSettingError,
    closest,
    fields_at,
    is_secret,
    setting_names,
    variable_of,
)

SECRET_BYTES: Final = 4096
"""A file that holds more than this holds no secret."""

_TOML_PLACE: Final = re.compile(r"(?P<problem>.*) \(at (line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)


def gather(
    model: type[BaseModel],
    *,
    path: Path | None,
    default_path: Path,
    environ: Mapping[str, str],
    secret_files: bool = True,
) -> Given:
    """Read all sources; of each setting the one that counts most is kept.

    Args:
        model: The settings class: sections of settings.
        path: The file; None: the default one, when it is there.
        default_path: Where the default one is.
        environ: The environment.
        secret_files: Whether to read the files and credentials that hold a secret.

    Raises:
        SettingsError: A source cannot be read, or the environment sets what is no setting.
    """
    text, found = _read_text(path, default_path)
    values = _parse(text, found)
    above = _read_environment(model, environ)
    places = {(section, name): f"environment variable {variable_of(section, name)}" for section, name in above}
    for section, name in setting_names(model):
        if is_secret(model, section, name) and (section, name) not in above:
            stored = _find_secret(section, name, values, above, environ)
            if stored is not None and secret_files:
                what, secret_path = stored
                above[section, name] = _read_secret(secret_path, what)
                places[section, name] = f"{what} {secret_path}"
    for (section, name), value in above.items():
        table = values.setdefault(section, {})
        # A section that is no table stays as it is, to be refused.
        if isinstance(table, dict):
            table[name] = value
    return Given(values=values, places=places, path=found, text=text)


def require_private(model: type[BaseModel], *, path: Path | None, default_path: Path) -> None:
    """Make sure that a settings file which holds secrets is not everybody's to read.

    Raises:
        ExposedSecretError: It is.
        SettingsError: It cannot be read.
    """
    text, found = _read_text(path, default_path)
    if found is None or not found.stat().st_mode & stat.S_IROTH:
        return
    values = _parse(text, found)
    for section, name in setting_names(model):
        if is_secret(model, section, name) and _text_at(values, section, name):
            raise ExposedSecretError(path=found, setting=f"{section}.{name}")


def _read_text(path: Path | None, default_path: Path) -> tuple[str, Path | None]:
    found = path or default_path
    try:
        return found.read_text("utf-8"), found
    except (FileNotFoundError, NotADirectoryError) as error:
        if path is None:
            return "", None
        problem, cure = reason_of(error), "name a file that is there, --config FILE"
        raise UnreadableSettingsError(what="settings file", path=found, problem=problem, cure=cure) from error
    except OSError as error:
        problem = reason_of(error)
        cure = "run this as root or as the daemon's user, or name another file, --config FILE"
        raise UnreadableSettingsError(what="settings file", path=found, problem=problem, cure=cure) from error
    except UnicodeDecodeError as error:
        problem, cure = "it is not UTF-8 text", "save it as UTF-8"
        raise UnreadableSettingsError(what="settings file", path=found, problem=problem, cure=cure) from error


def _parse(text: str, path: Path | None) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = _TOML_PLACE.fullmatch(str(error))
        problem, line = (said["problem"], said["line"]) if said else (str(error), None)
        place = f"{path}, line {line or len(text.splitlines())}"
        raise WrongSettingError(place=place, problem=f"this is no TOML ({problem}): mend that line") from error
    except RecursionError as error:
        problem = "its values are nested too deeply, a setting is at most a list: remove the brackets"
        raise WrongSettingError(place=str(path), problem=problem) from error


def _read_environment(model: type[BaseModel], environ: Mapping[str, str]) -> dict[tuple[str, str], Any]:
    known = {variable_of(section, name): (section, name) for section, name in setting_names(model)}
    values: dict[tuple[str, str], Any] = {}
    for variable, text in sorted(environ.items()):
        if not (variable.startswith(PREFIX) and "__" in variable):
            continue
        if variable not in known:
            problem = f"there is no such setting, the nearest one is {closest(variable, known)}"
            raise WrongSettingError(place=f"environment variable {variable}", problem=problem)
        section, name = known[variable]
        is_list = get_origin(fields_at(model, section)[name].annotation) is list
        values[section, name] = _json_list(variable, text) if is_list else text
    return values


def _json_list(variable: str, text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, list):
        problem = 'it takes a JSON list, for example ["one", "two"]'
        raise WrongSettingError(place=f"environment variable {variable}", problem=problem)
    return value


def _find_secret(
    section: str,
    name: str,
    values: Mapping[str, Any],
    above: Mapping[tuple[str, str], str],
    environ: Mapping[str, str],
) -> tuple[str, Path] | None:
    """What holds that secret and where, as far as it has a file of its own."""
    file_name = f"{name}_file"
    if named := above.get((section, file_name)):
        return f"the file of {variable_of(section, file_name)}", Path(named)
    credentials = environ.get("CREDENTIALS_DIRECTORY")
    credential = Path(credentials, f"{section}_{name}") if credentials else None
    if credential and os.path.lexists(credential) and not _is_blank(credential):
        return "systemd credential", credential
    in_file, file_in_file = _text_at(values, section, name), _text_at(values, section, file_name)
    if in_file and file_in_file:
        problem = f"{section}.{name} and {section}.{file_name} are both set: keep one of them"
        raise WrongSettingError(place="settings file", problem=problem)
    return (f"the file of {section}.{file_name}", Path(file_in_file)) if file_in_file else None


def _is_blank(credential: Path) -> bool:
    """Whether it is the empty one that a unit sets where there may be none."""
    try:
        return not credential.read_bytes().strip(b"\r\n")
    except OSError:
        return False


def _text_at(values: Mapping[str, Any], section: str, name: str) -> str:
    table = values.get(section)
    value = table.get(name) if isinstance(table, dict) else None
    return value if isinstance(value, str) else ""


def _read_secret(path: Path, what: str) -> str:
    try:
        with path.open("rb") as file:
            secret = file.read(SECRET_BYTES + 1).decode().rstrip("\r\n")
    except OSError as error:
        cure = "make it readable for the daemon's user"
        if isinstance(error, PermissionError):
            cure = f"run this with sudo, or {cure}"
        problem = reason_of(error)
        raise UnreadableSettingsError(what=what, path=path, problem=problem, cure=cure) from error
    except ValueError as error:
        problem, cure = "it is not UTF-8 text", "write the secret alone into it"
        raise UnreadableSettingsError(what=what, path=path, problem=problem, cure=cure) from error
    if not secret or len(secret) > SECRET_BYTES:
        problem = "it is too long for a secret" if secret else "it is empty"
        cure = "write the secret alone into it"
        raise UnreadableSettingsError(what=what, path=path, problem=problem, cure=cure)
    return secret
