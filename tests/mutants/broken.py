"""Lines that are broken one at a time, each with the tests that have to notice."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.score import Score
from tests.mutants.scratch import scratch_copy

LINES = Path(__file__).with_name("lines.toml")
WORKERS = 2


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


def lines(wanted: Sequence[str] = ()) -> list[Line]:
    """All of them, or those whose id has one of the words."""
    rows = tomllib.loads(LINES.read_text())["line"]
    found = [Line(**{**row, "tests": tuple(row["tests"])}) for row in rows]
    return [one for one in found if not wanted or any(word in one.id for word in wanted)]


def run(wanted: Sequence[str] = ()) -> Score:
    """Each worker breaks its share of the lines, in a copy and with servers of its own."""
    with ExitStack() as copies:
        folders = [copies.enter_context(scratch_copy()) for _ in range(WORKERS)]
        shares = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.mutants.worker", str(number), str(WORKERS), *wanted], cwd=folder
            )
            for number, folder in enumerate(folders)
        ]
        codes = [share.wait() for share in shares]
        if any(codes):
            sys.exit("A worker did not come to its end.")
        scores = [Score(**json.loads((folder / "score.json").read_text())) for folder in folders]
    return sum(scores, Score(0, 0))
