"""``amibridge`` whose event loop is blocked from a SIGUSR1 on, as by a call that waits and should not."""

import signal
import sys
import time

from amibridge.cli import main

STUCK_SECONDS = 3600.0


def wait_where_nobody_should() -> None:
    """Hold the thread that the event loop runs in."""
    time.sleep(STUCK_SECONDS)


if __name__ == "__main__":
    # Python runs it between two steps of whatever the loop is doing.
    signal.signal(signal.SIGUSR1, lambda _number, _frame: wait_where_nobody_should())
    sys.exit(main())
