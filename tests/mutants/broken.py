"""Lines that are broken one at a time, each with the tests that have to notice."""

import json
import signal
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.score import Score
from tests.mutants.scratch import scratch_copy

LINES = Path(__file__).with_name("lines.toml")
WORKERS = 2
LIMIT_S = 300
# Where a run of pytest notes what failed.
LAST_FAILED = Path("var/pytest/v/cache/lastfailed")


class DoesNotApply(Exception):
    """The text before is not in its file exactly once: the code moved on, so aim the line anew."""


@dataclass(frozen=True, slots=True)
class Line:
    """`before` stands in `file` once and becomes `after`; `tests` are arguments of pytest."""

    id: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]

    def applied(self, text: str) -> str:
        """Raises DoesNotApply."""
        if (found := text.count(self.before)) != 1 or self.before == self.after:
            raise DoesNotApply(f"{self.id}: found {found} times in {self.file}: {self.before!r}")
        return text.replace(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`killer` is the first test that failed; None where the tests passed, or could not run at all."""

    line: Line
    killer: str | None
    words: str


def lines() -> list[Line]:
    rows = tomllib.loads(LINES.read_text())["line"]
    return [Line(**{**row, "tests": tuple(row["tests"])}) for row in rows]


def run(wanted: Sequence[str] = ()) -> Score:
    """Break each line, or those whose id has one of the words; say what noticed, and count."""
    chosen = [one for one in lines() if not wanted or any(word in one.id for word in wanted)]
    with ExitStack() as copies:
        folders: SimpleQueue[Path] = SimpleQueue()
        for _ in range(WORKERS):
            folders.put(copies.enter_context(scratch_copy()))
        with ThreadPoolExecutor(WORKERS) as workers:
            outcomes = list(workers.map(lambda one: _break(one, folders), chosen))
        false = _fail_anyway({one.killer for one in outcomes if one.killer}, folders.get())
    for one in outcomes:
        if one.killer in false:
            print(f"NOT KILLED  {one.line.id}: {one.killer} fails without it too", flush=True)
    killed = sum(one.killer is not None and one.killer not in false for one in outcomes)
    return Score(killed, len(outcomes))


def _break(line: Line, folders: "SimpleQueue[Path]") -> Outcome:
    folder = folders.get()
    path = folder / line.file
    text = path.read_text()
    try:
        path.write_text(line.applied(text))
        outcome = _look(line, folder)
    finally:
        path.write_text(text)
        folders.put(folder)
    print(outcome.words, flush=True)
    return outcome


def _look(line: Line, folder: Path) -> Outcome:
    (folder / LAST_FAILED).unlink(missing_ok=True)
    try:
        done = _pytest(folder, "-x", *line.tests)
    except subprocess.TimeoutExpired:
        return Outcome(line, None, f"SURVIVED    {line.id}: no answer within {LIMIT_S} s")
    if done.returncode == 0:
        return Outcome(line, None, f"SURVIVED    {line.id}")
    if done.returncode != 1:
        return Outcome(line, None, f"SURVIVED    {line.id}: the tests could not run\n{done.stdout[-2000:]}")
    killer = next(iter(json.loads((folder / LAST_FAILED).read_text())))
    return Outcome(line, killer, f"killed      {line.id}: {killer}")


def _fail_anyway(killers: set[str], folder: Path) -> set[str]:
    """Those that fail in code that is not broken: they notice nothing."""
    if not killers:
        return set()
    (folder / LAST_FAILED).unlink(missing_ok=True)
    if _pytest(folder, *sorted(killers), limit_s=2 * LIMIT_S).returncode == 0:
        return set()
    return killers & json.loads((folder / LAST_FAILED).read_text()).keys()


def _pytest(folder: Path, *arguments: str, limit_s: int = LIMIT_S) -> "subprocess.CompletedProcess[str]":
    """Raises subprocess.TimeoutExpired; a run that is interrupted stops the servers that it started."""
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", *arguments]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        output, _ = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        raise
    return subprocess.CompletedProcess(command, process.returncode, output)
