"""A copy of the project in which code may be broken."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
# Not kept by git, and read by tests: the model that set-up fetches.
FETCHED = ("models/face_landmarker.task",)


@contextmanager
def scratch_copy() -> Iterator[Path]:
    """Of the files as they are now, committed or not."""
    with TemporaryDirectory(prefix="classpulse-mutants-") as name:
        folder = Path(name)
        for path in (*_files(), *FETCHED):
            if (ROOT / path).is_file():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / path, folder / path)
        yield folder


def _files() -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for path in listed.split("\0") if path]
