"""What tests of one machine may ask for."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from classroom.local.postgres import Cluster
from tests.servers import cluster as of_the_run


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A database of its own, in a short folder that PostgreSQL's account reaches."""
    folder = Path(tempfile.mkdtemp(prefix=f"classpulse-test-{os.getpid()}-", dir="/tmp"))
    folder.chmod(0o755)
    of_its_own = Cluster(
        of_the_run.programs, folder / "data", folder / "pg", "a password of its own", of_the_run.account
    )
    of_its_own.prepare()
    yield of_its_own
    shutil.rmtree(folder)
