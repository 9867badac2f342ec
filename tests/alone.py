"""What failed beside others, and measures time, is tried once more with the machine to itself.

Three processes on two cores may keep a camera or a server waiting for longer than anybody would. Such a test
is told of in both tries, and fails in earnest if it does so alone. All others fail at once.
"""

import json
import subprocess
import sys
from collections.abc import Iterable

from tests.parts import WITH_OWN_SERVERS, WITH_PRODUCT
from tests.product import ROOT

SOME_FAILED = 1
MOST = 5  # more than so many are no chance
CACHE = ROOT / "var" / "pytest"  # as pyproject.toml has it


def to_be_tried(failed: Iterable[str]) -> list[str]:
    """All of them, or none."""
    names = sorted(failed)
    measure_time = all(name.startswith(WITH_PRODUCT + WITH_OWN_SERVERS) for name in names)
    return names if measure_time and len(names) <= MOST else []


def main(status: int) -> int:
    """`status` is pytest's own, after all tests; answers with that of the second try, or with the same."""
    if status != SOME_FAILED:
        return status
    failed = json.loads((CACHE / "v" / "cache" / "lastfailed").read_text())
    if not (names := to_be_tried(failed)):
        return status
    print("Tried once more, alone:", *names, sep="\n  ", flush=True)
    return subprocess.call([sys.executable, "-m", "pytest", *names], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
