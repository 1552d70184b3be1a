"""What is handed out, built once from this tree."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packages.machine import why_not

TREE = Path(__file__).parents[2]
BUILDING_SECONDS = 300


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive, and the wheel that was made from it."""
    folder = tmp_path_factory.mktemp("dist")
    _build(sys.executable, "-m", "build", "--quiet", "--outdir", str(folder))
    return folder


@pytest.fixture(scope="session")
def deb(dist: Path) -> Path:
    """The Debian package; where no machine can be made to install it on, the test is skipped."""
    if reason := why_not():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    _build("packaging/build_deb.sh", DIST=str(dist), OUR_PYTHON=sys.executable)
    [package] = dist.glob("*.deb")
    return package


def _build(*command: str, **variables: str) -> None:
    built = subprocess.run(
        command,
        cwd=TREE,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=BUILDING_SECONDS,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
