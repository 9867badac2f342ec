"""What a killed run left behind is recognised by the folders it serves; a stranger is never touched."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from classroom.local.leftovers import MARK, Install

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
STUBBORN = [sys.executable, "-c", DEAF + SLEEP[-1]]
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start() -> Iterator[Start]:
    started = []

    def start_one(command: list[str], mark: Path | None) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **({MARK: str(mark)} if mark else {})}
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        assert process.stdout
        process.stdout.readline()
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def install(tmp_path: Path) -> Install:
    return Install(var=tmp_path, database=tmp_path / "postgres", cache=tmp_path / "run")


def test_it_ends_a_process_of_this_install(start: Start, install: Install) -> None:
    process = start(SLEEP, install.var)
    assert install.owns(process.pid)
    install.end_leftovers()
    assert process.wait(timeout=60) != 0


def test_it_kills_one_that_does_not_listen(start: Start, install: Install, monkeypatch) -> None:
    monkeypatch.setattr("classroom.local.leftovers.PATIENCE_SECONDS", 0.3)
    process = start(STUBBORN, install.var)
    install.end_leftovers()
    assert process.wait(timeout=60) == -9


def test_it_leaves_strangers_and_other_installs_alone(start: Start, install: Install, tmp_path: Path) -> None:
    stranger, neighbour = start(SLEEP, None), start(SLEEP, tmp_path / "elsewhere")
    install.end_leftovers()
    assert stranger.poll() is None
    assert neighbour.poll() is None


def test_a_pid_that_is_gone_is_nobodys(install: Install) -> None:
    assert not install.owns(2**22 + 1)
