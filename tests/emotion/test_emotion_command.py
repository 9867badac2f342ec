"""`python -m emotion analyse` as people run it: real processes, real models, real faces."""

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion.__main__ import COMMANDS, main, parser
from worker.simulation.camera.portrait import Expression, Look, Portrait, Pose
from worker.simulation.camera.portrait.texture import photograph

ROOT = Path(__file__).parents[2]
PATIENCE_S = 300

pytestmark = pytest.mark.slow


def command(pictures: Path, out: Path, *more: str) -> list[str]:
    program = [sys.executable, "-m", "emotion", "analyse", str(pictures), "--csv", str(out)]
    return [*program, "--every", "250ms", "--models", str(ROOT / "models"), *more]


def finished(pictures: Path, out: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(pictures, out, *more),
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )


def tables(out: Path) -> tuple[bytes, bytes]:
    return out.read_bytes(), out.with_name(f"{out.stem}-consensus.csv").read_bytes()


def rows(out: Path) -> list[dict[str, str]]:
    with out.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def eventually(happened: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < until, f"never came: {what}"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An astronaut, two people side by side, a picture that is cut off, and three seconds of a call."""
    folder = tmp_path_factory.mktemp("pictures")
    astronaut = cv2.cvtColor(photograph(), cv2.COLOR_RGB2BGR)
    cv2.imwrite(str(folder / "astronaut.png"), astronaut)
    (folder / "cut off.png").write_bytes((folder / "astronaut.png").read_bytes()[:9000])
    (folder / "notes.txt").write_text("no picture")
    person, other = Portrait(Look()), Portrait(Look(mirrored=True))
    pair = np.hstack([person.render(), other.render(Pose(yaw=10))])
    cv2.imwrite(str(folder / "pair.jpg"), cv2.cvtColor(pair, cv2.COLOR_RGB2BGR))
    writer = cv2.VideoWriter(str(folder / "call.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 8, (640, 240))
    for number in range(24):
        mood = Expression(smile=number / 24)
        frame = np.hstack([person.render(expression=mood, seed=number), other.render(Pose(yaw=number - 12))])
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    writer.release()
    return folder


@pytest.fixture(scope="module")
def whole(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The table of a run that nothing disturbed, in one process."""
    out = tmp_path_factory.mktemp("whole") / "out.csv"
    done = finished(pictures, out, "--jobs", "1")
    assert (done.returncode, done.stdout) == (0, "")
    assert "15 pictures read into" in done.stderr
    assert "1 of them could not be read" in done.stderr
    return out


def test_each_face_is_a_row(whole: Path) -> None:
    found = {name: [row for row in rows(whole) if row["file"].endswith(name)] for name in
             ("astronaut.png", "pair.jpg", "cut off.png", "call.avi")}  # fmt: skip
    (astronaut,) = found["astronaut.png"]
    assert (astronaut["label"], astronaut["time"], astronaut["error"]) == ("happy", "", "")
    assert 0.35 < (int(astronaut["left"]) + int(astronaut["width"]) / 2) / 512 < 0.5
    assert sum(float(astronaut[label]) for label in ("happy", "sad", "fear")) <= 1
    assert [row["face"] for row in found["pair.jpg"]] == ["1", "2"]
    assert [row["error"] for row in found["cut off.png"]] == ["the picture is damaged"]
    assert len(rows(whole)) == sum(map(len, found.values()))


def test_both_people_of_the_call_keep_their_numbers(whole: Path) -> None:
    call = [row for row in rows(whole) if row["file"].endswith("call.avi")]
    assert sorted({row["time"] for row in call}) == [f"00:00:0{ms / 1000:.3f}" for ms in range(0, 3000, 250)]
    assert {row["face"] for row in call} == {"1", "2"}
    assert all((row["face"] == "1") == (int(row["left"]) < 320) for row in call)


def test_the_second_table_has_a_row_a_picture(whole: Path) -> None:
    consensus = rows(whole.with_name("out-consensus.csv"))
    assert len(consensus) == 15
    counts = {Path(row["file"]).name: row["faces"] for row in consensus}
    assert counts == {"astronaut.png": "1", "call.avi": "2", "cut off.png": "", "pair.jpg": "2"}


def test_three_processes_write_the_same_bytes_as_one(pictures: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert finished(pictures, out, "--jobs", "3").returncode == 0
    assert tables(out) == tables(whole)


class Run:
    """A run that is going on, in a process group of its own."""

    def __init__(self, pictures: Path, out: Path, *more: str) -> None:
        self.out = out
        self.process = subprocess.Popen(
            command(pictures, out, *more),
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # Tests that run in the background inherit deafness to Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    @property
    def journal(self) -> Path:
        return self.out.with_name(f"unfinished-{self.out.name}.journal")

    def has_read(self, count: int) -> None:
        eventually(
            lambda: self.journal.exists() and self.journal.read_bytes().count(b"\n") > count,
            f"{count} pictures",
        )

    def children(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]


@pytest.fixture
def run(pictures: Path, tmp_path: Path) -> Iterator[Run]:
    run = Run(pictures, tmp_path / "out.csv", "--jobs", "2")
    with run.process:
        yield run
        run.process.kill()


def test_a_run_that_was_killed_goes_on_to_the_same_bytes(run: Run, pictures: Path, whole: Path) -> None:
    run.has_read(4)
    run.process.kill()
    run.process.wait()
    assert run.process.returncode == -signal.SIGKILL
    assert not run.out.exists()

    done = finished(pictures, run.out, "--jobs", "1")

    assert done.returncode == 0
    assert "going on after" in done.stderr
    assert tables(run.out) == tables(whole)
    assert sorted(path.name for path in run.out.parent.iterdir()) == ["out-consensus.csv", "out.csv"]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc")
def test_no_process_outlives_a_run_that_was_killed(run: Run) -> None:
    run.has_read(1)
    children = run.children()
    assert len(children) >= 2
    run.process.kill()
    run.process.wait()
    eventually(lambda: not any(_is_alive(pid) for pid in children), "the end of the processes")


@pytest.mark.parametrize("count", [0, 2], ids=["while its processes start", "later"])
def test_ctrl_c_stops_a_run_that_can_be_gone_on_with(
    count: int, run: Run, pictures: Path, whole: Path
) -> None:
    run.has_read(count)
    os.killpg(run.process.pid, signal.SIGINT)
    _, told = run.process.communicate(timeout=PATIENCE_S)
    assert run.process.returncode == 130
    assert "the same command goes on from there" in told
    assert "Traceback" not in told
    assert not run.out.exists()

    assert finished(pictures, run.out, "--jobs", "2").returncode == 0
    assert tables(run.out) == tables(whole)


def test_mistakes_are_told_in_one_line(tmp_path: Path) -> None:
    done = finished(tmp_path / "nowhere", tmp_path / "out.csv")
    assert done.returncode == 2
    assert done.stderr == f"error: no such file or folder: {tmp_path / 'nowhere'}\n"


def test_a_missing_face_model_is_told_with_how_to_fetch_it(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["analyse", str(pictures), "--csv", str(tmp_path / "out.csv"), "--models", str(tmp_path)]
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert f"{tmp_path / 'face_landmarker.task'} is missing" in told
    assert "make model" in told
    assert list(tmp_path.iterdir()) == []


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    names = [module.__name__.rpartition(".")[2] for module in COMMANDS]
    for name in names:
        with pytest.raises(SystemExit) as stopped:
            parser().parse_args([name, "--help"])
        assert stopped.value.code == 0
        assert f"python -m emotion {name}" in capsys.readouterr().out


def _is_alive(pid: int) -> bool:
    """Not ended, nor ended and waiting for somebody to ask."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
