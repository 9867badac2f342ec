"""Databases beside that of the run: made by PostgreSQL's own programs, used by the product."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from tests.servers import cluster


def program(name: str, *arguments: str | Path) -> None:
    place = {"PGHOST": str(cluster.socket_folder), "PGUSER": "classpulse", "PGPASSWORD": cluster.password}
    command = [str(cluster.programs / name), *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, **place})
    assert done.returncode == 0, done.stderr


@contextmanager
def product_on(database: str) -> Iterator[None]:
    """What the product reads and writes meanwhile; needs a test that commits."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
