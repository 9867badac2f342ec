"""The disk of PostgreSQL is full for a while, and then has room again."""

import os
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.utils import InterfaceError

from benchmarks.soak import told
from benchmarks.soak.evidence import Evidence
from benchmarks.soak.install import RUN, Install
from benchmarks.soak.scenario import Scenario
from benchmarks.soak.scene import Scene
from classroom import services

DISK_MIB = 400
# Longer than the rounds of beat, so that each of its tasks meets the full disk.
FULL_S = 70.0
# Less than a minute, after which each log says again that the database is away, and nobody counts as present.
DEAD_S = 45.0


@dataclass(slots=True)
class SmallDisk:
    """PostgreSQL's folder on a disk of its own. With `is_log_full` its log finds no room, and it dies."""

    is_log_full: bool
    data: Path = Path()
    wrong: list[str] = field(default_factory=list)

    @contextmanager
    def meanwhile(self, install: Install) -> Iterator[None]:
        self.data, self.wrong = install.database_folder, []
        _stop(install)
        self.data.mkdir(parents=True, exist_ok=True)
        with _mounted(self.data):
            try:
                yield
            finally:
                _stop(install)

    def fault(self, scene: Scene) -> None:
        filler = self.data / "filler"
        connection.ensure_connection()  # one that is opened later may find no room
        _fill(filler)
        if self.is_log_full:
            _use_the_log_up()
        time.sleep(DEAD_S if self.is_log_full else FULL_S)
        filler.unlink()
        scene.install.wait_until_works("postgres")
        self._try_upkeep(scene)

    def _try_upkeep(self, scene: Scene) -> None:
        school_id = scene.lesson.classroom.school_id
        assert school_id is not None
        try:
            services.look_after_school(school_id=school_id, now=scene.now())
            services.turn_months(now=scene.now())
        except DatabaseError as error:
            self.wrong.append(f"what is past its period cannot be deleted: {error}")

    def upkeep_works(self, found: Evidence) -> list[str]:
        return self.wrong

    def terminal_says_so(self, found: Evidence) -> list[str]:
        words = "\n".join(found.said[RUN])
        sayings = (f"The disk that holds {self.data} is full", f"The disk that holds {self.data} has room")
        return [f"make run said {words.count(one)} times: {one}" for one in sayings if words.count(one) != 1]


def what_was_seen(found: Evidence) -> str:
    full = found.episodes[-1]
    closed = Counter(code for log in found.log.students for code in log.closed)
    codes = Counter(
        message["code"]
        for log in found.log.students
        for at, message in told.messages(log, "error")
        if full.began_at <= at < full.back_at
    )
    seen = [f"{times} sockets closed with {code}" for code, times in closed.items()]
    seen += [f"{times} times {code}" for code, times in codes.items()]
    return f"students saw {', '.join(seen) or 'nothing but no reading'}"


def lacks_a_disk() -> str:
    if os.getuid() != 0:
        return "only root mounts a small disk"
    with tempfile.TemporaryDirectory() as folder:
        try:
            with _mounted(Path(folder)):
                return ""
        except subprocess.CalledProcessError as error:
            return f"no small disk could be mounted ({error.stderr.decode().strip()})"


@contextmanager
def _mounted(folder: Path) -> Iterator[None]:
    """Raises CalledProcessError."""
    options = ["-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=700", "tmpfs", str(folder)]
    subprocess.run(["mount", *options], check=True, capture_output=True)  # noqa: S607 - root's PATH is trusted
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True, capture_output=True)  # noqa: S607


def _stop(install: Install) -> None:
    install.stop()
    connection.close()


def _fill(filler: Path) -> None:
    """To the last byte."""
    with filler.open("wb", buffering=0) as file:
        while room := os.statvfs(filler.parent).f_bavail:
            os.posix_fallocate(
                file.fileno(), os.fstat(file.fileno()).st_size, room * os.statvfs(filler).f_bsize
            )


def _use_the_log_up() -> None:
    """Begin its next piece, for which there is no room, until the server dies of it."""
    for _ in range(100):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_switch_wal(), txid_current()")
        except (DatabaseError, InterfaceError):
            break
    connection.close()


def scenario(name: str, does: str, *, is_log_full: bool) -> Scenario:
    disk = SmallDisk(is_log_full)
    return Scenario(
        name=name,
        does=does,
        fault=disk.fault,
        meanwhile=disk.meanwhile,
        lacks=lacks_a_disk,
        checks=(disk.terminal_says_so, disk.upkeep_works),
        tells=what_was_seen,
    )


SCENARIOS = (
    scenario("disk full", f"the disk of PostgreSQL is full for {FULL_S:.0f} s", is_log_full=False),
    scenario(
        "disk full, log too",
        f"the disk of PostgreSQL is full for {DEAD_S:.0f} s, and it dies of it",
        is_log_full=True,
    ),
)
