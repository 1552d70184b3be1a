"""The settings: one TOML file, the environment and systemd credentials, validated as one value."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from amibridge.settings_refusals import NoLoginError, refusal
from amibridge.settings_sources import gather, require_private

DEFAULT_FILE: Final = Path("/etc/amibridge/amibridge.toml")
"""Read when no file is named; need not be there."""
SOCKET_PATH_BYTES: Final = 107
"""Linux takes no longer path for a Unix socket."""

_HOST_NAME: Final = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", re.IGNORECASE | re.ASCII)


def _one_line(text: str) -> str:
    if any(character < " " or "\x7f" <= character <= "\x9f" for character in text):
        msg = "it must not hold control characters"
        raise ValueError(msg)
    return text


def _one_line_secret(secret: SecretStr) -> SecretStr:
    _one_line(secret.get_secret_value())
    return secret


def _expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        msg = f"it takes a regular expression, and {text!r} is none ({error})"
        raise ValueError(msg) from error
    return text


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _host(text: str) -> str:
    try:
        names_somebody = not ip_address(text.removeprefix("[").removesuffix("]")).is_unspecified
    except ValueError:
        names_somebody = _HOST_NAME.fullmatch(text) is not None
    if not names_somebody:
        msg = f"it takes a host name or an address, without scheme and port, not {text!r}"
        raise ValueError(msg)
    return text


Line = Annotated[str, AfterValidator(_one_line)]
Name = Annotated[str, Field(min_length=1), AfterValidator(_one_line)]
Expression = Annotated[Line, AfterValidator(_expression)]
Host = Annotated[Name, AfterValidator(_host)]
Pause = Annotated[float, Field(gt=0, le=86400)]


class Section(BaseModel):
    """What all sections share: unknown keys are errors, values are frozen, attributes carry their docs."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class AmiSettings(Section):
    """The link to Asterisk's Manager Interface."""

    host: Name = "127.0.0.1"
    """Where Asterisk's manager listens."""
    port: int = Field(5038, ge=1, le=65535)
    """Its TCP port."""
    username: Line = ""
    """The AMI user, a section of manager.conf."""
    secret: Annotated[SecretStr, AfterValidator(_one_line_secret)] = SecretStr("")
    """Its secret; better in secret_file or a systemd credential (ami_secret)."""
    secret_file: Line = ""
    """A file that holds the secret, instead of secret."""
    tls: bool = False
    """Speak TLS to the manager (its tlsbindaddr)."""
    tls_ca_file: Line = ""
    """The CA that signed the PBX's certificate; empty: the system's CAs."""
    ping_seconds: float = Field(5, gt=0, le=60)
    """A ping this often; its answer is due within the same time, at most 5 s."""
    reconnect_seconds: float = Field(30, gt=0, le=300)
    """The longest pause between attempts to connect; the first is 1 s, if that is shorter, and they double."""
    refused_seconds: float = Field(30, gt=0, le=3600)
    """The pause after a refused login; it doubles up to ten times that. Short ones can get this host banned."""


class ApiSettings(Section):
    """The management API."""

    host: Name = "127.0.0.1"
    """The address it listens on."""
    port: int = Field(8480, ge=0, le=65535)
    """Its TCP port; 0 takes a free one and logs it."""
    unix_socket: Line = ""
    """A Unix socket instead of host and port."""
    hosts: list[Host] = []
    """Further names and addresses that the Host header may carry, without scheme and port."""
    tls_certificate_file: Line = ""
    """Certificate chain (PEM) to serve HTTPS with."""
    tls_key_file: Line = ""
    """Its private key (PEM)."""
    plain_http: bool = False
    """Must be true for other than loopback addresses without TLS."""
    wrong_tokens_per_minute: int = Field(10, ge=1, le=10000)
    """After this many wrong tokens from one address within a minute it gets 429."""
    stream_clients: int = Field(32, ge=0, le=96)
    """So many programs may follow the streams at once; further ones get 503. 0: none."""
    stream_heartbeat_seconds: float = Field(15, gt=0, le=300)
    """Who follows a stream in which nothing happens gets a sign of life this often."""

    @model_validator(mode="after")
    def _tls_is_whole(self) -> Self:
        if bool(self.tls_certificate_file) != bool(self.tls_key_file):
            msg = "api.tls_certificate_file and api.tls_key_file go together: set both or none"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _socket_path_fits(self) -> Self:
        if len(self.unix_socket.encode()) > SOCKET_PATH_BYTES:
            msg = f"api.unix_socket takes a path of at most {SOCKET_PATH_BYTES} bytes"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _tokens_are_not_overheard(self) -> Self:
        if not (self.unix_socket or self.tls_certificate_file or self.plain_http or _is_loopback(self.host)):
            msg = (
                f"api.host {self.host} is reached from elsewhere, where tokens could be read on their way: set "
                "api.tls_certificate_file and api.tls_key_file, or api.plain_http = true behind a TLS proxy"
            )
            raise ValueError(msg)
        return self


class StoreSettings(Section):
    """The SQLite store."""

    path: Name = "/var/lib/amibridge/amibridge.db"
    """The database file; lock, control socket and WAL live beside it."""
    retention_days: int = Field(30, ge=1, le=3650)
    """Delivered notifications and the journal are kept this long."""


class ExtensionRule(Section):
    """One attribution rule; all given expressions must match."""

    endpoint: Annotated[Name, AfterValidator(_expression)]
    """A regular expression over the endpoint (`PJSIP/210-0000002a` has endpoint `210`)."""
    number: Name
    r"""The extension number, a template of the endpoint's groups (`\1`)."""
    account_code: Expression = ""
    """A regular expression over the channel's AccountCode; empty: any."""
    context: Expression = ""
    """A regular expression over the channel's Context; empty: any."""

    @model_validator(mode="after")
    def _number_fits_endpoint(self) -> Self:
        try:
            # The template is read before anything is searched, so that this needs no endpoint that matches.
            re.compile(self.endpoint).sub(self.number, "")
        except (re.error, IndexError) as error:
            msg = f"number {self.number!r} is no template of the groups of endpoint {self.endpoint!r} ({error})"
            raise ValueError(msg) from error
        return self


class ExtensionsSettings(Section):
    """Which endpoints are extensions."""

    trunks: list[Name] = []
    """Shell patterns over endpoints that are never extensions; case matters."""
    accept: Literal["matching", "directory"] = "matching"
    """Assignments for any well-formed number ("matching"), or only for declared extensions ("directory")."""
    rules: list[ExtensionRule] = [ExtensionRule(endpoint=r"^(\d{2,6}|\d+\*\d+)$", number=r"\1")]
    """The first rule that matches names the extension."""


class DeliverySettings(Section):
    """How call events leave this host."""

    timeout_seconds: float = Field(10, gt=0, le=300)
    """The whole request with its answer's body; connecting takes at most 3 s of it."""
    max_age_hours: float = Field(24, gt=0, le=720)
    """A notification that could not be delivered for this long expires."""
    retry_pauses_seconds: list[Pause] = Field([2, 10, 60, 300, 1800, 7200, 18000, 36000], min_length=1)
    """The pauses between attempts; the last one repeats."""
    concurrency: int = Field(64, ge=1, le=1024)
    """Requests under way at once, in all."""
    concurrency_per_origin: int = Field(32, ge=1, le=1024)
    """Requests under way at once to one receiver that works; never more than half of all."""
    allow_destinations: list[Name] = []
    """Networks and address:port pairs that may be called although the default refuses them."""
    deny_destinations: list[Name] = []
    """Networks and address:port pairs that may never be called."""
    private_networks: Literal["administrators", "everyone", "nobody"] = "administrators"
    """Whose assignments may call private (LAN) addresses: "administrators", "everyone" or "nobody"."""
    tls_ca_file: Line = ""
    """A CA bundle for receivers; empty: the system's CAs."""
    call_flow_case: Literal["upper", "lower"] = "upper"
    """How CallFlow is written: "upper" (IN, OUT), or "lower" for receivers that want in/out."""
    extra_parameters: bool = True
    """Send EventType, EventID, EventTime, Extension and Recovered beside the ten documented parameters."""


class LoggingSettings(Section):
    """The log on standard output."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least level that is written: "debug", "info", "warning" or "error"."""
    format: Literal["auto", "json", "console"] = "auto"
    """How it looks: "auto" (colours on a terminal, JSON lines elsewhere), "json" or "console"."""


class Settings(BaseSettings):
    """All settings of one daemon."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    ami: AmiSettings = AmiSettings()
    api: ApiSettings = ApiSettings()
    store: StoreSettings = StoreSettings()
    extensions: ExtensionsSettings = ExtensionsSettings()
    delivery: DeliverySettings = DeliverySettings()
    logging: LoggingSettings = LoggingSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic-settings names them
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what ``load`` has gathered: nothing else of the environment counts, and each value has its place."""
        return (init_settings,)


def load(config: Path | None, environ: Mapping[str, str], *, secret_files: bool = True) -> Settings:
    """Read the settings, each from where it counts most: environment, systemd credential, file, default.

    Args:
        config: The file; None: ``DEFAULT_FILE``, when it is there.
        environ: The environment.
        secret_files: Whether to read the files and credentials that hold a secret; else such a secret is empty.

    Raises:
        SettingsError: Something is wrong; the text names where it stands, the setting, and what it takes.
    """
    given = gather(Settings, path=config, default_path=DEFAULT_FILE, environ=environ, secret_files=secret_files)
    try:
        return Settings(**given.values)
    except ValidationError as error:
        raise refusal(error, given, Settings) from error


def refuse_exposed_secrets(config: Path | None) -> None:
    """Make sure that a settings file which holds secrets is not everybody's to read; arguments as for ``load``.

    Raises:
        SettingsError: It is, or it cannot be read.
    """
    require_private(Settings, path=config, default_path=DEFAULT_FILE)


def require_login(ami: AmiSettings) -> None:
    """Make sure that there is something to log in to the PBX with.

    Raises:
        SettingsError: There is not.
    """
    if not ami.username:
        raise NoLoginError(setting="ami.username", cure="name the user of manager.conf")
    if not ami.secret.get_secret_value():
        raise NoLoginError(setting="ami.secret", cure="set it, ami.secret_file, or the systemd credential ami_secret")
