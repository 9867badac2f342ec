"""Which files a command reads, and what it says of those that it passes over."""

import inspect
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from emotion.pictures import sources
from emotion.pictures.errors import SourceError
from emotion.pictures.kinds import Kind
from emotion.pictures.sources import gather
from tests.videos import Track, make_video, seconds


def make_picture(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (60, 40)).save(path)
    return path


def names(folder: Path) -> list[str]:
    return [source.path.relative_to(folder).as_posix() for source in gather([folder]).sources]


def test_a_folder_is_searched_through_in_sorted_order(tmp_path: Path) -> None:
    for name in ("b.jpg", "a/z.png", "a/b/c.jpeg", "B.JPG", "c.bmp"):
        make_picture(tmp_path / name)
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / ".hidden.jpg").write_text("left by some system")

    assert names(tmp_path) == ["B.JPG", "a/b/c.jpeg", "a/z.png", "b.jpg", "c.bmp"]


@pytest.fixture
def _few_calls_deep() -> Iterator[None]:
    """So that no folder of this test is too deep to be taken away again."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 200)
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.usefixtures("_few_calls_deep")
def test_a_folder_is_searched_however_deep_it_is(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["d"] * 200)
    for parent in [*reversed(folder.parents[:200]), folder]:
        parent.mkdir(exist_ok=True)
    (folder / "a.jpg").touch()
    (source,) = gather([tmp_path]).sources
    assert source.path == folder / "a.jpg"


def test_files_come_in_the_order_of_the_command_each_once(tmp_path: Path) -> None:
    late, early = make_picture(tmp_path / "late.jpg"), make_picture(tmp_path / "early.jpg")
    assert [source.path for source in gather([late, tmp_path]).sources] == [late, early]


def test_a_name_that_is_no_text_is_told_all_the_same(tmp_path: Path) -> None:
    make_picture(tmp_path / "a.jpg").rename(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jpg")))
    (source,) = gather([tmp_path]).sources
    assert source.name.endswith("/\\xff.jpg")
    assert source.path.is_file()


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no such file or folder: .*nowhere"):
        gather([tmp_path / "nowhere"])


def test_a_file_of_another_kind_is_named_with_what_is_known(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    with pytest.raises(SourceError, match=r"notes\.txt is no picture .* \.jpg .*"):
        gather([tmp_path / "notes.txt"])


def test_a_folder_without_anything_to_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    with pytest.raises(SourceError, match=f"no picture or recording in the folder {tmp_path}"):
        gather([tmp_path])


def test_what_is_passed_over_in_a_folder_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_picture(tmp_path / "a.jpg")
    for name in ("b.dng", "c.dng", "notes.txt", "README", ".hidden.jpg", "song.M4A", "later.jxl"):
        (tmp_path / name).write_bytes(b"II*\0" if name.endswith("dng") else b"words")
    (tmp_path / ".cache").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "again.jpg").symlink_to(tmp_path / "a.jpg")
    (tmp_path / "lost.jpg").symlink_to(tmp_path / "nowhere")
    (tmp_path / "round").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "piped.jpg").symlink_to(tmp_path / "pipe.jpg")
    (tmp_path / "circle.jpg").symlink_to(tmp_path / "circle.jpg")
    monkeypatch.setattr(sources, "MANY", 20)

    gathered = gather([tmp_path])

    assert [source.path.name for source in gathered.sources] == ["a.jpg"]
    assert gathered.passed_over == {
        ".dng": 2,
        ".txt": 1,
        "without a kind in its name": 1,
        ".m4a": 1,
        ".jxl": 1,
        "hidden": 2,
        "empty folder": 1,
        "seen before": 1,
        "link that leads nowhere": 2,
        "link to neither file nor folder": 1,
        "neither file nor folder": 1,
        f"link to a folder ({tmp_path / 'round'})": 1,
    }
    assert gathered.remark.startswith("15 passed over: 2 .dng, 2 hidden, 2 link that leads nowhere, 1 .jxl, ")


def test_of_many_kinds_that_are_passed_over_the_rarest_are_counted_together(tmp_path: Path) -> None:
    make_picture(tmp_path / "a.jpg")
    for number in range(12):
        (tmp_path / f"a.x{number:02d}").touch()
    assert gather([tmp_path]).remark.endswith("1 .x06, 1 .x07, 4 of other kinds")


def test_where_nothing_is_passed_over_nothing_is_said(tmp_path: Path) -> None:
    make_picture(tmp_path / "a.jpg")
    assert gather([tmp_path]).remark == ""


def test_a_folder_that_may_not_be_opened_is_counted_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_picture(tmp_path / "locked" / "a.jpg")
    make_picture(tmp_path / "open" / "b.jpg")
    scandir = os.scandir

    def guarded(path: Path) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    gathered = gather([tmp_path])
    assert [source.path.name for source in gathered.sources] == ["b.jpg"]
    assert gathered.remark == (
        f"1 passed over: 1 folder that cannot be opened (Permission denied: {tmp_path / 'locked'})"
    )


def test_a_folder_of_other_kinds_alone_says_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.dng").touch()
    with pytest.raises(SourceError, match=r"no picture or recording in the folder .* \(1 \.dng\)"):
        gather([tmp_path])


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.mp4")
    with pytest.raises(SourceError, match="is neither a file nor a folder"):
        gather([tmp_path / "a.mp4"])


def test_what_a_file_is_its_first_bytes_tell_before_its_name(tmp_path: Path) -> None:
    make_picture(tmp_path / "a.png").rename(tmp_path / "a.mp4")
    make_video(tmp_path / "b.mp4", Track(times=seconds(2))).rename(tmp_path / "b.jpg")
    make_picture(tmp_path / "c.png").rename(tmp_path / "c.jpg_large")
    make_video(tmp_path / "d.webm", Track("libvpx", seconds(2))).rename(tmp_path / "d")
    make_video(tmp_path / "e.ts", Track(times=seconds(2)))
    (tmp_path / "f.ts").write_text("Given that this is TypeScript")
    (tmp_path / "g.mov").write_text("a kind that is told by its name alone")
    Image.new("L", (8, 8)).save(tmp_path / "h", "TIFF", big_tiff=True)
    Image.new("L", (8, 8)).save(tmp_path / "i.j2k")
    (tmp_path / "i.j2k").rename(tmp_path / "i")
    (tmp_path / "j").write_bytes(b"\0\0\0\x08wide" + b"\0\0\0\x08mdat")
    (tmp_path / "k").write_bytes(b"\0\0\x10\0mdat")
    (tmp_path / "l").write_text("The free lunch")
    found = {source.path.name: source.kind for source in gather([tmp_path]).sources}
    assert found == {
        "a.mp4": Kind.PICTURE,
        "b.jpg": Kind.RECORDING,
        "c.jpg_large": Kind.PICTURE,
        "d": Kind.RECORDING,
        "e.ts": Kind.RECORDING,
        "g.mov": Kind.RECORDING,
        "h": Kind.PICTURE,
        "i": Kind.PICTURE,
        "j": Kind.RECORDING,
        "k": Kind.RECORDING,
    }
