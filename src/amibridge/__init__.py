"""amibridge: calls a URL when something happens on an extension of an Asterisk PBX."""

from importlib.metadata import version
from typing import Final

VERSION: Final = version("amibridge")
