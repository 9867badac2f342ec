"""The modules that are arithmetic alone, changed everywhere by mutmut ([tool.mutmut] in pyproject.toml).

Their nearest tests need no server, so the run leaves out tests/conftest.py and tests/servers.py.
"""

import subprocess
import sys
import tomllib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.mutants.score import Score
from tests.mutants.scratch import scratch_copy

EQUIVALENTS = Path(__file__).with_name("equivalents.toml")
NOTICED = {"killed", "timeout"}
MISSING = "mutmut is not installed in this environment; it stands in the group of those who develop."


@dataclass(frozen=True, slots=True)
class Change:
    """Lines of one file, as they were and as they became, each without its indentation."""

    file: str
    before: str
    after: str


def equivalents() -> dict[Change, str]:
    """Changes that no test can notice, each with the reason."""
    rows = tomllib.loads(EQUIVALENTS.read_text())["equivalent"]
    return {Change(row["file"], row["before"], after): row["why"] for row in rows for after in row["after"]}


def run() -> Score:
    """Let mutmut change everything once; say what survived and is no equivalent, and count."""
    if find_spec("mutmut") is None:
        sys.exit(MISSING)
    with scratch_copy() as folder:
        ran = _mutmut(folder, "run", "--max-children", "2")
        answers = _answers(_mutmut(folder, "results", "--all", "True"))
        if not answers or "not checked" in answers.values():
            sys.exit(f"mutmut did not come to its end:\n{ran[-3000:]}")
        survivors = {name: _change(folder, name) for name, how in answers.items() if how not in NOTICED}
    known = equivalents()
    for name, change in survivors.items():
        if change not in known:
            print(f"SURVIVED    {name}\n- {change.before}\n+ {change.after}", flush=True)
    for change in known.keys() - set(survivors.values()):
        print(f"NOT SEEN    {change.file}: listed as equivalent\n- {change.before}\n+ {change.after}")
    counted = [name for name in answers if survivors.get(name) not in known]
    return Score(len(answers) - len(survivors), len(counted))


def _answers(listed: str) -> dict[str, str]:
    """`name: how` a line."""
    pairs = (line.strip().rpartition(": ") for line in listed.splitlines() if "__mutmut_" in line)
    return {name: how for name, _, how in pairs}


def _change(folder: Path, name: str) -> Change:
    lines = _mutmut(folder, "show", name).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("+++ "))
    before = [line[1:].strip() for line in lines[start + 1 :] if line.startswith("-")]
    after = [line[1:].strip() for line in lines[start + 1 :] if line.startswith("+")]
    return Change(lines[start].removeprefix("+++ ").strip(), "\n".join(before), "\n".join(after))


def _mutmut(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.stdout
