"""Which files are read, and what comes out of each: upright pictures with time stamps, or an error."""

import os
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from emotion.pictures.errors import SourceError
from emotion.pictures.recordings import NO_RECORDING, Moment, Recording
from emotion.pictures.sources import MAX_PIXELS, Frame, Still, Unreadable, gather
from emotion.pictures.timestamps import parse_moment, parse_moments, parse_period, time_stamp

RED, BLUE = (250, 10, 10), (10, 10, 250)


def make_picture(path: Path, *, width: int = 60, height: int = 40) -> Path:
    """Red above, blue below."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[: height // 2], picture[height // 2 :] = RED, BLUE
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path)
    return path


def make_recording(path: Path, *, frames: int = 30, rate: int = 10, codec: str = "MJPG") -> Path:
    """Frame n is gray of brightness 8n."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), rate, (64, 48))
    for number in range(frames):
        writer.write(np.full((48, 64, 3), 8 * number, np.uint8))
    writer.release()
    return path


def make_animation(path: Path, *durations_ms: int) -> Path:
    frames = [Image.new("L", (64, 48), 40 * number) for number in range(len(durations_ms))]
    if len(frames) == 1:
        frames[0].save(path)
    else:
        frames[0].save(path, save_all=True, append_images=frames[1:], duration=list(durations_ms))
    return path


def opened(recording: Recording, skip: int = 0) -> list[Frame | Unreadable]:
    return [unit.open() for unit in recording.units(skip)]


def brightness(frame: Frame | Unreadable) -> int:
    """The number of the frame in `make_recording`."""
    assert isinstance(frame, Frame)
    return round(float(frame.image.mean()) / 8)


def test_a_folder_is_searched_through_in_sorted_order(tmp_path: Path) -> None:
    for name in ("b.jpg", "a/z.png", "a/b/c.jpeg", "B.JPG", "c.bmp"):
        make_picture(tmp_path / name)
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / ".hidden.jpg").write_text("left by some system")

    names = [source.path.relative_to(tmp_path).as_posix() for source in gather([tmp_path])]

    assert names == ["B.JPG", "a/b/c.jpeg", "a/z.png", "b.jpg", "c.bmp"]


def test_files_come_in_the_order_of_the_command_each_once(tmp_path: Path) -> None:
    late, early = make_picture(tmp_path / "late.jpg"), make_picture(tmp_path / "early.jpg")
    assert [source.path for source in gather([late, tmp_path])] == [late, early]


def test_a_name_that_is_no_text_is_told_all_the_same(tmp_path: Path) -> None:
    make_picture(tmp_path / "a.jpg").rename(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jpg")))
    (source,) = gather([tmp_path])
    assert source.name.endswith("/\\xff.jpg")
    assert isinstance(Still(source.name, source.path).open(), Frame)


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


@pytest.mark.parametrize("suffix", ["jpg", "png", "bmp", "tiff", "webp"])
def test_a_picture_is_rgb(tmp_path: Path, suffix: str) -> None:
    frame = Still("a", make_picture(tmp_path / f"a.{suffix}")).open()
    assert isinstance(frame, Frame)
    assert (frame.image.shape, frame.image.dtype, frame.at_ms) == ((40, 60, 3), np.uint8, None)
    assert np.abs(frame.image[5, 5].astype(int) - RED).max() < 40
    assert np.abs(frame.image[35, 5].astype(int) - BLUE).max() < 40


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_colour_becomes_rgb(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (60, 40)).save(tmp_path / "a.png")
    frame = Still("a", tmp_path / "a.png").open()
    assert isinstance(frame, Frame)
    assert (frame.image.shape, frame.image.dtype) == ((40, 60, 3), np.uint8)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_a_picture_that_was_held_sideways_stands_upright(tmp_path: Path, suffix: str) -> None:
    upright = Image.open(make_picture(tmp_path / "a.png", width=40, height=60))
    turned = Image.Exif()
    turned[0x0112] = 6  # the camera was turned to the left: show it turned to the right
    upright.transpose(Image.Transpose.ROTATE_90).save(tmp_path / f"turned.{suffix}", exif=turned)

    frame = Still("a", tmp_path / f"turned.{suffix}").open()

    assert isinstance(frame, Frame)
    assert frame.image.shape == (60, 40, 3)
    assert np.abs(frame.image[5, 20].astype(int) - RED).max() < 60
    assert np.abs(frame.image[55, 20].astype(int) - BLUE).max() < 60


@pytest.mark.parametrize("suffix", ["jpg", "png", "bmp", "tiff", "webp"])
def test_a_picture_that_is_cut_off_is_an_error_and_not_half_a_picture(tmp_path: Path, suffix: str) -> None:
    path = make_picture(tmp_path / f"a.{suffix}", width=300, height=200)
    content = path.read_bytes()
    for length in (0, 20, len(content) // 2):
        path.write_bytes(content[:length])
        outcome = Still("a", path).open()
        assert isinstance(outcome, Unreadable)
        assert "damaged" in outcome.error


def test_a_small_file_that_unfolds_to_a_huge_picture_is_not_decoded(tmp_path: Path) -> None:
    side = 30_000
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = (
        struct.pack(">I", len(header)) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IDAT")
    assert side * side > MAX_PIXELS

    outcome = Still("a", tmp_path / "bomb.png").open()

    assert isinstance(outcome, Unreadable)
    assert "too large" in outcome.error


def test_a_file_that_went_away_is_an_error(tmp_path: Path) -> None:
    outcome = Still("a", tmp_path / "gone.jpg").open()
    assert outcome == Unreadable("a", None, "the file cannot be opened: No such file or directory")


def test_a_recording_is_read_once_a_period(tmp_path: Path) -> None:
    path = make_recording(tmp_path / "a.avi", frames=30, rate=10)
    frames = opened(Recording("a", path, every_ms=1000))
    assert [frame.at_ms for frame in frames] == [0, 1000, 2000]
    assert [brightness(frame) for frame in frames] == [0, 10, 20]


def test_a_period_shorter_than_a_picture_gives_each_picture_once(tmp_path: Path) -> None:
    path = make_recording(tmp_path / "a.avi", frames=5, rate=10)
    assert [frame.at_ms for frame in opened(Recording("a", path, every_ms=1))] == [0, 100, 200, 300, 400]


@pytest.mark.parametrize("skip", [0, 1, 3])
def test_what_was_read_before_is_skipped(tmp_path: Path, skip: int) -> None:
    path = make_recording(tmp_path / "a.avi", frames=30, rate=10)
    every = [frame.at_ms for frame in opened(Recording("a", path, every_ms=1000))]
    assert [frame.at_ms for frame in opened(Recording("a", path, every_ms=1000), skip)] == every[skip:]


def test_time_stamps_are_those_of_the_container_where_its_rate_varies(tmp_path: Path) -> None:
    path = make_animation(tmp_path / "a.gif", 300, 2500, 100, 100, 900, 500)
    frames = opened(Recording("a", path, every_ms=1000))
    assert [frame.at_ms for frame in frames] == [0, 2800, 3000]


def test_a_gif_that_does_not_move_is_a_picture(tmp_path: Path) -> None:
    (frame,) = opened(Recording("a", make_animation(tmp_path / "a.gif", 100), every_ms=1000))
    assert isinstance(frame, Frame)
    assert frame.at_ms is None


@pytest.mark.parametrize(("moment", "number"), [(0, 0), (1000, 10), (1060, 10), (1999, 19), (2950, 29)])
def test_a_key_moment_is_what_the_recording_shows_then(tmp_path: Path, moment: int, number: int) -> None:
    path = make_recording(tmp_path / "a.avi", frames=30, rate=10)
    (frame,) = opened(Recording("a", path, 1000, (moment,)))
    assert (brightness(frame), frame.at_ms) == (number, number * 100)


def test_a_key_moment_far_into_a_recording_is_found(tmp_path: Path) -> None:
    path = make_recording(tmp_path / "a.avi", frames=31, rate=1)
    assert brightness(Moment("a", path, 28_400).open()) == 28


def test_a_picture_that_is_kept_for_long_is_shown_all_the_time(tmp_path: Path) -> None:
    path = make_animation(tmp_path / "a.gif", 300, 25_000, 300)
    assert [frame.at_ms for frame in opened(Recording("a", path, 1000, (20_000, 25_400)))] == [300, 25_300]


def test_a_key_moment_beyond_the_end_is_an_error_that_says_where_the_end_is(tmp_path: Path) -> None:
    path = make_recording(tmp_path / "a.avi", frames=30, rate=10)
    within, beyond = opened(Recording("a", path, 1000, (500, 3100)))
    assert isinstance(within, Frame)
    assert beyond == Unreadable("a", 3100, "the recording ends at 00:00:03.000")


@pytest.mark.parametrize("moments", [(), (1000,)])
def test_a_file_that_is_no_recording_is_one_error(tmp_path: Path, moments: tuple[int, ...]) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no recording")
    (outcome,) = opened(Recording("a", tmp_path / "a.mp4", 1000, moments))
    assert isinstance(outcome, Unreadable)
    assert outcome.error == NO_RECORDING


def test_a_recording_that_is_cut_off_gives_what_it_has_and_an_error(tmp_path: Path) -> None:
    path = make_recording(tmp_path / "a.avi", frames=30, rate=2)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    *frames, last = opened(Recording("a", path, every_ms=1000))
    assert len(frames) >= 3
    assert all(isinstance(frame, Frame) for frame in frames)
    assert isinstance(last, Unreadable)
    assert "should last 00:00:15.000" in last.error
    assert opened(Recording("a", path, every_ms=1000), skip=len(frames)) == [last]
    assert opened(Recording("a", path, every_ms=1000), skip=len(frames) + 1) == []


def test_a_recording_that_was_held_sideways_stands_upright(tmp_path: Path) -> None:
    path = make_recording(tmp_path / "a.mp4", codec="mp4v")
    content = bytearray(path.read_bytes())
    # The track header's matrix, 16.16 fixed point after 40 bytes: a quarter turn to the right.
    at = content.index(b"tkhd") + 4 + 40
    one = 1 << 16
    content[at : at + 36] = struct.pack(">9i", 0, one, 0, -one, 0, 0, 48 * one, 0, 1 << 30)
    path.write_bytes(content)

    frame, *_ = opened(Recording("a", path, every_ms=1000))

    assert isinstance(frame, Frame)
    assert frame.image.shape == (64, 48, 3)


def test_a_recording_is_rgb(tmp_path: Path) -> None:
    writer = cv2.VideoWriter(str(tmp_path / "a.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    writer.write(np.full((48, 64, 3), RED[::-1], np.uint8))
    writer.release()
    frame, *_ = opened(Recording("a", tmp_path / "a.avi", every_ms=1000))
    assert isinstance(frame, Frame)
    assert np.abs(frame.image[20, 20].astype(int) - RED).max() < 20


def test_the_header_says_about_how_much_there_is(tmp_path: Path) -> None:
    path = make_recording(tmp_path / "a.avi", frames=30, rate=10)
    assert Recording("a", path, every_ms=1000).expected() in (3, 4)
    assert Recording("a", path, 1000, (5, 6)).expected() == 2


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("00:03:10", 190_000), ("3:10.5", 190_500), ("95", 95_000), ("1:00:00", 3_600_000), ("90:00", None)],
)
def test_moments_are_read_as_people_write_them(text: str, milliseconds: int | None) -> None:
    if milliseconds is None:
        with pytest.raises(ValueError, match="not a moment"):
            parse_moment(text)
    else:
        assert parse_moment(text) == milliseconds


@pytest.mark.parametrize("text", ["", "1:2:3:4", "00:75", "-3", "three", "1,,2"])
def test_what_is_no_moment_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="not a moment"):
        parse_moments(text)


def test_moments_are_sorted_each_once() -> None:
    assert parse_moments("00:07:00, 00:03:10,420") == (190_000, 420_000)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("1s", 1000), ("500ms", 500), ("2min", 120_000), ("0.5", 500), ("1h", 3_600_000)],
)
def test_periods_are_read_as_people_write_them(text: str, milliseconds: int) -> None:
    assert parse_period(text) == milliseconds


@pytest.mark.parametrize("text", ["", "0s", "-1s", "1 day", "s"])
def test_what_is_no_period_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="not a period"):
        parse_period(text)


def test_a_time_stamp_reads_back() -> None:
    assert time_stamp(3_723_004) == "01:02:03.004"
    assert parse_moment(time_stamp(3_723_004)) == 3_723_004
