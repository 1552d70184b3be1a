"""What tests of the whole process share."""

from pathlib import Path

import pytest

from tests.fakes.faults import compiled


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The faults, compiled once."""
    return compiled(tmp_path_factory.mktemp("faults"))
