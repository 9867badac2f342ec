"""After `make restore`: what ended since the backup ends once more, before the product can be started."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from classroom.local import programs
from classroom.local.backups import CannotRestore
from classroom.local.parts import Parts
from classroom.local.postgres import Cluster


def repeat_endings(parts: Parts, restored: Cluster, before: Cluster | None, listed: Path | None) -> str:
    """As the list says, else the database before; both servers are at work. Answers what was repeated.

    Raises CannotRestore.
    """
    source = ["--list", str(listed.resolve())] if listed else ["--old"]
    environment = {**parts.environment(), "DATABASE_URL": restored.url}
    environment["OLD_DATABASE_URL"] = before.url if before else ""
    with _redis(parts):
        done = subprocess.run(
            programs.manage("repeat_endings", *source),
            check=False,
            cwd=parts.places.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    if done.returncode != 0:
        raise CannotRestore(f"What ended since the backup could not be repeated:\n{done.stderr.strip()}")
    return done.stdout.strip()


@contextmanager
def _redis(parts: Parts) -> Iterator[None]:
    """Whoever erases tells open sockets; there are none, but somebody has to be there to be told."""
    if parts.cache is None:
        yield
        return
    parts.cache.prepare()
    server = parts.cache.start(Path(os.devnull))
    try:
        parts.cache.wait_until_ready()
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
