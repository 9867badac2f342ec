"""A window with what the faces before a camera resemble."""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from emotion.labels import EMOTIONS, Emotion
from emotion.pictures import webcam
from emotion.pictures.errors import CommandError, ModelMissing
from emotion.pictures.reading import FaceReading, FrameReading
from emotion.pictures.webcam import (
    FRAME_S,
    MAX_SIDE,
    NoCamera,
    NoWindow,
    Smoother,
    SmoothFace,
    TkScreen,
    VideoCamera,
    drawn,
    watch,
)
from emotion.values import Attention, EmotionScores, FaceBox
from worker.simulation.camera.portrait import LOOKS, Expression, Portrait

MODELS = Path(__file__).parents[2] / "models"
LEFT, RIGHT = FaceBox(0.1, 0.3, 0.2, 0.3), FaceBox(0.6, 0.3, 0.2, 0.3)
AHEAD = Attention(0.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def resembling(label, probability=0.7, *, box=LEFT, uncertain=False):
    rest = (1 - probability) / (len(EMOTIONS) - 1)
    shares = tuple(probability if emotion is label else rest for emotion in EMOTIONS)
    return FaceReading(box, AHEAD, EmotionScores(shares, uncertain))


def labels(faces):
    return [face.label for face in faces]


def test_one_reading_is_shown_as_it_is():
    (face,) = Smoother().add((resembling(Emotion.HAPPY, 0.7),), 5.0)

    assert (face.box, face.label) == (LEFT, Emotion.HAPPY)
    assert face.share == pytest.approx(0.7)


def test_one_other_reading_among_several_does_not_flicker():
    smoother = Smoother()
    for at in (0.0, 0.2, 0.4):
        smoother.add((resembling(Emotion.HAPPY, 0.7),), at)

    (face,) = smoother.add((resembling(Emotion.SAD, 0.9),), 0.6)

    assert face.label is Emotion.HAPPY
    assert face.share == pytest.approx((3 * 0.7 + 0.1 / 6) / 4, abs=0.001)


def test_the_largest_sum_wins_not_the_most_readings():
    smoother = Smoother()
    smoother.add((resembling(Emotion.SAD, 0.3),), 0.0)
    smoother.add((resembling(Emotion.SAD, 0.3),), 0.2)

    assert labels(smoother.add((resembling(Emotion.HAPPY, 0.95),), 0.4)) == [Emotion.HAPPY]


def test_what_is_older_than_two_seconds_is_forgotten():
    smoother = Smoother()
    smoother.add((resembling(Emotion.SAD, 0.9),), 0.0)
    smoother.add((resembling(Emotion.HAPPY, 0.6),), 0.9)

    (before,) = smoother.add((resembling(Emotion.HAPPY, 0.6),), 1.8)
    (after,) = smoother.add((resembling(Emotion.HAPPY, 0.6),), 2.2)

    assert before.share == pytest.approx((0.1 / 6 + 1.2) / 3, abs=0.001)
    assert after.share == pytest.approx(0.6, abs=0.001)


def test_each_face_keeps_its_own_past():
    smoother = Smoother()
    both = resembling(Emotion.HAPPY, box=LEFT), resembling(Emotion.SAD, box=RIGHT)
    smoother.add(both, 0.0)

    assert labels(smoother.add(both[::-1], 0.2)) == [Emotion.SAD, Emotion.HAPPY]
    assert labels(smoother.add((resembling(Emotion.ANGRY, 0.4, box=RIGHT),), 0.4)) == [Emotion.SAD]


def test_a_face_that_comes_elsewhere_starts_anew():
    smoother = Smoother()
    smoother.add((resembling(Emotion.SAD, 0.9, box=LEFT),), 0.0)

    assert labels(smoother.add((resembling(Emotion.HAPPY, 0.4, box=RIGHT),), 0.2)) == [Emotion.HAPPY]


def test_a_face_that_was_away_for_more_than_a_second_starts_anew():
    smoother = Smoother()
    smoother.add((resembling(Emotion.SAD, 0.9),), 0.0)
    smoother.add((), 0.5)

    assert labels(smoother.add((resembling(Emotion.HAPPY, 0.4),), 1.2)) == [Emotion.HAPPY]


def test_mostly_uncertain_readings_name_no_expression():
    smoother = Smoother()
    smoother.add((resembling(Emotion.HAPPY, 0.3, uncertain=True),), 0.0)
    (half,) = smoother.add((resembling(Emotion.HAPPY, 0.9),), 0.2)
    (most,) = smoother.add((resembling(Emotion.HAPPY, 0.9),), 0.4)

    assert (half.label, half.words) == (None, "not sure")
    assert (most.label, most.words) == (Emotion.HAPPY, "weakly happy")


def test_a_face_is_clear_from_the_limit_of_the_card():
    (face,) = Smoother(clear_from=0.8).add((resembling(Emotion.HAPPY, 0.8),), 0.0)

    assert face.words == "clearly happy"


def test_a_face_that_cannot_be_cut_out_is_shown_without_a_name():
    (face,) = Smoother().add((FaceReading(LEFT, AHEAD, None, "the face cannot be cut out"),), 0.0)

    assert face == SmoothFace(LEFT, None, 0.0)


class FakeTime:
    """A clock that only waiting and reading move."""

    def __init__(self):
        self.now, self.pauses = 100.0, []

    def clock(self):
        return self.now

    def pause(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds


class FakeCamera:
    def __init__(self, pictures):
        self.left = pictures

    def read(self):
        self.left -= 1
        return np.zeros((48, 64, 3), np.uint8) if self.left >= 0 else None


class FakeScreen:
    def __init__(self, closes_after=1000):
        self.pictures, self._closes_after = [], closes_after

    @property
    def closed(self):
        return len(self.pictures) >= self._closes_after

    def show(self, picture):
        self.pictures.append(picture)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


class FakeReader:
    def __init__(self, time, seconds):
        self._time, self._seconds = time, seconds

    def read(self, frame):
        self._time.now += self._seconds
        return FrameReading(frame.source, frame.at_ms, 64, 48, (resembling(Emotion.HAPPY),))


def watched(*, pictures=4, closes_after=1000, reading_s=0.01):
    time, camera, screen = FakeTime(), FakeCamera(pictures), FakeScreen(closes_after)
    watch(camera, screen, FakeReader(time, reading_s), clock=time.clock, pause=time.pause)
    return time, camera, screen


def test_it_shows_every_picture_until_the_recording_ends():
    assert len(watched(pictures=4)[2].pictures) == 4


def test_it_takes_no_picture_after_the_window_is_closed():
    _, camera, screen = watched(pictures=10, closes_after=3)

    assert len(screen.pictures) == 3
    assert camera.left == 7


def test_it_is_no_faster_than_the_limit():
    time, _, _ = watched(pictures=15, reading_s=0.01)

    assert time.now - 100 == pytest.approx(15 * FRAME_S)


def test_slow_reading_is_not_slowed_further():
    time, _, _ = watched(pictures=3, reading_s=0.5)

    assert time.pauses == [0, 0, 0]


def test_the_box_is_drawn_where_the_face_is():
    picture = np.array(drawn(np.full((200, 400, 3), 90, np.uint8), (SmoothFace(RIGHT, Emotion.HAPPY, 0.7),)))

    bright = np.argwhere((picture == 255).all(axis=2))
    assert bright[:, 1].min() == pytest.approx(240, abs=3)
    assert bright[:, 0].max() == pytest.approx(120, abs=3)
    assert (picture[70:110, 250:310] == 90).all()


@pytest.mark.parametrize(
    "box", [FaceBox(0.0, 0.0, 0.1, 0.1), FaceBox(0.9, 0.9, 0.1, 0.1), FaceBox(0, 0, 0, 0)]
)
def test_a_face_at_the_edge_is_drawn_too(box):
    assert drawn(np.zeros((48, 64, 3), np.uint8), (SmoothFace(box, None, 0.0),)).size == (64, 48)


def test_a_large_picture_is_shrunk_to_fit_the_screen():
    assert drawn(np.zeros((1000, 4000, 3), np.uint8), ()).size == (MAX_SIDE, MAX_SIDE // 4)


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """Six pictures of a smiling portrait."""
    path = tmp_path_factory.mktemp("camera") / "smile.avi"
    portrait = Portrait(LOOKS[0])
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (320, 240))
    for seed in range(6):
        writer.write(portrait.render(expression=Expression(smile=1.0), seed=seed)[:, :, ::-1].copy())
    writer.release()
    return path


def test_a_recording_plays_as_a_camera_to_its_end(recording):
    with VideoCamera(str(recording)) as camera:
        pictures = [camera.read() for _ in range(7)]

    assert [picture is None for picture in pictures] == [False] * 6 + [True]
    assert (pictures[0].shape, pictures[0].dtype) == ((240, 320, 3), np.uint8)
    # Skin is redder than blue: the channels are RGB.
    assert pictures[0][100:140, 140:180, 0].mean() > pictures[0][100:140, 140:180, 2].mean()


def test_a_recording_that_is_missing_or_damaged_is_named(tmp_path):
    with pytest.raises(NoCamera, match=r"no such recording: .*lost\.avi"):
        VideoCamera(str(tmp_path / "lost.avi"))
    (tmp_path / "note.avi").write_text("no recording")
    with pytest.raises(NoCamera, match=r"note\.avi: not a recording"):
        VideoCamera(str(tmp_path / "note.avi"))


@pytest.mark.skipif(sys.platform != "linux", reason="cameras are files on Linux only")
@pytest.mark.parametrize(("others", "words"), [((), "none"), (("video2", "video0"), "0, 2")])
def test_a_camera_that_is_not_there_is_named_with_those_that_are(tmp_path, others, words):
    for name in others:
        (tmp_path / name).touch()
    with pytest.raises(NoCamera, match=f"video7; cameras found: {words}$"):
        VideoCamera("7", devices=tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="cameras are files on Linux only")
def test_a_camera_that_may_not_be_used_is_told_from_one_that_is_missing(tmp_path, monkeypatch):
    (tmp_path / "video0").touch()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(NoCamera, match=r"no right to use .*video0"):
        VideoCamera("0", devices=tmp_path)


def test_a_camera_that_stops_is_no_end_but_an_error(tmp_path, monkeypatch):
    unplugged = SimpleNamespace(
        isOpened=lambda: True, set=lambda *_: None, read=lambda: (False, None), release=lambda: None
    )
    monkeypatch.setattr(cv2, "VideoCapture", lambda number: unplugged)
    (tmp_path / "video0").touch()
    with (
        VideoCamera("0", devices=tmp_path) as camera,
        pytest.raises(NoCamera, match="0 gives no more pictures"),
    ):
        camera.read()


def test_a_python_without_windows_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "tkinter", None)
    with pytest.raises(NoWindow, match="python3-tk"):
        TkScreen()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_a_machine_without_a_display_says_so(monkeypatch):
    pytest.importorskip("tkinter", reason="this Python has no tkinter")
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(NoWindow, match="`webcam` needs a display"):
        TkScreen()


@pytest.fixture
def display():
    """The name of a display that nobody sees."""
    pytest.importorskip("tkinter", reason="this Python has no tkinter")
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb, a display without a screen, is not installed")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "800x600x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as number:
            yield f":{number.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def run_under(display, program, *arguments):
    """Run a program of its own: X ends a process whose display has gone, and this one goes on."""
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=MODELS.parent,
        env={**os.environ, "DISPLAY": display},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("key", ["q", "<Escape>"])
def test_the_window_shows_pictures_until_a_key_closes_it(display, key):
    program = """
import sys
from PIL import Image
from emotion.pictures.webcam import TkScreen
with TkScreen() as screen:
    screen.show(Image.new("RGB", (320, 240), "red"))
    print(screen._root.winfo_width(), screen._root.winfo_height(), screen.closed)
    screen._root.focus_force()
    screen._root.event_generate(sys.argv[1])
    screen.show(Image.new("RGB", (320, 240), "blue"))
    print(screen.closed)
"""
    done = run_under(display, program, key)

    assert done.stdout.splitlines() == ["320 240 False", "True"], done.stderr


def test_the_command_plays_a_recording_in_a_window(display, recording):
    program = """
import argparse, sys
from emotion.pictures import webcam
show = webcam.TkScreen.show
def told(screen, picture):
    show(screen, picture)
    print("shown", *picture.size)
webcam.TkScreen.show = told
parser = argparse.ArgumentParser()
webcam.add_command(parser.add_subparsers())
options = parser.parse_args(["webcam", *sys.argv[1:]])
options.call(options)
"""
    done = run_under(display, program, "--camera", recording, "--models", MODELS)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["shown 320 240"] * 6


def call(*arguments):
    parser = argparse.ArgumentParser()
    webcam.add_command(parser.add_subparsers(required=True))
    options = parser.parse_args(["webcam", *arguments])
    options.call(options)


def test_it_reads_the_faces_and_leaves_nothing_behind(recording, tmp_path, monkeypatch):
    screen, words = FakeScreen(), []
    monkeypatch.setattr(webcam, "TkScreen", lambda: screen)
    monkeypatch.setattr(webcam, "drawn", lambda image, faces: words.append([face.words for face in faces]))
    monkeypatch.chdir(tmp_path)

    call("--camera", str(recording), "--models", str(MODELS))

    assert len(words) == 6
    assert all(len(each) == 1 for each in words)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_model_is_said_before_any_window_opens(recording, tmp_path, monkeypatch):
    monkeypatch.setattr(webcam, "TkScreen", lambda: pytest.fail("a window was opened"))
    with pytest.raises(ModelMissing):
        call("--camera", str(recording), "--models", str(tmp_path))


def test_no_camera_is_opened_where_no_window_can_be(monkeypatch):
    def no_window():
        raise NoWindow("no window can be opened")

    monkeypatch.setattr(webcam, "TkScreen", no_window)
    monkeypatch.setattr(webcam, "VideoCamera", lambda name: pytest.fail("the camera was opened"))
    with pytest.raises(CommandError, match="no window"):
        call("--models", str(MODELS))
