"""One worker: `python -m tests.mutants.worker NUMBER OF [WORD ...]`, in a copy of the project.

PostgreSQL, Redis and the libraries are started and loaded once; each run of the tests is a fork, which then
loads the project as it is at that moment.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib import import_module
from itertools import count
from pathlib import Path

import pytest

from tests import servers
from tests.mutants.broken import Line, lines
from tests.mutants.score import Score

LIMIT_S = 300
# What most tests load, and nothing of the project.
LIBRARIES = (
    "celery.app.amqp",
    "channels.generic.websocket",
    "channels_redis.pubsub",
    "django.core.management",
    "django.db.backends.postgresql.base",
    "django.db.models",
    "django.forms",
    "django.shortcuts",
    "kombu.transport.redis",
    "numpy",
    "redis.asyncio",
)
LAST_FAILED, OUTPUT = Path("var/pytest/v/cache/lastfailed"), Path("output.txt")
DATABASE_IS_CLEAN = Path("database-is-clean")
# A file that changed twice within a second would pass for the same one that Python compiled before.
_seconds = count(1_000_000_000)


def main(number: int, of: int, *wanted: str) -> None:
    share = lines(wanted)[number::of]
    for name in LIBRARIES:
        import_module(name)
    _stay_outside([line.file for line in share])
    servers.start()
    # The servers are this process's; a run of the tests neither starts nor stops any.
    servers.start = servers.stop = lambda: None
    servers.__doc__ = "PYTEST_DONT_REWRITE: it is loaded already."
    killers = {line.id: killer for line in share if (killer := _killer(line)) is not None}
    false = _fail_anyway(set(killers.values()))
    for name, killer in killers.items():
        if killer in false:
            print(f"NOT KILLED  {name}: {killer} fails without it too", flush=True)
    killed = sum(killer not in false for killer in killers.values())
    Path("score.json").write_text(json.dumps(asdict(Score(killed, len(share)))))


def _stay_outside(files: list[str]) -> None:
    """What is loaded before the fork is not loaded again, so no line in it would ever be broken."""
    names = {file.removesuffix(".py").replace("/", ".") for file in files}
    assert not names & sys.modules.keys(), names & sys.modules.keys()


def _killer(line: Line) -> str | None:
    """The test that noticed, None where none did."""
    with _broken(line):
        code = _run("-x", *line.tests)
    if code == pytest.ExitCode.TESTS_FAILED and (failed := _failed()):
        killer = min(failed)
        print(f"killed      {line.id}: {killer}", flush=True)
        return killer
    why = "" if code == pytest.ExitCode.OK else f": ended with {code}\n{OUTPUT.read_text()[-2000:]}"
    print(f"SURVIVED    {line.id}{why}", flush=True)
    return None


@contextmanager
def _broken(line: Line) -> Iterator[None]:
    path = Path(line.file)
    text = path.read_text()
    _write(path, line.applied(text))
    try:
        yield
    finally:
        _write(path, text)


def _write(path: Path, text: str) -> None:
    path.write_text(text)
    second = next(_seconds)
    os.utime(path, (second, second))


def _fail_anyway(killers: set[str]) -> set[str]:
    """Those that fail in code that is not broken: they notice nothing."""
    if not killers or _run(*sorted(killers), limit_s=3 * LIMIT_S) == pytest.ExitCode.OK:
        return set()
    return killers & _failed()


def _failed() -> set[str]:
    return set(json.loads(LAST_FAILED.read_text())) if LAST_FAILED.exists() else set()


def _run(*arguments: str, limit_s: int = LIMIT_S) -> int | None:
    """The exit code of pytest; None where it did not end in time, and may have left rows behind."""
    LAST_FAILED.unlink(missing_ok=True)
    database = [] if DATABASE_IS_CLEAN.exists() else ["--create-db"]
    DATABASE_IS_CLEAN.unlink(missing_ok=True)
    if not (child := os.fork()):
        output = os.open(OUTPUT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os._exit(pytest.main(["-q", "--no-header", *database, *arguments]))
    end_at = time.monotonic() + limit_s
    while time.monotonic() < end_at:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            DATABASE_IS_CLEAN.touch()
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
