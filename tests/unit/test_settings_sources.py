"""Where settings come from, which source counts most, and what is said of one that cannot be read."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

import amibridge.settings
from amibridge.errors import SettingsError
from amibridge.settings import Settings, load


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the settings file is."""
    return tmp_path / "amibridge.toml"


@pytest.fixture(autouse=True)
def _nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of this machine's own daemon, if it has one, do not count."""
    monkeypatch.setattr(amibridge.settings, "DEFAULT_FILE", tmp_path / "none.toml")


def said(config: Path | None, environ: Mapping[str, str]) -> str:
    """What is said when these settings are refused."""
    with pytest.raises(SettingsError) as refused:
        load(config, environ)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_defaults() -> None:
    """Without a file and an environment everything is at its default."""
    assert load(None, {"HOME": "/root", "AMIBRIDGE_HOME": "/opt", "AMIBRIDGE": "1"}) == Settings()


def test_default_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --config the file in /etc is read, when it is there."""
    monkeypatch.setattr(amibridge.settings, "DEFAULT_FILE", file)
    assert load(None, {}).ami.port == 5038
    file.write_text("ami.port = 5039")
    assert load(None, {}).ami.port == 5039


def test_precedence(file: Path, tmp_path: Path) -> None:
    """Environment, environment _FILE, systemd credential, file, default: each gives way to the one before it."""
    for name in ("of_environment", "of_file"):
        (tmp_path / name).write_text(f"{name}\n")
    (tmp_path / "ami_secret").write_text("of_credential\n")
    file.write_text(f'[ami]\nsecret_file = "{tmp_path}/of_file"\n')
    environ = {
        "AMIBRIDGE_AMI__SECRET": "direct",
        "AMIBRIDGE_AMI__SECRET_FILE": f"{tmp_path}/of_environment",
        "CREDENTIALS_DIRECTORY": str(tmp_path),
    }
    told = []
    for variable in (None, *environ):
        environ.pop(variable or "", None)
        told.append(load(file, environ).ami.secret.get_secret_value())
    assert told == ["direct", "of_environment", "of_credential", "of_file"]
    assert load(None, {}).ami.secret.get_secret_value() == ""


def test_environment_over_file(file: Path) -> None:
    """The environment changes single settings; the others stay as the file has them."""
    file.write_text('[ami]\nhost = "192.0.2.1"\nport = 1\n[extensions]\ntrunks = ["a"]\n')
    environ = {"AMIBRIDGE_AMI__PORT": "2", "AMIBRIDGE_EXTENSIONS__TRUNKS": '["b", "c-*"]', "AMIBRIDGE_AMI__TLS": "true"}
    settings = load(file, environ)
    assert (settings.ami.host, settings.ami.port, settings.ami.tls) == ("192.0.2.1", 2, True)
    assert settings.extensions.trunks == ["b", "c-*"]


def test_section_that_is_none(file: Path) -> None:
    """A section that is no table is refused, also when the environment adds to it."""
    file.write_text("ami = 5")
    assert (
        said(file, {"AMIBRIDGE_AMI__HOST": "x"})
        == f"{file}, line 1: ami must be a table: [ami], and its settings below it"
    )


def test_rules_from_the_environment() -> None:
    """A list of tables is JSON in the environment too."""
    rules = load(None, {"AMIBRIDGE_EXTENSIONS__RULES": r'[{"endpoint": "^t(.*)$", "number": "\\1"}]'}).extensions.rules
    assert [(rule.endpoint, rule.number) for rule in rules] == [("^t(.*)$", r"\1")]


def test_secret_of_the_file(file: Path) -> None:
    """A secret may stand in the file itself; a systemd credential counts more."""
    file.write_text('[ami]\nsecret = "inline"\n')
    assert load(file, {}).ami.secret.get_secret_value() == "inline"
    (file.parent / "ami_secret").write_text("credential")
    environ = {"CREDENTIALS_DIRECTORY": str(file.parent)}
    assert load(file, environ).ami.secret.get_secret_value() == "credential"
    assert load(file, environ | {"AMIBRIDGE_AMI__SECRET": "direct"}).ami.secret.get_secret_value() == "direct"
    file.write_text('[ami]\nsecret = "inline"\nsecret_file = "/x"\n')
    assert said(file, {}) == "settings file: ami.secret and ami.secret_file are both set: keep one of them"


def test_credentials_that_are_none(file: Path) -> None:
    """An empty credential, as the unit sets it where there is no file, is none; an unreadable one is an error."""
    file.write_text('ami.secret = "inline"')
    environ = {"CREDENTIALS_DIRECTORY": str(file.parent)}
    credential = file.with_name("ami_secret")
    credential.write_text("\n")
    assert load(file, environ).ami.secret.get_secret_value() == "inline"
    credential.unlink()
    credential.mkdir()
    assert said(file, environ).startswith(f"systemd credential {credential} cannot be read (Is a directory)")


@pytest.mark.parametrize(
    ("variable", "value", "text"),
    [
        ("AMIBRIDGE_AMI__PORTS", "1", "there is no such setting, the nearest one is AMIBRIDGE_AMI__PORT"),
        ("AMIBRIDGE_AMI__TLS__CA", "1", "there is no such setting, the nearest one is AMIBRIDGE_AMI__TLS"),
        ("AMIBRIDGE__AMI__HOST", "1", "there is no such setting, the nearest one is AMIBRIDGE_AMI__HOST"),
        ("AMIBRIDGE_AMI__PORT", "x", "ami.port must be a whole number, not 'x'"),
        ("AMIBRIDGE_API__HOSTS", "a,b", 'it takes a JSON list, for example ["one", "two"]'),
        pytest.param(
            "AMIBRIDGE_API__HOSTS", "[" * 100_000, 'it takes a JSON list, for example ["one", "two"]', id="nested"
        ),
        ("AMIBRIDGE_API__HOSTS", '"a"', 'it takes a JSON list, for example ["one", "two"]'),
        ("AMIBRIDGE_AMI__SECRET", "a\nb", "ami.secret: it must not hold control characters"),
    ],
)
def test_environment_refused(variable: str, value: str, text: str) -> None:
    """The environment variable is named, and what it takes."""
    assert said(None, {variable: value}) == f"environment variable {variable}: {text}"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "No such file or directory"),
        (b"", "it is empty"),
        (b"\n", "it is empty"),
        (b"x" * 5000, "it is too long for a secret"),
        (b"\xff\xfe", "it is not UTF-8 text"),
    ],
)
def test_secret_file_refused(file: Path, content: bytes | None, problem: str) -> None:
    """A secret's file that holds no secret is named, with the setting that named it."""
    secret = file.parent / "secret"
    if content is not None:
        secret.write_bytes(content)
    file.write_text(f'ami.secret_file = "{secret}"')
    assert said(file, {}).startswith(f"the file of ami.secret_file {secret} cannot be read ({problem}): ")
    environ = {"AMIBRIDGE_AMI__SECRET_FILE": str(secret)}
    assert said(None, environ).startswith(f"the file of AMIBRIDGE_AMI__SECRET_FILE {secret} cannot be read ({problem})")
    if content and content.strip():
        secret.rename(secret.with_name("ami_secret"))
        environ = {"CREDENTIALS_DIRECTORY": str(file.parent)}
        assert said(None, environ).startswith(f"systemd credential {file.parent}/ami_secret cannot be read ({problem})")


def test_secret_of_a_file_refused(file: Path) -> None:
    """A secret that AMI cannot carry is refused with the file it came from, and not shown."""
    secret = file.parent / "secret"
    secret.write_text("canary\nsecond line")
    file.write_text(f'ami.secret_file = "{secret}"')
    assert said(file, {}) == f"the file of ami.secret_file {secret}: ami.secret: it must not hold control characters"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"[ami\n", ", line 1: this is no TOML (Expected ']' at the end of a table declaration): mend that line"),
        (b"[ami]\nport =", ", line 2: this is no TOML (Invalid value): mend that line"),
        (b"[ami]\n\n\nx = 1\nx = 2\n", ", line 5: this is no TOML (Cannot overwrite a value): mend that line"),
        (b"[ami]\nhost = '''\n\n", ", line 3: this is no TOML (Expected \"'''\"): mend that line"),
        (
            b"ami.port = " + b"[" * 2000,
            ": its values are nested too deeply, a setting is at most a list: remove the brackets",
        ),
        (b"ami.host = '\xff'", " cannot be read (it is not UTF-8 text): save it as UTF-8"),
        (
            b"[ami]\nport = 5038\nhots = 'x'\n",
            ", line 3: there is no setting ami.hots, the nearest one is ami.host",
        ),
    ],
)
def test_file_refused(file: Path, content: bytes, text: str) -> None:
    """The file and, where it is known, the line are named."""
    file.write_bytes(content)
    assert said(file, {}) == f"{'settings file ' if ' cannot be' in text else ''}{file}{text}"


def test_no_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that somebody named must be there; the default one need not."""
    cure = "name a file that is there, --config FILE"
    assert said(file, {}) == f"settings file {file} cannot be read (No such file or directory): {cure}"
    assert said(file.parent, {}).startswith(f"settings file {file.parent} cannot be read (Is a directory): run this as")
    file.write_text("")
    monkeypatch.setattr(amibridge.settings, "DEFAULT_FILE", file / "below a file")
    assert load(None, {}) == Settings()
    os.mkfifo(file.with_name("link"))
    file.unlink()
    file.symlink_to(file)
    assert "cannot be read (" in said(file, {})
