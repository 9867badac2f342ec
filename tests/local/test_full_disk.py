"""The disk that holds var/ is full: nothing ends of it, the terminal names it, and all goes on by itself."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from supervisor.loggers import LevelsByName, LogRecord

from classroom.local import disk
from classroom.local.run import CannotStart, Seen, look_at, look_at_disks, run
from classroom.local.supervisor import PRODUCT, Program, Supervisor, configuration
from classroom.local.supervisord import Log, Words

ROOT = Path(__file__).resolve().parents[2]
LINE = LogRecord(LevelsByName.INFO, "a line\n")


class Statvfs(NamedTuple):
    f_frsize: int
    f_bavail: int
    f_files: int
    f_favail: int


ROOMY = Statvfs(4096, 1_000_000, 1_000_000, 900_000)


class NoRoom:
    """An open file on a full disk. Its size asks for a rotation, which cannot write what is left either."""

    closed = False

    def tell(self) -> int:
        return 1_000_000

    def write(self, text: str) -> None:
        raise OSError(28, "No space left on device")

    def flush(self) -> None:
        raise OSError(28, "No space left on device")

    def close(self) -> None:
        self.closed = True
        raise OSError(28, "No space left on device")


class FakeSupervisor:
    def __init__(self) -> None:
        self.started: list[str] = []

    def try_again(self, group: str, name: str) -> None:
        self.started.append(f"{group}:{name}")


def part(state: str, pid: int = 7) -> dict[str, Any]:
    return {"group": "servers", "name": "postgres", "statename": state, "pid": pid, "stdout_logfile": "a.log"}


def wait_until(is_true: Callable[[], bool], seconds: float = 20) -> None:
    give_up_at = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < give_up_at
        time.sleep(0.1)


@pytest.fixture
def log_without_room(tmp_path: Path) -> Log:
    log = Log(str(tmp_path / "web.log"), maxBytes=100)
    log.close()
    log.stream = NoRoom()
    return log


def test_a_line_without_room_is_dropped_and_the_log_goes_on(tmp_path: Path, log_without_room: Log) -> None:
    log_without_room.emit(LINE)
    log_without_room.emit(LINE)
    log_without_room.close()
    assert (tmp_path / "web.log").read_text() == "a line\n"


def test_words_without_room_are_dropped() -> None:
    words = Words(NoRoom())  # type: ignore[arg-type]
    assert words.write("a line\n") == 7
    words.flush()


@pytest.mark.parametrize(
    ("found", "full"),
    [
        (ROOMY, False),
        (ROOMY._replace(f_bavail=5119), True),  # 20 MB are 5120 blocks
        (ROOMY._replace(f_bavail=5120), False),
        (ROOMY._replace(f_favail=0), True),
        (ROOMY._replace(f_files=0, f_favail=0), False),  # a file system that counts no files
    ],
)
def test_a_disk_is_full_without_room_for_the_next_piece_of_a_log(
    monkeypatch: pytest.MonkeyPatch, found: Statvfs, full: bool
) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _: found)
    assert disk.is_full(Path("/")) is full


def test_the_terminal_says_once_that_a_disk_is_full_and_once_that_it_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    var, full = Path("/a/var"), []
    for is_full in (False, True, True, False, False):
        monkeypatch.setattr(disk, "is_full", lambda _, is_full=is_full: is_full)
        full = look_at_disks([var], full)
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert said[0].startswith("The disk that holds /a/var is full")
    assert said[1] == "The disk that holds /a/var has room again."


def test_a_part_that_was_given_up_is_started_again_and_spoken_of_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    supervisor, seen = FakeSupervisor(), Seen(7)
    for state in ("BACKOFF", "STARTING", "BACKOFF", "FATAL", "STARTING", "FATAL"):
        seen = look_at(supervisor, part(state), seen)  # type: ignore[arg-type]
    assert supervisor.started == ["servers:postgres"] * 2
    assert capsys.readouterr().out == "postgres does not start, and is tried again until it does: a.log\n"
    assert look_at(supervisor, part("RUNNING", pid=9), seen) == Seen(9)  # type: ignore[arg-type]
    assert "was started again" in capsys.readouterr().out


def test_a_start_on_a_full_disk_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("classroom.local.places.Places.make", no_room)
    monkeypatch.setattr("classroom.local.run.ENDINGS", ())
    with pytest.raises(CannotStart, match=f"The disk that holds {tmp_path}/var is full"):
        run(tmp_path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "var"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("only root mounts a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_what_is_supervised_outlives_a_full_disk(small_disk: Path) -> None:
    chatter = Program("chatter", ["sh", "-c", "while echo $(date) $(date); do sleep 0.01; done"])
    file, socket = small_disk / "supervisor.conf", small_disk / "s.sock"
    file.write_text(configuration([chatter], logs=small_disk, run=small_disk, socket=socket, as_root=True))
    supervisor = Supervisor(
        file, socket=socket, output=small_disk / "out", environment=dict(os.environ), cwd=ROOT
    )
    try:
        wait_until(supervisor.answers)
        supervisor.start(PRODUCT, "chatter")
        log, filler = small_disk / "chatter.log", small_disk / "filler"
        wait_until(lambda: log.exists() and log.stat().st_size > 0)
        subprocess.run(["dd", "if=/dev/zero", f"of={filler}", "bs=1k"], check=False, capture_output=True)
        time.sleep(2)
        full_at = log.stat().st_size
        assert supervisor.is_alive
        assert [each["statename"] for each in supervisor.processes()] == ["RUNNING"]
        filler.unlink()
        wait_until(lambda: log.stat().st_size > full_at + 1000)
    finally:
        supervisor.stop()
