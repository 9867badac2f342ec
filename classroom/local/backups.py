"""A backup of the embedded PostgreSQL as one file, and the way back, which overwrites nothing."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO

from classroom.local.postgres import DATABASE, ROLE, Cluster, PostgresFailed

MIGRATIONS = Path(__file__).parents[1] / "migrations"
ITS_MIGRATIONS = "SELECT name FROM django_migrations WHERE app = 'classroom'"


class CannotBackUp(Exception):
    """No backup was made; the text says why."""


class CannotRestore(Exception):
    """Nothing was restored, and the database is as it was; the text says why."""


def back_up(cluster: Cluster, to: Path) -> None:
    """Everything in one file that only its owner reads, while the product runs. Raises CannotBackUp."""
    try:
        descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CannotBackUp(f"{to} cannot be made: {error.strerror}. Name a new file.") from error
    with os.fdopen(descriptor, "wb") as output:
        done = _program(cluster, "pg_dump", "--format=custom", "-d", DATABASE, stdout=output)
    if done.returncode != 0:
        to.unlink()
        raise CannotBackUp(f"Start the product and try again; pg_dump said: {_said(done)}")


# What is done with a restored database, and with the one before, before anybody may look at it.
Repeat = Callable[[Cluster, Cluster | None], None]


def restore(cluster: Cluster, source: Path, now: datetime, repeat: Repeat, *, reads: bool) -> Path | None:
    """Into a new database; returns where the old one lies, if there was one.

    `repeat` is called while the new one is at work, and the old one too if it `reads` that. Where it fails,
    all is as it was. Raises CannotRestore.
    """
    _refuse_what_is_no_backup(cluster, source)
    if (cluster.data / "postmaster.pid").exists():
        raise CannotRestore("The database is at work: end the product with Ctrl-C first.")
    aside = cluster.data.with_name(f"{cluster.data.name}-before-{now:%Y-%m-%d-%H%M%S}")
    had_one = cluster.data.exists()
    if had_one:
        cluster.data.rename(aside)
    try:
        cluster.prepare()
        with at_work(cluster):
            _fill(cluster, source)
            with _before(cluster, aside if had_one and reads else None) as before:
                repeat(cluster, before)
    except BaseException:
        shutil.rmtree(cluster.data, ignore_errors=True)
        if had_one:
            aside.rename(cluster.data)
        raise
    return aside if had_one else None


def _refuse_what_is_no_backup(cluster: Cluster, source: Path) -> None:
    if not source.is_file():
        raise CannotRestore(f"{source} is no file.")
    done = _program(cluster, "pg_restore", "--list", str(source))
    if done.returncode != 0:
        raise CannotRestore(f"{source} is no backup that can be read here; pg_restore said: {_said(done)}")


@contextmanager
def _before(cluster: Cluster, data: Path | None) -> Iterator[Cluster | None]:
    """The database before at work, behind a socket of its own."""
    if data is None:
        yield None
        return
    before = replace(cluster, data=data, socket_folder=cluster.socket_folder.with_name("before"))
    try:
        before.prepare()
        with at_work(before):
            yield before
    except PostgresFailed as error:
        raise CannotRestore(
            f"What ended since the backup cannot be read: {error}. Name a list of it with LIST=file."
        ) from error


@contextmanager
def at_work(cluster: Cluster) -> Iterator[None]:
    server = cluster.start(cluster.socket_folder.parent / "restore.log")
    try:
        cluster.wait_until_ready()
        yield
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=60)


def _fill(cluster: Cluster, source: Path) -> None:
    cluster.ensure_database()
    options = ("--no-owner", "--single-transaction", "--exit-on-error", "-d", DATABASE, str(source))
    done = _program(cluster, "pg_restore", *options)
    if done.returncode != 0:
        raise CannotRestore(f"{source} could not be restored; pg_restore said: {_said(done)}")
    done = _program(cluster, "psql", "-XAtq", "-d", DATABASE, "-c", ITS_MIGRATIONS)
    if done.returncode != 0:
        raise CannotRestore(f"{source} is a backup of something else.")
    newest = max(file.stem for file in MIGRATIONS.glob("[0-9]*.py"))
    newer = [name for name in done.stdout.decode().split() if name[:4] > newest[:4]]
    if newer:
        made_by = f"a newer version of ClassPulse, with {', '.join(sorted(newer))}"
        raise CannotRestore(f"{source} was made by {made_by}.")


def _program(
    cluster: Cluster, name: str, *arguments: str, stdout: int | IO[bytes] = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    """One of PostgreSQL's own programs; it asks the server through its socket."""
    place = {"PGHOST": str(cluster.socket_folder), "PGUSER": ROLE, "PGPASSWORD": cluster.password}
    command = [str(cluster.programs / name), *arguments]
    return subprocess.run(
        command, check=False, stdout=stdout, stderr=subprocess.PIPE, env={**os.environ, **place}
    )


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode(errors="replace").strip()
