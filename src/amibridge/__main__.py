"""``python -m amibridge`` is the command ``amibridge``."""

import sys

from amibridge.cli import main

if __name__ == "__main__":
    sys.exit(main())
