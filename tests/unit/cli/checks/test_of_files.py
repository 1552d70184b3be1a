"""The files that hold secrets."""

from pathlib import Path

from amibridge.cli.checks.finding import Verdict
from amibridge.cli.checks.of_files import check_files, credentials_of_the_unit
from amibridge.settings import AmiSettings, ApiSettings, Settings


def test_none(tmp_path: Path) -> None:
    """Where nothing is kept in a file of its own there is nothing to say."""
    assert check_files(Settings(), "") == []
    assert credentials_of_the_unit(None, {}, tmp_path) == ""


def test_private_and_exposed(tmp_path: Path) -> None:
    """What everybody may read is a warning with its cure; what is not there is a problem."""
    secret, key = tmp_path / "secret", tmp_path / "key.pem"
    for file in (secret, key):
        file.write_text("s")
        file.chmod(0o640)
    settings = Settings(
        ami=AmiSettings(secret_file=str(secret)),
        api=ApiSettings(tls_certificate_file="/c.pem", tls_key_file=str(key)),
    )
    (found,) = check_files(settings, "")
    assert (found.verdict, found.text) == (Verdict.OK, "ami.secret_file, api.tls_key_file: not for others to read")
    key.chmod(0o644)
    (found,) = check_files(settings, "")
    assert found.verdict is Verdict.WARNING
    assert found.text == f"api.tls_key_file {key} may be read or written by everybody: chmod o-rw {key}"
    secret.unlink()
    absent, _ = check_files(settings, "")
    assert absent.verdict is Verdict.PROBLEM
    assert absent.text.startswith(f"ami.secret_file {secret} cannot be")


def test_the_services_credential(tmp_path: Path) -> None:
    """What the unit gives to the service is found outside of it, by who may read it, for the default settings alone."""
    file = tmp_path / "ami_secret"
    file.write_text("\n")
    assert credentials_of_the_unit(None, {}, tmp_path) == ""
    file.write_text("s")
    file.chmod(0o600)
    assert credentials_of_the_unit(None, {}, tmp_path) == str(tmp_path)
    assert credentials_of_the_unit(tmp_path / "other.toml", {}, tmp_path) == ""
    assert credentials_of_the_unit(None, {"CREDENTIALS_DIRECTORY": "/run/x"}, tmp_path) == ""
    (found,) = check_files(Settings(), str(tmp_path))
    assert found.text == "the service's credential: not for others to read"
