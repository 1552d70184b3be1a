"""The command ``amibridge``, which ``python -m amibridge`` is as well."""

import signal
import sys


def main() -> int:
    """Run the command that the arguments name; returns the exit status."""
    if sys.argv[1:2] == ["run"]:
        # SIGHUP would end a process that has no handler yet; it waits until the daemon has one, all of it loaded.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    from amibridge import cli  # noqa: PLC0415 - takes longer to load than a signal to come

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
