"""The settings: one TOML file, the environment and systemd credentials, validated as one value."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Section(BaseModel):
    """What all sections share: unknown keys are errors, values are frozen, attributes carry their docs."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class AmiSettings(Section):
    """The link to Asterisk's Manager Interface."""

    host: str = "127.0.0.1"
    """Where Asterisk's manager listens."""
    port: int = Field(5038, ge=1, le=65535)
    """Its TCP port."""
    username: str = ""
    """The AMI user, a section of manager.conf."""
    secret: SecretStr = SecretStr("")
    """Its secret; better in secret_file or a systemd credential."""
    secret_file: str = ""
    """A file that holds the secret."""
    tls: bool = False
    """Speak TLS to the manager (its tlsbindaddr)."""
    tls_ca_file: str = ""
    """The CA that signed the PBX's certificate; empty: the system's CAs."""
    ping_seconds: float = Field(5, gt=0, le=60)
    """A ping this often; its answer is due within the same time, at most 5 s."""


class ApiSettings(Section):
    """The management API."""

    host: str = "127.0.0.1"
    """The address it listens on."""
    port: int = Field(8480, ge=0, le=65535)
    """Its TCP port; 0 takes a free one and logs it."""
    unix_socket: str = ""
    """A Unix socket instead of host and port."""
    hosts: list[str] = []
    """Further names that the Host header may carry."""
    tls_certificate_file: str = ""
    """Certificate chain (PEM) to serve HTTPS with."""
    tls_key_file: str = ""
    """Its private key (PEM)."""
    plain_http: bool = False
    """Must be true for other than loopback addresses without TLS."""
    wrong_tokens_per_minute: int = Field(10, ge=1, le=10000)
    """After this many wrong tokens from one address within a minute it gets 429."""


class StoreSettings(Section):
    """The SQLite store."""

    path: str = "/var/lib/amibridge/amibridge.db"
    """The database file; lock, control socket and WAL live beside it."""
    retention_days: int = Field(30, ge=1, le=3650)
    """Delivered notifications and the journal are kept this long."""


class ExtensionRule(Section):
    """One attribution rule; all given expressions must match."""

    endpoint: str
    """A regular expression over the endpoint (``PJSIP/210-0000002a`` has endpoint ``210``)."""
    number: str
    """The extension number, a template of the endpoint's groups (``\\1``)."""
    account_code: str = ""
    """A regular expression over the channel's AccountCode; empty: any."""
    context: str = ""
    """A regular expression over the channel's Context; empty: any."""


class ExtensionsSettings(Section):
    """Which endpoints are extensions."""

    trunks: list[str] = []
    """Shell patterns over endpoints that are never extensions; case matters."""
    accept: Literal["matching", "directory"] = "matching"
    """Assignments for any well-formed number, or only for declared extensions."""
    rules: list[ExtensionRule] = [ExtensionRule(endpoint=r"^(\d{2,6}|\d+\*\d+)$", number=r"\1")]
    """The first rule that matches names the extension."""


Pause = Annotated[float, Field(gt=0, le=86400)]


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
    """Requests under way at once to one receiver."""
    allow_destinations: list[str] = []
    """Networks and address:port pairs that may be called although the default refuses them."""
    deny_destinations: list[str] = []
    """Networks and address:port pairs that may never be called."""
    private_networks: Literal["administrators", "everyone", "nobody"] = "administrators"
    """Whose assignments may call private (LAN) addresses."""
    tls_ca_file: str = ""
    """A CA bundle for receivers; empty: the system's CAs."""
    call_flow_case: Literal["upper", "lower"] = "upper"
    """``lower`` for receivers that want in/out."""
    extra_parameters: bool = True
    """Send EventType, EventID, EventTime, Extension and Recovered beside the ten documented parameters."""


class LoggingSettings(Section):
    """The log on standard output."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least level that is written."""
    format: Literal["auto", "json", "console"] = "auto"
    """``auto``: colours on a terminal, JSON lines elsewhere."""


class Settings(Section):
    """All settings of one daemon."""

    ami: AmiSettings = AmiSettings()
    api: ApiSettings = ApiSettings()
    store: StoreSettings = StoreSettings()
    extensions: ExtensionsSettings = ExtensionsSettings()
    delivery: DeliverySettings = DeliverySettings()
    logging: LoggingSettings = LoggingSettings()
