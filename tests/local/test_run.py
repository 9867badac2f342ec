"""`make run` as a person meets it: a copy in a folder with spaces, started, hurt and stopped."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from classroom.local.leftovers import Install
from classroom.local.places import Places
from classroom.local.processes import free_port

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("classroom", "emotion", "reports", "worker", "templates", "static", "models")
READY = "ClassPulse is running:"
PARTS = 7  # programs that the supervisor keeps up


class Run:
    """One `make run` in the folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        given = {"PORT": str(port), "PYTHONUNBUFFERED": "1"}
        inherited = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG"}}
        self.words = folder / "words.txt"
        with self.words.open("w") as words:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "classroom.local", "run"],
                cwd=folder,
                env=inherited | given,
                stdout=words,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def says(self, words: str, seconds: int = 120) -> str:
        wait_until(lambda: words in self.words.read_text() or self.process.poll() is not None, seconds)
        assert words in self.words.read_text(), self.words.read_text()
        return self.words.read_text()

    def press_ctrl_c(self) -> int:
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("install") / "a folder with spaces"
    for name in PRODUCT:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", folder)
    yield folder
    Install(folder / "var", Places(folder).cluster().data, folder / "var" / "run").end_leftovers()
    shutil.rmtree(Places(folder).sockets, ignore_errors=True)
    data = Places(folder).cluster().data
    if not data.is_relative_to(folder):
        shutil.rmtree(data.parent)


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[[], Run]]:
    started: list[Run] = []

    def start_one() -> Run:
        run = Run(folder, free_port())
        started.append(run)
        return run

    yield start_one
    for run in started:
        if run.process.poll() is None:
            run.press_ctrl_c()


def wait_until(is_true: Callable[[], bool], seconds: int = 60) -> None:
    give_up_at = time.monotonic() + seconds
    while not is_true() and time.monotonic() < give_up_at:
        time.sleep(0.2)


def running(folder: Path) -> dict[int, str]:
    """Process ids of this install's processes, with their command lines."""
    install = Install(folder / "var", Places(folder).cluster().data, folder / "var" / "run")
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return {pid: command_line(pid) for pid in pids if install.owns(pid)}


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def pid_of(folder: Path, words: str) -> int:
    return min(pid for pid, command in running(folder).items() if words in command)


def test_it_starts_comes_back_after_crashes_and_stops_without_a_trace(folder: Path, start) -> None:
    run = start()
    assert "the passwords are shown this once" in run.says(READY)
    with urlopen(f"http://127.0.0.1:{run.port}/readyz", timeout=10) as answer:
        assert answer.status == 200
    wait_until(lambda: len(running(folder)) > PARTS)

    os.kill(pid_of(folder, "uvicorn"), signal.SIGKILL)
    run.says("web ended unexpectedly and was started again")
    os.kill(pid_of(folder, "/postgres -D"), signal.SIGKILL)
    run.says("postgres ended unexpectedly and was started again")

    assert run.press_ctrl_c() == 0
    assert running(folder) == {}


def test_a_second_start_keeps_the_data_and_the_next_ends_what_it_left_when_it_was_killed(
    folder: Path, start
) -> None:
    killed = start()
    assert "the passwords are shown this once" not in killed.says(READY)
    os.kill(pid_of(folder, "supervisord"), signal.SIGSTOP)  # so that it cannot clean up when its parent dies
    before = set(running(folder))
    os.kill(killed.process.pid, signal.SIGKILL)
    os.kill(pid_of(folder, "supervisord"), signal.SIGKILL)
    assert running(folder)

    run = start()
    run.says(READY)
    assert before.isdisjoint(running(folder))
    assert run.press_ctrl_c() == 0
    assert running(folder) == {}


def test_a_taken_port_is_refused_before_anything_starts(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = Run(folder, taken.getsockname()[1])
        assert run.process.wait(timeout=60) == 1
    assert "is taken by another program" in run.words.read_text()
    assert running(folder) == {}
