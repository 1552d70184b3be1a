"""What is wrong with settings that could be read."""

from pathlib import Path

import pytest
import trustme

from amibridge import settings
from amibridge.cli.checks import of_settings
from amibridge.cli.checks.finding import Finding, Verdict, ok
from amibridge.cli.checks.of_settings import check_settings
from amibridge.settings import load
from amibridge.settings_sources import gather


def found_in(file: Path) -> list[Finding]:
    """What is wrong with a file, each setting with its place."""
    given = gather(settings.Settings, path=file, default_path=file, environ={})
    return check_settings(load(file, {}), file, lambda name: given.place(tuple(name.split("."))))


LOGIN = '[ami]\nusername = "amibridge"\nsecret = "s"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A settings file that nobody else reads."""
    path = tmp_path / "amibridge.toml"
    path.write_text(LOGIN)
    path.chmod(0o600)
    return path


def test_fine(file: Path) -> None:
    """Settings that need nothing more are named by their file."""
    assert found_in(file) == [ok("settings", str(file))]


def test_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything may stand in the environment."""
    for module in (settings, of_settings):
        monkeypatch.setattr(module, "DEFAULT_FILE", tmp_path / "none.toml")
    environ = {"AMIBRIDGE_AMI__USERNAME": "x", "AMIBRIDGE_AMI__SECRET": "y"}
    (found,) = check_settings(load(None, environ), None, lambda _: "nowhere")
    assert found == ok("settings", f"defaults and environment, there is no {tmp_path}/none.toml")


@pytest.mark.parametrize(
    ("text", "place", "wrong"),
    [
        ("", "", "ami.username is not set"),
        ('[ami]\nusername = "x"\n', ", line 1", "ami.secret is not set"),
        (
            LOGIN + 'tls_ca_file = "/none"\n',
            ", line 4",
            "ami.tls_ca_file /none cannot be used (No such file",
        ),
        (LOGIN + '[delivery]\ntls_ca_file = "/none"\n', ", line 5", "delivery.tls_ca_file /none cannot be used"),
        (
            LOGIN + '[delivery]\nallow_destinations = ["crm"]\n',
            ", line 5",
            "delivery.allow_destinations: 'crm' is",
        ),
        (
            LOGIN + '[api]\ntls_certificate_file = "/none"\ntls_key_file = "/none"\n',
            ", line 5",
            "api.tls_certificate_file /none and api.tls_key_file /none cannot be used (No such file or directory)",
        ),
    ],
)
def test_wrong(file: Path, text: str, place: str, wrong: str) -> None:
    """What the daemon would stumble over is found before, with the line where it stands."""
    file.write_text(text)
    (found,) = found_in(file)
    assert (found.verdict, found.subject) == (Verdict.PROBLEM, "settings")
    assert found.text.startswith(f"{file}{place}: {wrong}")


def test_all_at_once(file: Path) -> None:
    """Each thing that is wrong is a finding of its own."""
    file.write_text('ami.secret = "s"\ndelivery.deny_destinations = ["x"]\n')
    file.chmod(0o644)
    found = found_in(file)
    exposed, *others = [one.text for one in found]
    assert exposed.startswith(f"settings file {file} holds ami.secret and is readable by everybody: chmod o-r {file}")
    assert [text.split(": ")[:2] for text in others] == [
        [f"{file}, line 1", "ami.username is not set"],
        [f"{file}, line 2", "delivery.deny_destinations"],
    ]


def test_certificates(file: Path, tmp_path: Path) -> None:
    """A certificate and its own key, and a CA, are fine; two that do not belong together are not."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    for name in ("one", "two"):
        certificate = authority.issue_cert("localhost")
        certificate.private_key_pem.write_to_path(tmp_path / f"{name}.key")
        certificate.cert_chain_pems[0].write_to_path(tmp_path / f"{name}.pem")
    pair = 'tls_certificate_file = "{0}/one.pem"\ntls_key_file = "{0}/{1}.key"\n'
    file.write_text(LOGIN + f'tls_ca_file = "{tmp_path}/ca.pem"\n[api]\n' + pair.format(tmp_path, "one"))
    assert found_in(file) == [ok("settings", str(file))]
    file.write_text(LOGIN + "[api]\n" + pair.format(tmp_path, "two"))
    (found,) = found_in(file)
    assert "cannot be used (" in found.text
