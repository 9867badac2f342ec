"""The command from end to end with a reader that costs nothing: what is refused, and how a run goes on."""

import csv
import json
import os
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Self

import cv2
import msgspec
import numpy as np
import pytest
from PIL import Image

from emotion.__main__ import main
from emotion.pictures import analyse
from emotion.pictures.frames import Frame, Unit, Unreadable
from emotion.pictures.journal import Journal
from emotion.pictures.player import Player
from emotion.pictures.processes import DIED, HUNG, LEFT
from emotion.pictures.reading import FaceReading, FrameReading
from emotion.pictures.recordings import Opened, Recording
from emotion.pictures.sources import Gathered, gather
from emotion.pictures.workers import Workers
from emotion.values import Attention, EmotionScores, FaceBox
from tests.videos import Track, make_video
from tests.wild_files import make_wild_files

pytestmark = pytest.mark.usefixtures("_no_models")


@pytest.fixture
def _no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here opens a model; what is read is made up from the picture's brightness."""
    monkeypatch.setattr(analyse, "Workers", InProcess)
    monkeypatch.setattr(analyse, "Player", PlayedHere)
    monkeypatch.setattr(analyse, "model_checksums", lambda models: "a b")


class InProcess:
    """Reads a picture's brightness as if it were a face."""

    opened: list[tuple[str, int | None]] = []

    def __init__(self, models: Path, jobs: int) -> None:
        InProcess.opened = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def read(self, units: Iterable[Unit]) -> Iterator[FrameReading]:
        for unit in units:
            for frame in unit.open():
                InProcess.opened.append((Path(unit.source).name, frame.at_ms))
                yield brightness(frame)


class PlayedHere:
    """Plays recordings in this process."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def play(self, recording: Recording) -> Iterator[Opened | Frame | Unreadable]:
        return recording.play()


def brightness(frame: Frame | Unreadable) -> FrameReading:
    if isinstance(frame, Unreadable):
        return FrameReading(frame.source, frame.at_ms, error=frame.error)
    height, width = frame.image.shape[:2]
    share = float(frame.image.mean()) / 255
    rest = (1 - share) / 6
    scores = EmotionScores((share, *[rest] * 6), uncertain=share < 0.4)
    face = FaceReading(FaceBox(share / 2, 0.3, 0.2, 0.2), Attention(share / 3, 0, 0, share, 0, 0), scores)
    return FrameReading(frame.source, frame.at_ms, width, height, (face,), page=frame.page)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures, one damaged, and three seconds of video."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.new("L", (64, 48), 180).save(folder / "a.png")
    (folder / "b.jpg").write_bytes(b"damaged")
    writer = cv2.VideoWriter(str(folder / "c.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for number in range(30):
        writer.write(np.full((48, 64, 3), 8 * number, np.uint8))
    writer.release()
    Image.new("L", (64, 48), 90).save(folder / "d.png")
    return folder


def run(folder: Path, out: Path, *more: str) -> int:
    return main(["analyse", str(folder), "--csv", str(out), *more])


def tables(out: Path) -> tuple[bytes, bytes]:
    return out.read_bytes(), out.with_name(f"{out.stem}-consensus.csv").read_bytes()


def journal_of(out: Path) -> Path:
    return out.with_name(f"unfinished-{out.name}.journal")


def stop_after(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Ctrl-C when so many pictures were read."""

    class Stopping(InProcess):
        def read(self, units: Iterable[Unit]) -> Iterator[FrameReading]:
            for index, reading in enumerate(super().read(units)):
                if index == count:
                    raise KeyboardInterrupt
                yield reading

    monkeypatch.setattr(analyse, "Workers", Stopping)


def rows_of(out: Path) -> list[dict[str, str]]:
    with out.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_file_and_moment_has_a_row_in_order(folder: Path, tmp_path: Path) -> None:
    assert run(folder, tmp_path / "out.csv") == 0
    rows = rows_of(tmp_path / "out.csv")
    assert [(Path(row["file"]).name, row["time"], row["error"][:9]) for row in rows] == [
        ("a.png", "", ""),
        ("b.jpg", "", "not a pic"),
        ("c.avi", "00:00:00.000", ""),
        ("c.avi", "00:00:01.000", ""),
        ("c.avi", "00:00:02.000", ""),
        ("d.png", "", ""),
    ]
    assert len(rows_of(tmp_path / "out-consensus.csv")) == 6
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out-consensus.csv", "out.csv", "pictures"]


def test_the_second_table_can_be_named(folder: Path, tmp_path: Path) -> None:
    assert run(folder, tmp_path / "out.csv", "--consensus", str(tmp_path / "class.csv")) == 0
    assert (tmp_path / "class.csv").exists()
    assert not (tmp_path / "out-consensus.csv").exists()


@pytest.mark.parametrize("stopped", range(7))
def test_a_run_that_was_stopped_anywhere_ends_in_the_same_tables(
    folder: Path,
    tmp_path: Path,
    stopped: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(folder, tmp_path / "whole.csv") == 0
    out = tmp_path / "out.csv"
    with monkeypatch.context() as patch:
        stop_after(patch, stopped)
        assert run(folder, out) == (130 if stopped < 6 else 0)
    if stopped < 6:
        assert not out.exists()
        assert "the same command goes on" in capsys.readouterr().err
        assert run(folder, out) == 0
        assert len(InProcess.opened) == 6 - stopped
    assert tables(out) == tables(tmp_path / "whole.csv")


@pytest.mark.parametrize("cut", [1, 7, 60, 61, 500, 900, 1500])
def test_a_journal_that_was_cut_off_anywhere_is_gone_on_with(
    folder: Path, tmp_path: Path, cut: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(folder, tmp_path / "whole.csv") == 0
    out = tmp_path / "out.csv"
    with monkeypatch.context() as patch:
        stop_after(patch, 5)
        run(folder, out)
    journal_of(out).write_bytes(journal_of(out).read_bytes()[:-cut])
    assert run(folder, out) == 0
    assert tables(out) == tables(tmp_path / "whole.csv")


def test_a_run_that_died_after_its_tables_were_written_ends_when_it_is_run_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.csv"
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "remove", lambda self: None)
        run(folder, out)
    before = tables(out)
    assert run(folder, out) == 0
    assert InProcess.opened == []
    assert tables(out) == before
    assert not journal_of(out).exists()


def test_finished_tables_are_not_written_over(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    run(folder, out)
    before = tables(out)
    (folder / "a.png").unlink()
    assert run(folder, out) == 2
    assert "out.csv is there already: --fresh" in capsys.readouterr().err
    assert tables(out) == before
    assert run(folder, out, "--fresh") == 0
    assert tables(out) != before


def test_a_second_table_that_is_there_is_not_written_over(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out-consensus.csv").write_text("somebody's own")
    assert run(folder, tmp_path / "out.csv") == 2
    assert "out-consensus.csv is there already" in capsys.readouterr().err
    assert (tmp_path / "out-consensus.csv").read_text() == "somebody's own"


def test_another_command_does_not_go_on_with_a_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    with monkeypatch.context() as patch:
        stop_after(patch, 3)
        run(folder, out)
    capsys.readouterr()
    assert run(folder, out, "--every", "500ms") == 2
    told = capsys.readouterr().err
    assert "every was 00:00:01.000, is 00:00:00.500" in told
    assert "--fresh" in told
    assert run(folder, out, "--every", "500ms", "--fresh") == 0
    assert len(rows_of(out)) == 9


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda folder: (folder / "a.png").write_bytes(b"other"), "a.png has changed"),
        (lambda folder: (folder / "d.png").unlink(), "d.png is gone"),
        (lambda folder: Image.new("L", (64, 48)).save(folder / "e.png"), "e.png is new"),
    ],
    ids=["changed", "gone", "new"],
)
def test_changed_files_are_told(folder: Path, tmp_path: Path, change, told: str, monkeypatch, capsys) -> None:
    out = tmp_path / "out.csv"
    with monkeypatch.context() as patch:
        stop_after(patch, 3)
        run(folder, out)
    capsys.readouterr()
    change(folder)
    assert run(folder, out) == 2
    assert told in capsys.readouterr().err


def test_another_number_of_jobs_goes_on_with_a_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.csv"
    with monkeypatch.context() as patch:
        stop_after(patch, 3)
        run(folder, out, "--jobs", "1")
    assert run(folder, out, "--jobs", "2") == 0
    assert len(InProcess.opened) == 3


def test_two_runs_do_not_write_one_table(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    with Journal.open(journal_of(out), {"of": "the other run"}, fresh=False):
        assert run(folder, out, "--fresh") == 2
    assert "is being written by another run" in capsys.readouterr().err


@pytest.mark.parametrize("stopped", range(1, 6))
def test_a_run_of_the_version_before_is_gone_on_with_the_file_under_way_anew(
    folder: Path, tmp_path: Path, stopped: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(folder, tmp_path / "whole.csv") == 0
    out = tmp_path / "out.csv"
    with monkeypatch.context() as patch:
        stop_after(patch, stopped)
        run(folder, out)
    written = journal_of(out).read_bytes().replace(b'"format":3', b'"format":2', 1)
    journal_of(out).write_bytes(written.replace(b',"page":null', b""))
    assert run(folder, out) == 0
    finished = {1: 0, 2: 1, 3: 2, 4: 2, 5: 2}[stopped]
    assert len(InProcess.opened) == 6 - finished
    assert tables(out) == tables(tmp_path / "whole.csv")


def test_a_run_of_another_version_is_not_gone_on_with(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    with monkeypatch.context() as patch:
        stop_after(patch, 3)
        run(folder, out)
    journal_of(out).write_bytes(journal_of(out).read_bytes().replace(b'"format":3', b'"format":1', 1))
    assert run(folder, out) == 2
    assert "format was 1, is 3" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"no journal\n", b"[1]\n"])
def test_a_file_that_is_no_journal_is_not_gone_on_with(
    folder: Path, tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    journal_of(tmp_path / "out.csv").write_bytes(content)
    assert run(folder, tmp_path / "out.csv") == 2
    assert "is not the journal of a run" in capsys.readouterr().err


def test_a_reading_comes_back_from_the_journal_bit_for_bit(tmp_path: Path) -> None:
    third = FaceReading(
        FaceBox(1 / 3, 0.1 + 0.2, 2 / 3, 1e-17),
        Attention(-1 / 3, 1e300, -0.0, 0.1, 0, 1),
        EmotionScores(tuple(float(np.float32(1 / n)) for n in range(3, 10)), uncertain=True),
    )
    readings = [
        FrameReading("a", None, 640, 480, (third, FaceReading(third.box, third.attention, None, "error"))),
        FrameReading("b", 12, error="damaged"),
    ]
    with Journal.open(tmp_path / "journal", {}, fresh=False) as journal:
        for reading in readings:
            journal.append(reading)
        assert list(journal.readings()) == readings
    with Journal.open(tmp_path / "journal", {}, fresh=False) as journal:
        assert list(journal.readings()) == readings
        assert (journal.done, journal.failed, journal.last) == ({"a": 1, "b": 1}, 1, "b")


def test_no_picture_is_in_the_journal(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out.csv"
    with monkeypatch.context() as patch:
        stop_after(patch, 4)
        run(folder, out)
    _, *lines = journal_of(out).read_text().splitlines()
    fields = {"source", "at_ms", "width", "height", "faces", "error", "page"}
    assert [set(json.loads(line)) for line in lines] == [fields] * 4


def test_key_moments_are_read_of_recordings_and_pictures_all_the_same(folder: Path, tmp_path: Path) -> None:
    assert run(folder, tmp_path / "out.csv", "--at", "0:02,0:01.25,0:09") == 0
    rows = rows_of(tmp_path / "out.csv")
    assert [row["time"] for row in rows if row["file"].endswith(".avi")] == [
        "00:00:01.200",
        "00:00:02.000",
        "00:00:09.000",
    ]
    assert [row["error"] for row in rows if row["time"] == "00:00:09.000"] == [
        "the recording ends at 00:00:03.000"
    ]
    assert len(rows) == 6


def test_what_was_passed_over_is_said_at_the_end(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.dng", "b.dng", "notes.txt"):
        (folder / name).write_text("another kind")
    assert run(folder, tmp_path / "out.csv") == 0
    assert capsys.readouterr().err.splitlines()[-1] == "3 passed over: 2 .dng, 1 .txt"


def test_what_is_to_be_told_of_a_recording_is_told_once(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make_video(folder / "e.mkv", Track(), Track())
    assert run(folder, tmp_path / "out.csv") == 0
    assert capsys.readouterr().err.count(f"{path} holds 2 video tracks: track 1 is read") == 1


@pytest.mark.slow
def test_of_a_thousand_files_in_the_wild_each_is_in_rows_or_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the process that plays recordings: whatever ends it, the run comes to its end."""
    monkeypatch.setattr(analyse, "Player", Player)
    (tmp_path / "wild").mkdir()
    made = make_wild_files(tmp_path / "wild")

    assert run(tmp_path / "wild", tmp_path / "out.csv") == 0

    said = capsys.readouterr().err
    (counted,) = re.findall(r"^(\d+) passed over: ", said, flags=re.MULTILINE)
    in_rows = {row["file"] for row in rows_of(tmp_path / "out.csv")}
    assert len(in_rows) + int(counted) == sum(made.values())
    assert {row["file"] for row in rows_of(tmp_path / "out-consensus.csv")} == in_rows
    assert len(in_rows) > 600
    assert "Traceback" not in said


def test_names_that_become_the_same_text_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "names").mkdir()
    for name in (b"\xff.png", b"\\xff.png"):
        Image.new("L", (64, 48), 100).save(tmp_path / "a.png")
        (tmp_path / "a.png").rename(tmp_path / "names" / os.fsdecode(name))
    assert run(tmp_path / "names", tmp_path / "out.csv") == 0
    assert len({row["file"] for row in rows_of(tmp_path / "out.csv")}) == 2


def test_the_pages_of_a_document_are_rows(folder: Path, tmp_path: Path) -> None:
    pages = [Image.new("L", (64, 48), 100), Image.new("L", (64, 48), 200)]
    pages[0].save(folder / "e.tif", save_all=True, append_images=pages[1:])
    assert run(folder, tmp_path / "out.csv") == 0
    assert [row["page"] for row in rows_of(tmp_path / "out.csv") if row["file"].endswith("tif")] == ["1", "2"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["{folder}/nowhere", "--csv", "{tmp}/out.csv"], "no such file or folder"),
        (["{tmp}/empty", "--csv", "{tmp}/out.csv"], "no picture or recording in the folder"),
        (["{folder}/a.png", "--csv", "{tmp}/out.csv", "--at", "1"], "none of the files is one"),
        (["{folder}", "--csv", "{tmp}/nowhere/out.csv"], "there is no folder"),
        (["{folder}", "--csv", "{folder}"], "it is a folder"),
        (["{folder}", "--csv", ""], "it is a folder"),
        (["{folder}", "--csv", "{folder}/a.png", "--fresh"], "it is one of the files to read"),
        (
            ["{folder}", "--csv", "{tmp}/o.csv", "--consensus", "{tmp}/b.png", "--fresh"],
            "it is one of the files",
        ),
        (["{folder}", "--csv", "{tmp}/pipe", "--fresh"], "it is no file"),
        (["{folder}", "--csv", "{tmp}/out.csv", "--consensus", "{tmp}/out.csv"], "cannot be both tables"),
        (["{folder}", "--csv", "{tmp}/out.csv", "--consensus", "{tmp}/nowhere/c.csv"], "there is no folder"),
    ],
)
def test_mistakes_are_told_in_one_line_before_anything_is_read(
    folder: Path, tmp_path: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "b.png").symlink_to(folder / "a.png")
    before = sorted(tmp_path.rglob("*"))
    assert main(["analyse", *(each.format(folder=folder, tmp=tmp_path) for each in arguments)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert told in error
    assert error.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_without_the_right_to_write_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    assert run(folder, locked / "out.csv") == 2
    assert "no right to write" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--every", "soon", "not a period"),
        ("--at", "soon", "not a moment"),
        ("--jobs", "0", "not a number of processes"),
    ],
)
def test_options_that_mean_nothing_are_told(
    folder: Path, tmp_path: Path, option: str, value: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(folder, tmp_path / "out.csv", option, value)
    assert stopped.value.code == 2
    assert told in capsys.readouterr().err


class StubPool:
    """A pool of processes that breaks, once and for all, when it is given a deadly unit."""

    def __init__(self) -> None:
        self.broken = False

    def submit(self, read: object, models: Path, unit: Unit) -> "Future[tuple[FrameReading, ...]]":
        from concurrent.futures.process import BrokenProcessPool

        future: Future[tuple[FrameReading, ...]] = Future()
        self.broken = self.broken or unit.source == "deadly"
        if self.broken:
            future.set_exception(BrokenProcessPool())
        else:
            future.set_result((FrameReading(unit.source, unit.at_ms),))
        return future

    def shutdown(self, *, cancel_futures: bool) -> None: ...


@pytest.mark.parametrize("deadly", [{0}, {1}, {4}, {1, 2}, set(range(5))])
@pytest.mark.parametrize("jobs", [1, 3])
def test_a_picture_that_kills_its_process_is_an_error_and_the_others_are_read(
    deadly: set[int], jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workers, "_started", lambda self: StubPool())
    names = ["deadly" if index in deadly else f"{index}.jpg" for index in range(5)]
    units = [Unreadable(name, None, "") for name in names]
    with Workers(Path("models"), jobs) as workers:
        readings = list(workers.read(units))
    assert [reading.source for reading in readings] == names
    assert [reading.error for reading in readings] == [DIED if index in deadly else "" for index in range(5)]


@pytest.mark.parametrize(
    ("name", "count", "error"),
    [("a.png", 1, DIED), ("c.avi", 3, DIED + LEFT), ("c.avi", 3, HUNG + LEFT), ("c.avi", 3, DIED)],
)
def test_what_a_run_gave_up_is_not_tried_again_when_it_is_gone_on_with(
    folder: Path, tmp_path: Path, name: str, count: int, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.csv"
    with monkeypatch.context() as patch:
        stop_after(patch, count)
        run(folder, out)
    *before, _ = journal_of(out).read_bytes().splitlines(keepends=True)
    gone = FrameReading(f"{folder}/{name}", None, error=error)
    journal_of(out).write_bytes(b"".join(before) + msgspec.json.encode(gone) + b"\n")

    assert run(folder, out) == 0
    rows = [row for row in rows_of(out) if row["file"] == f"{folder}/{name}"]
    is_one_picture_of_many = (name, error) == ("c.avi", DIED)
    assert len(rows) == (3 if is_one_picture_of_many else 1)
    assert rows[0]["error"] == error


def test_a_file_that_went_away_or_is_locked_is_a_row_and_no_end(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gathered(paths: Iterable[Path]) -> Gathered:
        found = gather(paths)
        (folder / "a.png").unlink()
        return found

    monkeypatch.setattr(analyse, "gather", gathered)
    assert run(folder, tmp_path / "out.csv") == 0
    first, *others = rows_of(tmp_path / "out.csv")
    assert first["error"] == "the file cannot be opened: No such file or directory"
    assert len(others) == 5
