"""What comes out of a recording: the pictures that a player shows, at its times, or why there are none."""

import os
import struct
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.container import InputContainer
from PIL import Image

from emotion.pictures import video
from emotion.pictures.frames import EMPTY, Frame, Unreadable
from emotion.pictures.joined import Part, PartFile
from emotion.pictures.kinds import Kind, kind_of
from emotion.pictures.picture_file import PictureFile
from emotion.pictures.player import Player
from emotion.pictures.processes import LEFT
from emotion.pictures.recordings import Opened, Recording
from emotion.pictures.sampling import Wanted
from emotion.pictures.video import NO_INDEX, NO_PICTURES, NO_RECORDING, SOUND_ONLY
from emotion.pictures.video_frame import DAMAGED, VideoPicture
from tests.videos import Track, make_video, seconds

RED = (250, 10, 10)


def played(path: Path, *moments: float, every_ms: int = 1000, skip: int = 0) -> list[Frame | Unreadable]:
    """At moments in seconds, or one picture a period."""
    wanted = Wanted(every_ms, tuple(round(1000 * moment) for moment in moments))
    outcomes = Recording("a", path, wanted, skip).play()
    return [outcome for outcome in outcomes if not isinstance(outcome, Opened)]


def opened(path: Path) -> Opened:
    first = next(Recording("a", path, Wanted(1000)).play())
    assert isinstance(first, Opened)
    return first


def times(outcomes: Iterable[Frame | Unreadable]) -> list[int | None]:
    return [outcome.at_ms for outcome in outcomes]


def numbers(outcomes: Iterable[Frame | Unreadable]) -> list[int]:
    """Of the pictures that `tests.videos` makes."""
    return [round(float(outcome.image.mean()) / 8) for outcome in outcomes if isinstance(outcome, Frame)]


def errors(outcomes: Iterable[Frame | Unreadable]) -> list[str]:
    return [outcome.error for outcome in outcomes if isinstance(outcome, Unreadable)]


CODECS = {
    "a.mp4": "libx264",
    "a.mov": "libx265",
    "a.mkv": "libx264",
    "a.webm": "libvpx",
    "b.webm": "libvpx-vp9",
    "c.webm": "libaom-av1" if "libaom-av1" in av.codecs_available else "libsvtav1",
    "a.avi": "mpeg4",
    "b.avi": "mpeg2video",
    "c.avi": "mjpeg",
    "d.avi": "libx264",
    "a.ts": "libx264",
    "a.mpg": "mpeg2video",
}


@pytest.mark.parametrize("name", CODECS)
def test_a_recording_is_read_once_a_period_and_at_moments_whatever_holds_it(
    tmp_path: Path, name: str
) -> None:
    codec = CODECS[name]
    rate = 25 if codec == "mpeg2video" else 10  # it knows the rates of television alone
    track = Track(
        codec,
        seconds(3 * rate, step=1 / rate),
        [np.full((96, 128, 3), 3 * number, np.uint8) for number in range(3 * rate)],
        "yuvj420p" if codec == "mjpeg" else "yuv420p",
        rate=rate,
        b_frames=2 if codec in {"mpeg4", "libx264", "mpeg2video"} else None,
    )
    path = make_video(tmp_path / name, track)

    sampled, moments = played(path), played(path, 0, 1.0, 2.46, 2.98)

    assert times(sampled) == [0, 1000, 2000]
    assert errors(sampled + moments) == []
    step = 1000 // rate
    assert times(moments) == [0, 1000, 2460 // step * step, 2980 // step * step]
    for frame in sampled + moments:
        assert isinstance(frame, Frame)
        assert frame.image.mean() == pytest.approx(3 * frame.at_ms / step, abs=4)
    (beyond,) = played(path, 3.5)
    assert beyond == Unreadable("a", 3500, "the recording ends at 00:00:03.000")


def test_a_period_shorter_than_a_picture_gives_each_picture_once(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", Track(times=seconds(5)))
    assert times(played(path, every_ms=1)) == [0, 100, 200, 300, 400]


@pytest.mark.parametrize("skip", [0, 1, 3])
def test_what_was_read_before_is_skipped(tmp_path: Path, skip: int) -> None:
    path = make_video(tmp_path / "a.mp4", Track())
    assert times(played(path, skip=skip)) == [0, 1000, 2000][skip:]
    assert times(played(path, 0, 1, 2, skip=skip)) == [0, 1000, 2000][skip:]


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv", "a.webm", "a.ts"])
def test_pictures_that_begin_after_the_sound_keep_their_times(tmp_path: Path, name: str) -> None:
    codec = "libvpx" if name.endswith("webm") else "libx264"
    path = make_video(tmp_path / name, Track(codec, seconds(30, start=10)), sound=(0, 13))
    assert times(played(path)) == pytest.approx([10_000, 11_000, 12_000], abs=100)
    assert numbers(played(path, 11.05)) == [10]
    (early,) = played(path, 5)
    assert isinstance(early, Unreadable)
    assert early.error.startswith("no picture is shown before 00:00:10.0")


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
def test_times_count_from_the_start_wherever_the_stamps_begin(tmp_path: Path, name: str) -> None:
    path = make_video(tmp_path / name, Track(times=seconds(30, start=3600)), sound=(3600, 3603))
    assert times(played(path)) == pytest.approx([0, 1000, 2000], abs=30)
    (first,) = played(path, 0)
    assert isinstance(first, Frame)


WRAPS_S = 2**33 / 90_000
"""After a good day the stamps of a transport or program stream begin again."""


@pytest.mark.parametrize("sound", [True, False])
@pytest.mark.parametrize("before_s", [1.5, 5])
def test_stamps_that_begin_again_in_the_midst_of_a_recording_change_no_time(
    tmp_path: Path, before_s: float, sound: bool
) -> None:
    start = WRAPS_S - before_s
    path = make_video(
        tmp_path / "a.ts", Track(times=seconds(30, start=start)), sound=(start, start + 3) if sound else None
    )
    assert times(played(path)) == pytest.approx([0, 1000, 2000], abs=60)
    assert numbers(played(path, 1.05, 2.05)) == [10, 20]
    assert errors(played(path, 9)) != []


@pytest.mark.parametrize("before_s", [1, 5])
def test_pictures_that_begin_after_the_sound_keep_their_times_where_stamps_begin_again(
    tmp_path: Path, before_s: int
) -> None:
    start = WRAPS_S - before_s
    path = make_video(tmp_path / "a.ts", Track(times=seconds(30, start=start + 2)), sound=(start, start + 6))
    assert times(played(path)) == pytest.approx([2000, 3000, 4000], abs=60)
    assert errors(played(path, 1)) != []


@pytest.mark.parametrize("sound", [True, False])
def test_joined_streams_are_read_one_after_the_other_wherever_their_stamps_begin(
    tmp_path: Path, sound: bool
) -> None:
    path = tmp_path / "a.ts"
    for start in (3600, 0):
        of_sound = (start, start + 3) if sound else None
        part = make_video(tmp_path / "part.ts", Track(times=seconds(30, start=start)), sound=of_sound)
        with path.open("ab") as file:
            file.write(part.read_bytes())
    sampled = played(path)
    assert times(sampled) == pytest.approx([0, 1000, 2000, 3000, 4000, 5000], abs=60)
    assert errors(sampled) == []
    assert numbers(played(path, 1.05, 4.55)) == [10, 15]
    (beyond,) = played(path, 9)
    assert errors([beyond])[0].startswith("the recording ends at 00:00:06.0")


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "libx264"), ("a.mkv", "libx264"), ("a.ts", "libx264")])
def test_a_slide_show_loses_none_of_its_pictures(tmp_path: Path, name: str, codec: str) -> None:
    path = make_video(tmp_path / name, Track(codec, seconds(4, step=10), b_frames=2))
    assert times(played(path)) == [0, 10_000, 20_000, 30_000]
    assert numbers(played(path, 9.9, 10, 25)) == [0, 1, 2]


def test_a_long_gap_puts_off_the_end_no_further(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.ts", Track(times=[0, 1, 2, 600, 601]))
    assert times(played(path)) == [0, 1000, 2000, 600_000, 601_000]
    within, beyond = played(path, 300, 700)
    assert times([within]) == [2000]
    assert errors([beyond]) == ["the recording ends at 00:10:02.000"]


def test_the_last_picture_stays_while_the_sound_goes_on(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mkv", Track(), sound=(0, 20))
    assert errors(played(path)) == []
    within, beyond = played(path, 12, 30)
    assert (numbers([within]), times([within])) == ([29], [2900])
    assert isinstance(beyond, Unreadable)
    assert "ends at 00:00:20" in beyond.error


def test_the_last_picture_stays_while_there_is_something_written_under_it(tmp_path: Path) -> None:
    words = tmp_path / "a.srt"
    words.write_text("1\n00:00:01,000 --> 00:00:02,000\nyes\n\n2\n00:00:18,000 --> 00:00:20,000\nno\n")
    path = tmp_path / "a.mkv"
    made = make_video(tmp_path / "b.mkv", Track())
    with av.open(str(made)) as film, av.open(str(words)) as text, av.open(str(path), "w") as container:
        parts = [(each, container.add_stream_from_template(each.streams[0])) for each in (film, text)]
        for part, stream in parts:
            for packet in part.demux():
                if packet.size:
                    packet.stream = stream
                    container.mux(packet)
    assert errors(played(path)) == []
    within, beyond = played(path, 12, 30)
    assert (numbers([within]), times([within])) == ([29], [2900])
    assert errors([beyond]) == ["the recording ends at 00:00:20.000"]


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        *(("a.mp4", "libx264"), ("a.webm", "libvpx"), ("a.avi", "mpeg4"), ("a.ts", "libx264")),
        *(("a.flv", "libx264"), ("a.wmv", "wmv2")),
    ],
)
def test_recordings_that_were_joined_are_read_one_after_the_other(
    tmp_path: Path, name: str, codec: str
) -> None:
    path = make_video(tmp_path / name, Track(codec))
    path.write_bytes(path.read_bytes() * 2)
    assert times(played(path)) == [0, 1000, 2000, 3000, 4000, 5000]
    assert errors(played(path)) == []
    assert numbers(played(path, 0.55, 2.95, 3.55, 5.95)) == [5, 29, 5, 29]
    (beyond,) = played(path, 6.5)
    assert beyond == Unreadable("a", 6500, "the recording ends at 00:00:06.000")


def test_joined_recordings_are_said(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", Track(times=seconds(10)), movflags="frag_keyframe+empty_moov")
    assert opened(path).notes == ()
    path.write_bytes(path.read_bytes() * 3)
    assert opened(path).notes == ("a holds 3 recordings joined to one: read one after the other",)
    assert times(played(path, every_ms=500)) == [0, 500, 1000, 1500, 2000, 2500]


def test_chained_ogg_is_read_one_after_the_other(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.ogv", Track("libvpx"))
    path.write_bytes(path.read_bytes() * 2)
    # PyAV gives VP8 in Ogg other stamps than it is told.
    assert times(played(path)) == pytest.approx([0, 1000, 2000, 3000, 4000, 5000], abs=10)
    assert len(opened(path).notes) == 1
    assert errors(played(path, 4, 5.5)) == []


MADE_BY = {
    "mp4": ("libx264", {}),
    "mkv": ("libx264", {}),
    "webm": ("libvpx", {"live": "1"}),  # as a browser records: nothing says how long it is
    "avi": ("mpeg4", {}),
    "ts": ("libx264", {}),
    "flv": ("libx264", {}),
    "wmv": ("wmv2", {}),
    "mpg": ("mpeg2video", {}),
    "ogv": ("libvpx", {}),
}


@pytest.mark.parametrize(
    ("first", "second"), [*(("mp4", kind) for kind in MADE_BY), *((kind, "mp4") for kind in MADE_BY)]
)
def test_recordings_of_other_kinds_that_were_joined_are_read_one_after_the_other(
    tmp_path: Path, first: str, second: str
) -> None:
    path = tmp_path / "a"
    for kind in (first, second):
        codec, options = MADE_BY[kind]
        rate = 25 if kind == "mpg" else 10
        track = Track(codec, seconds(3 * rate, step=1 / rate), rate=rate)
        with path.open("ab") as file:
            file.write(make_video(tmp_path / f"one.{kind}", track, **options).read_bytes())
    assert errors(played(path)) == []
    # The last picture of an MPEG program that PyAV writes is late, and begins another second.
    assert times(played(path))[:6] == pytest.approx([0, 1000, 2000, 3000, 4000, 5000], abs=50)
    assert len(opened(path).notes) == 1


def test_a_second_recording_that_was_cut_off_is_said(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", Track())
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    assert times(played(path)) == [0, 1000, 2000, 3000]
    assert errors(played(path)) == [NO_INDEX]


def test_where_one_of_joined_recordings_cannot_be_read_the_rest_is_said_not_to_be(
    tmp_path: Path,
) -> None:
    whole = make_video(tmp_path / "a.mp4", Track()).read_bytes()
    sound = make_video(tmp_path / "b.mp4", sound=(0, 2)).read_bytes()
    path = tmp_path / "c.mp4"
    for parts, told in (
        ([whole, sound, whole], (3000, SOUND_ONLY + LEFT)),
        ([sound, whole], (None, SOUND_ONLY + LEFT)),
        ([whole, sound], (3000, SOUND_ONLY)),
    ):
        path.write_bytes(b"".join(parts))
        assert played(path)[-1] == Unreadable("a", *told)


def test_what_stands_after_a_recording_and_is_none_does_no_harm(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", Track())
    whole = path.read_bytes()
    for more in (bytes(5000), b"made by a camera\n" * 9, np.random.default_rng(1).bytes(5000)):
        path.write_bytes(whole + more)
        assert (times(played(path)), opened(path).notes) == ([0, 1000, 2000], ())


def test_several_video_tracks_are_said(tmp_path: Path) -> None:
    slides = Track(pictures=[np.full((48, 64, 3), 200, np.uint8)])
    path = make_video(tmp_path / "a.mkv", Track(), slides)
    assert opened(path).notes == ("a holds 2 video tracks: track 1 is read",)
    assert numbers(played(path)) == [0, 10, 20]


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_cover_that_stands_before_the_pictures_is_not_read_in_their_place(
    tmp_path: Path, name: str
) -> None:
    cover = Track("mjpeg", [0], [np.full((48, 64, 3), 200, np.uint8)], "yuvj420p")
    path = make_video(tmp_path / name, cover, Track())
    assert opened(path).notes == ("a holds 2 video tracks: track 2 is read",)
    assert numbers(played(path)) == [0, 10, 20]


def test_a_recording_of_pictures_one_after_the_other_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "a.mjpeg"
    for number in range(50):
        Image.new("L", (64, 48), 4 * number).save(tmp_path / "a.jpg")
        with path.open("ab") as file:
            file.write((tmp_path / "a.jpg").read_bytes())
    assert kind_of(path) is Kind.RECORDING
    assert kind_of(tmp_path / "a.jpg") is Kind.PICTURE
    assert times(played(path)) == [0, 1000]


def test_sound_only_is_said(tmp_path: Path) -> None:
    assert played(make_video(tmp_path / "a.mp4", sound=(0, 1))) == [Unreadable("a", None, SOUND_ONLY)]


def test_a_recording_with_neither_pictures_nor_sound_is_said(tmp_path: Path) -> None:
    words = tmp_path / "a.srt"
    words.write_text("1\n00:00:01,000 --> 00:00:02,000\nyes\n")
    with av.open(str(words)) as text, av.open(str(tmp_path / "a.mkv"), "w") as container:
        stream = container.add_stream_from_template(text.streams[0])
        for packet in text.demux():
            if packet.size:
                packet.stream = stream
                container.mux(packet)
    assert played(tmp_path / "a.mkv") == [Unreadable("a", None, NO_PICTURES)]


def test_a_codec_that_cannot_be_decoded_is_named_with_a_way_out(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", Track())
    path.write_bytes(path.read_bytes().replace(b"avc1", b"xyz1"))
    for outcome in (*played(path), *played(path, 1)):
        assert isinstance(outcome, Unreadable)
        assert outcome.error.startswith(
            "its pictures are coded as xyz1, which cannot be read here: save it as H.264"
        )


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi"])
def test_pixels_that_are_not_square_are_stretched(tmp_path: Path, name: str) -> None:
    codec = "mpeg4" if name.endswith("avi") else "libx264"
    for pixel, shape in ((Fraction(3, 2), (48, 96, 3)), (Fraction(1, 2), (96, 64, 3))):
        frame, *_ = played(make_video(tmp_path / name, Track(codec, seconds(5), pixel=pixel)))
        assert isinstance(frame, Frame)
        assert frame.image.shape == shape


@pytest.mark.parametrize("codec", ["libx264", "mpeg2video"])
def test_pixels_that_change_their_proportions_are_stretched_from_then_on(tmp_path: Path, codec: str) -> None:
    path, other = tmp_path / "a.ts", tmp_path / "b.ts"
    make_video(path, Track(codec, seconds(20), pixel=Fraction(4, 3)))
    make_video(other, Track(codec, seconds(20), pixel=Fraction(1)))
    path.write_bytes(path.read_bytes() + other.read_bytes())
    for outcomes in (played(path), played(path, 0.5, 1.5, 2.5, 3.5)):
        widths = [outcome.image.shape[1] for outcome in outcomes if isinstance(outcome, Frame)]
        assert widths == [85, 85, 64, 64]


def test_pictures_whose_size_changes_keep_their_own_proportions(tmp_path: Path) -> None:
    wide, tall = (make_video(tmp_path / f"{size[0]}.ts", Track(pictures=[np.zeros((*size, 3), np.uint8)]))
                  for size in ((48, 64), (96, 48)))  # fmt: skip
    path = tmp_path / "a.ts"
    path.write_bytes(wide.read_bytes() + tall.read_bytes())
    shapes = [frame.image.shape[:2] for frame in played(path) if isinstance(frame, Frame)]
    assert shapes == [(48, 64)] * 3 + [(96, 48)] * 3


def test_a_phone_that_was_turned_while_it_recorded_keeps_its_proportions(tmp_path: Path) -> None:
    """One track of VP8 whose pictures change, as browsers record them."""
    path = tmp_path / "a.webm"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=10, width=64, height=48, pix_fmt="yuv420p")
        for begins, (width, height) in enumerate(((64, 48), (48, 96))):
            coder = av.CodecContext.create("libvpx", "w")
            coder.width, coder.height, coder.pix_fmt, coder.time_base = (
                width,
                height,
                "yuv420p",
                Fraction(1, 10),
            )
            for number in range(20):
                frame = av.VideoFrame.from_ndarray(np.zeros((height, width, 3), np.uint8), "rgb24")
                frame.pts, frame.time_base = 20 * begins + number, Fraction(1, 10)
                for packet in coder.encode(frame):
                    packet.stream = stream
                    container.mux(packet)
    shapes = [frame.image.shape[:2] for frame in played(path) if isinstance(frame, Frame)]
    assert shapes == [(48, 64)] * 2 + [(96, 48)] * 2


ONE = 1 << 16
MATRICES = {
    "a quarter turn to the right": ((0, ONE, -ONE, 0), lambda image: np.rot90(image, -1)),
    "a quarter turn to the left": ((0, -ONE, ONE, 0), np.rot90),
    "upside down": ((-ONE, 0, 0, -ONE), lambda image: np.rot90(image, 2)),
    "mirrored": ((-ONE, 0, 0, ONE), np.fliplr),
    "mirrored and turned": ((0, ONE, ONE, 0), lambda image: image.swapaxes(0, 1)),
}


@pytest.mark.parametrize("name", MATRICES)
def test_a_recording_that_was_held_otherwise_stands_upright(tmp_path: Path, name: str) -> None:
    (a, b, c, d), turned = MATRICES[name]
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:24, :32], picture[24:, :32] = RED, (10, 10, 250)
    path = make_video(tmp_path / "a.mp4", Track(pictures=[picture], times=seconds(3)))
    content = bytearray(path.read_bytes())
    at = content.index(b"tkhd") + 4 + 40
    content[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content)

    frame, *_ = played(path)

    assert isinstance(frame, Frame)
    wanted = turned(picture).astype(int)
    assert frame.image.shape == wanted.shape
    inner = np.s_[4:20, 4:20]
    assert np.abs(frame.image[inner] - wanted[inner]).max() < 40
    assert np.abs(frame.image[-20:-4, -20:-4] - wanted[-20:-4, -20:-4]).max() < 40


class Unknown:
    """A picture with side data of a kind that PyAV does not know: it then tells the angle alone."""

    def __init__(self, frame: av.VideoFrame, rotation: int) -> None:
        self._frame, self.rotation = frame, rotation

    @property
    def side_data(self) -> object:
        raise ValueError("31 is not a valid Type")

    def __getattr__(self, name: str) -> object:
        return getattr(self._frame, name)


@pytest.mark.parametrize("quarters", range(-1, 3))
def test_a_turned_recording_with_unknown_side_data_stands_upright(quarters: int) -> None:
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:24, :32] = RED
    frame = Unknown(av.VideoFrame.from_ndarray(picture, "rgb24"), 90 * quarters)
    assert np.array_equal(VideoPicture(0, frame, Fraction(1)).image(), np.rot90(picture, quarters))


class Unshowable:
    """A picture of a damaged recording, in a format that cannot be made RGB."""

    def __init__(self, frame: av.VideoFrame) -> None:
        self._frame = frame

    def reformat(self, *_: object, **__: object) -> object:
        raise OSError(95, "Operation not supported")

    def __getattr__(self, name: str) -> object:
        return getattr(self._frame, name)


def test_a_picture_that_cannot_be_made_rgb_is_an_error_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_video(tmp_path / "a.mp4", Track())
    monkeypatch.setattr(
        "emotion.pictures.video.VideoPicture",
        lambda at_ms, frame, *more: VideoPicture(at_ms, frame if at_ms != 1000 else Unshowable(frame), *more),
    )
    first, second, third = played(path)
    assert isinstance(first, Frame)
    assert second == Unreadable("a", 1000, DAMAGED)
    assert isinstance(third, Frame)


class WithLateTracks:
    """What PyAV does at the end of a file in whose midst another track began."""

    def __init__(self, container: InputContainer) -> None:
        self._container = container

    def demux(self) -> Iterator[av.Packet]:
        yield from self._container.demux()
        raise IndexError("list index out of range")

    def __getattr__(self, name: str) -> object:
        return getattr(self._container, name)


def test_a_track_that_begins_in_the_midst_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_video(tmp_path / "a.ts", Track(b_frames=2))
    opened_by_pyav = video._container
    monkeypatch.setattr(video, "_container", lambda file: WithLateTracks(opened_by_pyav(file)))
    assert times(played(path, every_ms=100)) == [100 * number for number in range(30)]
    assert numbers(played(path, 2.95)) == [29]


def test_transparent_pictures_of_a_webm_stand_on_white(tmp_path: Path) -> None:
    picture = np.zeros((48, 64, 4), np.uint8)
    picture[:, :32] = (*RED, 255)
    frame, *_ = played(
        make_video(tmp_path / "a.webm", Track("libvpx-vp9", pictures=[picture], pixels="yuva420p"))
    )
    assert isinstance(frame, Frame)
    assert np.abs(frame.image[20, 10].astype(int) - RED).max() < 30
    assert frame.image[20, 50].min() > 230


def test_the_fourth_byte_of_a_raw_avi_is_no_transparency(tmp_path: Path) -> None:
    picture = np.full((48, 64, 4), (*RED, 0), np.uint8)
    for name, shown in (("a.avi", RED), ("a.mov", (255, 255, 255))):
        track = Track("rawvideo", seconds(3), [picture], "bgra")
        frame, *_ = played(make_video(tmp_path / name, track))
        assert isinstance(frame, Frame)
        assert frame.image[20, 20].tolist() == list(shown)


@pytest.mark.parametrize(("name", "codec"), [("a.ts", "libx264"), ("a.mp4", "libx264")])
def test_a_single_picture_is_shown_for_a_moment(tmp_path: Path, name: str, codec: str) -> None:
    assert errors(played(make_video(tmp_path / name, Track(codec, [0])), 0, 0.03)) == []


def test_a_recording_is_rgb(tmp_path: Path) -> None:
    picture = np.full((48, 64, 3), RED, np.uint8)
    frame, *_ = played(make_video(tmp_path / "a.mp4", Track(pictures=[picture])))
    assert isinstance(frame, Frame)
    assert np.abs(frame.image[20, 20].astype(int) - RED).max() < 20


NAMES = [
    b"Pr\xfcfung.mp4",
    b"2026-11-27T10:30:00.mp4",
    b"100%d %s.mp4",
    b"two\nlines.mp4",
    b"-i.mp4",
    b"http:a.mp4",
    b"a",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_will_do(tmp_path: Path, name: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path(os.fsdecode(name))
    make_video(tmp_path / "made.mp4", Track()).rename(path)
    assert numbers(played(path)) == [0, 10, 20]
    assert numbers(played(path, 1.2)) == [12]


@pytest.mark.parametrize("moments", [(), (1,)])
@pytest.mark.parametrize("content", [b"no recording", b"<html>not found</html>", bytes(5000)])
def test_a_file_that_is_no_recording_is_one_error(
    tmp_path: Path, content: bytes, moments: tuple[int, ...]
) -> None:
    (tmp_path / "a.mp4").write_bytes(content)
    (outcome,) = played(tmp_path / "a.mp4", *moments)
    assert outcome == Unreadable("a", None, NO_RECORDING)


def test_a_file_with_nothing_in_it_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    (tmp_path / "a.jpg").touch()
    assert played(tmp_path / "a.mp4") == [Unreadable("a", None, EMPTY)]
    assert list(PictureFile("a", tmp_path / "a.jpg", Wanted(1)).open()) == [Unreadable("a", None, EMPTY)]


def test_a_recording_that_names_another_file_opens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make_video(tmp_path / "secret.ts", Track())
    for name, content in {
        "a.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nsecret.ts\n#EXT-X-ENDLIST\n",
        "a.mp4": "ffconcat version 1.0\nfile secret.ts\n",
    }.items():
        (tmp_path / name).write_text(content)
        assert all(isinstance(outcome, Unreadable) for outcome in played(tmp_path / name))


def test_a_recording_that_is_gone_or_locked_is_one_error(tmp_path: Path) -> None:
    assert played(tmp_path / "a.mp4") == [
        Unreadable("a", None, "the file cannot be opened: No such file or directory")
    ]


@pytest.mark.parametrize("name", ["a.avi", "a.mkv"])
def test_a_recording_that_is_cut_off_gives_what_it_has_and_an_error(tmp_path: Path, name: str) -> None:
    path = make_video(tmp_path / name, Track("mjpeg", seconds(30, step=0.5), pixels="yuvj420p", rate=2))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    *frames, last = played(path)
    assert len(frames) >= 3
    assert all(isinstance(frame, Frame) for frame in frames)
    assert isinstance(last, Unreadable)
    assert "should last 00:00:15" in last.error
    assert played(path, skip=len(frames)) == [last]
    assert played(path, skip=len(frames) + 1) == []


def test_a_wmv_that_is_cut_off_gives_what_it_has_and_an_error(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.wmv", Track("wmv2", seconds(150)))
    assert errors(played(path)) == []
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    *frames, last = played(path)
    assert len(frames) >= 3
    assert errors(frames) == []
    assert errors([last]) == [
        "there are no pictures from here on, though the recording should last 00:00:15.000"
    ]


def test_an_mp4_that_broke_off_before_its_index_was_written_is_told_from_other_damage(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", Track())
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert played(path) == [Unreadable("a", None, NO_INDEX)]


def test_a_damaged_middle_leaves_the_rest_readable(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mkv", Track("mjpeg", pixels="yuvj420p"))
    content = bytearray(path.read_bytes())
    content[len(content) // 3 : len(content) // 2] = bytes(len(content) // 2 - len(content) // 3)
    path.write_bytes(content)
    found = numbers(played(path, every_ms=100))
    assert found[0] == 0
    assert found[-1] == 29


def test_a_picture_too_large_for_a_machine_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emotion.pictures.frames.MAX_PIXELS", 3000)
    path = make_video(tmp_path / "a.mp4", Track())
    assert errors(played(path, 1)) == ["the picture is too large: 64 x 48"]


def test_the_header_says_about_how_much_there_is(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", Track())
    assert opened(path).expected in (3, 4)
    assert next(Recording("a", path, Wanted(1000, (5, 6))).play()) == Opened(2)


def test_no_library_talks_on_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = make_video(tmp_path / "a.mkv", Track())
    content = bytearray(path.read_bytes())
    for at in range(len(content) // 4, len(content), 97):
        content[at] ^= 0xFF
    path.write_bytes(content)
    capfd.readouterr()
    played(path)
    played(path, 1)
    assert capfd.readouterr() == ("", "")


def test_a_place_that_no_file_has_is_its_end(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    file = PartFile(tmp_path / "a", Part(2, 8))
    assert (file.seek(2**63 - 1), file.read()) == (6, b"")
    assert (file.seek(-1, os.SEEK_END), file.read()) == (5, b"7")
    file.close()


class Deadly(Recording):
    """Ends the process that decodes its second picture."""

    def _sampled(self, parts):
        return self._ending(super()._sampled(parts))

    def _at_moments(self, parts):
        return self._ending(super()._at_moments(parts))

    def _ending(self, outcomes):
        for outcome in outcomes:
            if outcome.at_ms == 1000:
                self._end()
            yield outcome

    def _end(self):
        os._exit(11)


class Endless(Deadly):
    """Decodes its second picture for ever."""

    def _end(self):
        while True:
            pass


@pytest.fixture
def deadly(tmp_path: Path) -> Path:
    return make_video(tmp_path / "a.mp4", Track())


def test_a_recording_that_ends_its_process_costs_a_row_and_no_other_recording(deadly: Path) -> None:
    with Player() as player:
        first = [
            outcome for outcome in player.play(Deadly("a", deadly, Wanted(1000))) if outcome != Opened(4)
        ]
        second = [
            outcome for outcome in player.play(Recording("b", deadly, Wanted(1000))) if outcome != Opened(4)
        ]
    assert times(first) == [0, 0]
    assert errors(first)[0].startswith("reading it ended the process")
    assert errors(first)[0].endswith("the rest of it is not read")
    assert (times(second), errors(second)) == ([0, 1000, 2000], [])


def test_of_moments_only_the_deadly_one_is_lost(deadly: Path) -> None:
    with Player() as player:
        outcomes = list(player.play(Deadly("a", deadly, Wanted(1000, (0, 1000, 2000)))))
    rows = [outcome for outcome in outcomes if not isinstance(outcome, Opened)]
    assert times(rows) == [0, 1000, 2000]
    assert [isinstance(row, Frame) for row in rows] == [True, False, True]


def test_a_recording_that_keeps_its_process_busy_for_ever_costs_a_row_a_moment(deadly: Path) -> None:
    with Player(patience_s=1) as player:
        sampled = list(player.play(Endless("a", deadly, Wanted(1000))))[1:]
        moments = list(player.play(Endless("a", deadly, Wanted(1000, (0, 1000, 2000)))))
    assert errors(sampled) == ["nothing of it could be read in 120 seconds of computing" + LEFT]
    rows = [outcome for outcome in moments if not isinstance(outcome, Opened)]
    assert [isinstance(row, Frame) for row in rows] == [True, False, True]
