"""Do the settings say what the daemon needs, and are the files there that they name?"""

import re
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from amibridge.cli.checks.finding import Finding, ok, problem
from amibridge.delivery.destination import DestinationPolicy
from amibridge.errors import SettingsError, reason_of
from amibridge.settings import DEFAULT_FILE, DeliverySettings, Settings, refuse_exposed_secrets, require_login
from amibridge.settings_refusals import ExposedSecretError

_SUBJECT: Final = "settings"
_NAMED: Final = re.compile(r"[a-z]+\.[a-z_]+")
"""A refusal begins with the setting's name."""


def check_settings(settings: Settings, config: Path | None, place: Callable[[str], str]) -> list[Finding]:
    """What is wrong with settings that could be read.

    Args:
        settings: Those.
        config: The file that was named.
        place: Says where a setting stands: file and line.
    """
    wrong = list(_wrong(settings, config, place))
    if wrong:
        return wrong
    path = config or DEFAULT_FILE
    return [ok(_SUBJECT, str(path) if path.is_file() else f"defaults and environment, there is no {path}")]


def _wrong(settings: Settings, config: Path | None, place: Callable[[str], str]) -> Iterator[Finding]:
    looks: tuple[Callable[[], None], ...] = (
        lambda: refuse_exposed_secrets(config),
        lambda: require_login(settings.ami),
        lambda: _policy(settings.delivery),
    )
    for look in looks:
        try:
            look()
        except ExposedSecretError as error:
            yield problem(_SUBJECT, str(error))
        except SettingsError as error:
            named = _NAMED.match(str(error))
            yield problem(_SUBJECT, f"{place(named[0])}: {error}" if named else str(error))
    for name, path in (
        ("ami.tls_ca_file", settings.ami.tls_ca_file),
        ("delivery.tls_ca_file", settings.delivery.tls_ca_file),
    ):
        if path:
            yield from _unusable_ca(f"{place(name)}: {name}", path)
    if settings.api.tls_certificate_file:
        where = place("api.tls_certificate_file")
        yield from _unusable_pair(where, settings.api.tls_certificate_file, settings.api.tls_key_file)


def _policy(settings: DeliverySettings) -> None:
    DestinationPolicy.from_settings(settings)


def _unusable_ca(name: str, path: str) -> Iterator[Finding]:
    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:
        yield problem(_SUBJECT, f"{name} {path} cannot be used ({reason_of(error)}): name a readable PEM file")


def _unusable_pair(where: str, certificate: str, key: str) -> Iterator[Finding]:
    try:
        # An encrypted key would ask for its password on the terminal.
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key, password="")
    except OSError as error:
        yield problem(
            _SUBJECT,
            f"{where}: api.tls_certificate_file {certificate} and api.tls_key_file {key} cannot be used "
            f"({reason_of(error)}): name a readable PEM chain and its key, which must have no password",
        )
