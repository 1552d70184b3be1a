"""How refusals of settings are worded."""

import pytest
from pydantic import ValidationError

from amibridge.settings import Settings
from amibridge.settings_refusals import Given, is_secret, line_of, nearest, refusal, setting_name

TEXT = """\
# amibridge
top = 1
ami.port = 5038   # dotted
[api]  # a comment
host = "x"
 port= 1

[[extensions.rules]]
endpoint = "a"
[store]
host = "y"
"""


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ("top", 2),
        ("ami.port", 3),
        ("api", 4),
        ("api.host", 5),
        ("api.port", 6),
        ("extensions.rules", 8),
        ("extensions.rules.endpoint", 9),
        ("store.host", 11),
        ("ami", 3),
        ("extensions", 8),
        ("host", None),
        ("delivery.timeout_seconds", None),
    ],
)
def test_line_of(setting: str, line: int | None) -> None:
    """A setting is found under its own table, however it is written."""
    assert line_of(TEXT, setting) == line


@pytest.mark.parametrize(
    ("location", "name"),
    [
        (("ami", "hots"), "ami.host"),
        (("ami", "zzz"), "ami.username"),
        (("amii",), "ami"),
        (("deliveries",), "delivery"),
        (("timeout_second",), "delivery.timeout_seconds"),
        (("api.hosts",), "api.hosts"),
        (("extensions", "rules", 1, "accountcode"), "extensions.rules[2].account_code"),
    ],
)
def test_nearest(location: tuple[str | int, ...], name: str) -> None:
    """There is always a nearest setting, and it is one of the place where the unknown one stands."""
    assert nearest(Settings, location) == name


@pytest.mark.parametrize(
    ("location", "name"),
    [(("ami",), "ami"), (("ami", "host"), "ami.host"), (("a", "b", 0, "c"), "a.b[1].c"), (("a", "b", 2), "a.b[3]")],
)
def test_setting_name(location: tuple[str | int, ...], name: str) -> None:
    """Places in lists are counted from 1."""
    assert setting_name(location) == name


@pytest.mark.parametrize(
    ("section", "name", "secret"),
    [("ami", "secret", True), ("ami", "host", False), ("ami", "", False), ("x", "secret", False)],
)
def test_is_secret(section: str, name: str, *, secret: bool) -> None:
    """Secrets are known by their type."""
    assert is_secret(Settings, section, name) is secret


def test_without_a_file() -> None:
    """A value that stands nowhere, in no file and no variable, is a setting all the same; long ones are cut."""
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"logging": {"level": "x" * 200}})
    given = Given(values={}, places={}, path=None, text="")
    assert str(refusal(refused.value, given, Settings)).startswith("settings: logging.level must be 'debug'")
    assert str(refusal(refused.value, given, Settings)).endswith(", not '" + "x" * 79 + "…")
