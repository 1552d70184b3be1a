"""``amibridge run``: the daemon, in the foreground."""

import sys

from amibridge import logs
from amibridge.cli.common import ConfigOption, settings_of
from amibridge.settings import Settings, refuse_exposed_secrets, require_login


def run(config: ConfigOption = None) -> int:
    """Run the daemon in the foreground, until it is told to stop (Ctrl-C, SIGTERM); systemd starts exactly this.

    SIGHUP makes it read its settings again.
    """

    def read() -> Settings:
        settings = settings_of(config, logs_in=True)
        refuse_exposed_secrets(config)
        require_login(settings.ami)
        return settings

    settings = read()
    logs.configure(settings.logging, sys.stdout)
    # The daemon's parts take long to load, and no other command needs them.
    from amibridge import daemon  # noqa: PLC0415

    return daemon.run(settings, read)
