"""``amibridge`` with a store that does not wait for the disk: what a test of lost power must notice."""

import sys

from amibridge.cli import main
from amibridge.store import database

if __name__ == "__main__":
    vars(database)["SYNCHRONOUS"] = "NORMAL"
    sys.exit(main())
