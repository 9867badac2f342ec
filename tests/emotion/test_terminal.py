"""What becomes of a program where nobody reads what it tells: a script of a few lines, as a process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TELLS = """
import sys
from pathlib import Path
from emotion.terminal import run, say

def main():
    say("begun")
    print("told")
    say("gone on")
    Path(sys.argv[1]).write_text("done")
    return 0

run(main)
"""
EXPLAINS_ITSELF = """
import argparse
from emotion.terminal import run

run(lambda: argparse.ArgumentParser().parse_args(["--help"]))
"""

HEARS_CTRL_C = """
import os, signal
from emotion.terminal import nothing_is_begun, run

def main():
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        return 130
    return 0

signal.signal(signal.SIGINT, signal.{handler})
nothing_is_begun()
run(main)
"""


def started(
    script: str, *arguments: object, stdout: int | None = None, stderr: int | None = None
) -> "subprocess.Popen[bytes]":
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stdout, stderr=stderr)


def unread() -> int:
    """The end of a pipe to write to that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def test_what_is_told_is_told(tmp_path: Path) -> None:
    done = started(TELLS, tmp_path / "done", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.communicate() == (b"told\n", b"begun\ngone on\n")
    assert done.returncode == 0


def test_a_run_goes_on_where_nobody_reads_its_lines_any_more(tmp_path: Path) -> None:
    done = started(TELLS, tmp_path / "done", stdout=subprocess.DEVNULL, stderr=unread())
    assert done.wait() == 0
    assert (tmp_path / "done").read_text() == "done"


@pytest.mark.parametrize("script", [TELLS, EXPLAINS_ITSELF])
def test_a_reader_that_left_ends_a_program_without_a_word(script: str, tmp_path: Path) -> None:
    done = started(script, tmp_path / "done", stdout=unread(), stderr=subprocess.PIPE)
    _, told = done.communicate()
    assert told.decode() == ("begun\ngone on\n" if script == TELLS else "")
    assert done.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_what_has_no_room_is_an_error_of_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = started(EXPLAINS_ITSELF, stdout=full.fileno(), stderr=subprocess.PIPE)
        _, told = done.communicate()
    assert told == b"error: [Errno 28] No space left on device\n"
    assert done.returncode == 2


def test_no_file_takes_the_place_of_a_stream_that_is_closed(tmp_path: Path) -> None:
    script = f"import os\nfor number in range(3): os.close(number)\n{TELLS}"
    done = started(script, tmp_path / "done")
    assert done.wait() == 0
    assert (tmp_path / "done").read_text() == "done"


@pytest.mark.parametrize(("handler", "status"), [("SIG_IGN", 0), ("default_int_handler", 130)])
def test_a_program_that_was_told_not_to_hear_of_ctrl_c_does_not(handler: str, status: int) -> None:
    done = started(HEARS_CTRL_C.format(handler=handler))
    assert done.wait() == status


def test_a_name_that_would_order_a_terminal_about_is_written_out(capsys: pytest.CaptureFixture[str]) -> None:
    from emotion.terminal import say

    say("\x1b[2J Prüfung 😀\n\u202egpj.exe \udcfc")
    assert capsys.readouterr().err == "\\x1b[2J Prüfung 😀\\n\\u202egpj.exe \\xfc\n"
