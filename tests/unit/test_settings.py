"""What settings there are, what they take, and that each is explained where people look."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from amibridge.errors import SettingsError
from amibridge.settings import (
    AmiSettings,
    ExtensionRule,
    Settings,
    load,
    refuse_exposed_secrets,
    require_login,
)
from amibridge.settings_refusals import fields_at, setting_names, variable_of

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config" / "amibridge.toml"
PAGE = ROOT / "docs" / "settings.md"
SETTINGS = [*setting_names(Settings), *(("extensions.rules", name) for name in ExtensionRule.model_fields)]


def described(section: str, name: str) -> str:
    """What the settings class says of a setting, on one line."""
    fields = fields_at(Settings, *section.split("."))
    return " ".join((fields[name].description or "").split())


def plain(value: Any) -> Any:
    """A settings value as TOML has it."""
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def settings_of(tmp_path: Path, text: str) -> Settings:
    """The settings that a file with that text gives, without any environment."""
    file = tmp_path / "amibridge.toml"
    file.write_text(text)
    return load(file, {})


@pytest.mark.parametrize(("section", "name"), SETTINGS)
def test_every_setting_is_described(section: str, name: str) -> None:
    """A setting without a word on what it does is none."""
    assert described(section, name).endswith(".")


def test_the_example_shows_the_defaults() -> None:
    """config/amibridge.toml holds every setting at its default: using it as it is changes nothing."""
    assert tomllib.loads(EXAMPLE.read_text()) == plain(Settings())
    assert load(EXAMPLE, {}) == Settings()


@pytest.mark.parametrize(("section", "name"), SETTINGS)
def test_the_example_explains_each_setting(section: str, name: str) -> None:
    """What the settings class says of a setting stands above it in the example."""
    table = re.split(rf"^\[+{re.escape(section)}\]+$", EXAMPLE.read_text(), flags=re.MULTILINE)[1]
    explained = re.search(rf"((?:^#.*\n)+)^({name} = |\[\[extensions.{name}\]\])", table, flags=re.MULTILINE)
    assert explained is not None
    assert described(section, name) in " ".join(explained[1].replace("#", " ").split())


@pytest.mark.parametrize(("section", "name"), SETTINGS)
def test_the_page_explains_each_setting(section: str, name: str) -> None:
    """docs/settings.md has a row for each setting, with its default."""
    assert f"| `{name}` |" in PAGE.read_text().partition(f"## `[{section}]`")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ami.port = 0", "ami.port must be at least 1, not 0"),
        ("ami.port = 65536", "ami.port must be at most 65535, not 65536"),
        ('ami.port = "x"', "ami.port must be a whole number, not 'x'"),
        ('ami.host = ""', "ami.host must be a text that is not empty"),
        ("ami.ping_seconds = nan", "ami.ping_seconds must be at most 60, not nan"),
        ("ami.ping_seconds = inf", "ami.ping_seconds must be at most 60, not inf"),
        ('ami.username = "a\\nb"', "ami.username: it must not hold control characters"),
        ('ami.secret = "canary\\rx"', "ami.secret: it must not hold control characters"),
        ("ami.secret = 987654321", "ami.secret must be a text, in quotes"),
        ("ami = 5", "ami must be a table: [ami], and its settings below it"),
        ('logging.level = "loud"', "logging.level must be 'debug', 'info', 'warning' or 'error', not 'loud'"),
        ("delivery.retry_pauses_seconds = []", "delivery.retry_pauses_seconds must be a list that is not empty"),
        ("delivery.retry_pauses_seconds = [1, 0]", "delivery.retry_pauses_seconds[2] must be more than 0, not 0"),
        ('extensions.trunks = [""]', "extensions.trunks[1] must be a text that is not empty"),
        (
            'extensions.rules = [{endpoint = "(", number = "1"}]',
            "extensions.rules[1].endpoint: it takes a regular expression, and '(' is none",
        ),
        (
            'extensions.rules = [{endpoint = "(.)", number = "1", context = "*"}]',
            "extensions.rules[1].context: it takes a regular expression, and '*' is none",
        ),
        (
            "extensions.rules = [{endpoint = '(.)', number = '\\2'}]",
            "extensions.rules[1]: number '\\\\2' is no template of the groups of endpoint '(.)' (invalid group",
        ),
        (
            "extensions.rules = [{endpoint = '(.)', number = '\\g<x>'}]",
            "extensions.rules[1]: number '\\\\g<x>' is no template of the groups of endpoint '(.)' (unknown group",
        ),
        ("extensions.rules = [{endpoint = '(.)'}]", "extensions.rules[1].number is missing"),
        ('api.tls_key_file = "k"', "api.tls_certificate_file and api.tls_key_file go together"),
        ('api.unix_socket = "/' + "x" * 107 + '"', "api.unix_socket takes a path of at most 107 bytes"),
        ('api.host = "192.0.2.1"', "api.host 192.0.2.1 is reached from elsewhere"),
        ('api.host = "pbx.example"', "api.host pbx.example is reached from elsewhere"),
        (
            'api.hosts = ["pbx.example", "http://foo"]',
            "api.hosts[2]: it takes a host name or an address, without scheme",
        ),
        (
            'api.hosts = ["PBX.example:8480"]',
            "api.hosts[1]: it takes a host name or an address, without scheme and port",
        ),
        ('api.hosts = ["[2001:db8::1]:8480"]', "api.hosts[1]: it takes a host name or an address, without scheme"),
        ('api.hosts = ["a b"]', "api.hosts[1]: it takes a host name or an address, without scheme and port, not 'a b'"),
        ('api.hosts = ["*.example"]', "api.hosts[1]: it takes a host name or an address"),
        ('api.hosts = ["0.0.0.0"]', "api.hosts[1]: it takes a host name or an address"),
        ('api.hosts = "pbx"', "api.hosts must be a list, not 'pbx'"),
        ("ami.tls = 3", "ami.tls must be true or false, not 3"),
        ("api.port = 1.5", "api.port must be a whole number, not 1.5"),
        ("store.retention_days = 1e30", "store.retention_days must be a whole number, not 1e+30"),
        ('ami.ping_seconds = "x"', "ami.ping_seconds must be a number, not 'x'"),
        (
            "foo = {a = 1}",
            "there is no section [foo]: the sections are [ami], [api], [store], [extensions], [delivery] and [l",
        ),
        ('store.path = "/a\\u0000b"', "store.path: it must not hold control characters"),
    ],
)
def test_refused(tmp_path: Path, text: str, problem: str) -> None:
    """A value that a setting does not take is named with what it takes, in one line, with status 78."""
    with pytest.raises(SettingsError) as refused:
        settings_of(tmp_path, text)
    said = str(refused.value)
    assert said.startswith(f"{tmp_path}/amibridge.toml, line 1: {problem}")
    assert "\n" not in said
    assert "canary" not in said
    assert "98765" not in said
    assert refused.value.exit_status == 78


@pytest.mark.parametrize(
    "text",
    [
        'api.host = "::1"',
        'api.host = "localhost"',
        'api.host = "127.8.8.8"',
        'api = {host = "0.0.0.0", plain_http = true}',
        'api = {host = "0.0.0.0", tls_certificate_file = "c", tls_key_file = "k"}',
        'api = {host = "0.0.0.0", unix_socket = "/run/amibridge/api.sock"}',
        "api.port = 0",
        "extensions.rules = []",
        "extensions.rules = [{endpoint = '^x(?P<n>.)$', number = '\\g<n>0', account_code = '^a$', context = 'b'}]",
    ],
)
def test_taken(tmp_path: Path, text: str) -> None:
    """What is safe, and makes sense, is taken."""
    settings_of(tmp_path, text)


def test_values_do_not_change(tmp_path: Path) -> None:
    """Settings are read once: nobody changes them on the way."""
    settings = settings_of(tmp_path, "")
    with pytest.raises(ValueError, match="frozen"):
        settings.ami.port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("ami", "text"),
    [
        (AmiSettings(), "ami.username is not set: name the user of manager.conf"),
        (
            AmiSettings(username="amibridge"),
            "ami.secret is not set: set it, ami.secret_file, or the systemd credential ami_secret",
        ),
    ],
)
def test_login(ami: AmiSettings, text: str) -> None:
    """Without a user or its secret there is no logging in, and the text says what to set."""
    with pytest.raises(SettingsError) as refused:
        require_login(ami)
    assert str(refused.value) == text


def test_login_is_there() -> None:
    """With both it is fine."""
    require_login(AmiSettings(username="amibridge", secret=SecretStr("canary")))


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    """Whoever prints the settings prints no secret."""
    assert "canary" not in repr(settings_of(tmp_path, 'ami.secret = "canary"'))


@pytest.mark.parametrize(
    ("text", "mode", "refused"),
    [
        ('ami.secret = "canary"', 0o644, True),
        ('ami.secret = "canary"', 0o640, False),
        ('ami.secret = ""', 0o644, False),
        ('ami.secret_file = "/x"', 0o644, False),
        ("ami = 5", 0o644, False),
        ("", 0o644, False),
    ],
)
def test_exposed_secrets(tmp_path: Path, text: str, mode: int, *, refused: bool) -> None:
    """A file with a secret that everybody may read is refused; without a secret it may be as open as you like."""
    file = tmp_path / "amibridge.toml"
    file.write_text(text)
    file.chmod(mode)
    if not refused:
        refuse_exposed_secrets(file)
        return
    with pytest.raises(SettingsError) as error:
        refuse_exposed_secrets(file)
    assert str(error.value) == (
        f"settings file {file} holds ami.secret and is readable by everybody: chmod o-r {file}, "
        "or keep the secret in ami.secret_file"
    )


def test_variables() -> None:
    """Each setting has an environment variable of its own."""
    variables = {variable_of(section, name) for section, name in setting_names(Settings)}
    assert "AMIBRIDGE_DELIVERY__RETRY_PAUSES_SECONDS" in variables
    assert len(variables) == len(list(setting_names(Settings)))


def test_names_and_addresses_of_this_server(tmp_path: Path) -> None:
    """Whatever a Host header may carry before its port is taken, in any case."""
    names = ["PBX.example", "pbx", "pbx_1.example.", "192.0.2.1", "2001:db8::1", "[2001:DB8::1]"]
    assert settings_of(tmp_path, f"api.hosts = {json.dumps(names)}").api.hosts == names
