"""`python -m emotion` where the product is installed without its tools."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITHOUT = """
import runpy, sys

gone = sys.argv.pop(1)

class Gone:
    def find_spec(self, name, *_):
        if name == gone:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Gone())
runpy.run_module("emotion", run_name="__main__")
"""


INTERRUPTED = """
import os, runpy, signal, sys

class CtrlC:
    def find_spec(self, name, *_):
        if name == "cv2":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, CtrlC())
runpy.run_module("emotion", run_name="__main__")
"""


def emotion_without(package: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", WITHOUT, package, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("package", ["scipy", "PIL", "tqdm", "av", "pi_heif"])
@pytest.mark.parametrize("command", ["analyse", "webcam", "explain"])
def test_a_command_without_its_tools_says_how_to_get_them(package: str, command: str) -> None:
    done = emotion_without(package, command)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: {package} is not installed")
    assert "`make tools`" in line


def test_another_package_that_is_missing_is_no_matter_of_tools() -> None:
    done = emotion_without("numpy", "analyse")
    assert done.returncode == 1
    assert "ModuleNotFoundError" in done.stderr
    assert "make tools" not in done.stderr


def test_ctrl_c_before_anything_is_begun_ends_without_a_word() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGINT
    assert (done.stdout, done.stderr) == (b"", b"")
