"""`webcam`: a window on this machine that shows what the camera sees, with what each face resembles.

Nothing is stored or sent: a picture is gone when the next one comes.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from emotion.detector import FaceDetector
from emotion.judgement.clarity import CAREFUL_CLEAR_FROM, clarity, clear_from_of
from emotion.judgement.window import Window, WindowShape
from emotion.labels import Emotion
from emotion.pictures.errors import CommandError
from emotion.pictures.frames import Frame
from emotion.pictures.joined import parts_of
from emotion.pictures.reading import FaceReading, FrameReader, face_model
from emotion.pictures.tracks import Tracks
from emotion.pictures.video import NoVideo, Video
from emotion.pipeline import EXPRESSION_FILE
from emotion.values import Clarity, EmotionScores, FaceBox

TITLE = "What faces resemble: nothing is stored, q or Esc closes"
FRAME_S = 1 / 15
GAP_MS = 1000
SMOOTHING = WindowShape(span_s=2.0, slot_s=0.1)
MAX_SIDE = 960
TEXT = 20


class NoWindow(CommandError):
    """There is nowhere to show a window."""


class NoCamera(CommandError):
    """There is no picture to be had from a camera."""


class Screen(Protocol):
    @property
    def closed(self) -> bool: ...

    def show(self, picture: Image.Image, /) -> None: ...


class Camera(Protocol):
    def read(self) -> NDArray[np.uint8] | None:
        """The next picture, uint8 RGB; None at the end of a recording."""


def add_command(commands: Any) -> None:
    command = commands.add_parser(
        "webcam",
        help="a window with what the faces before a camera resemble",
        description="Shows what a camera sees in a window on this machine, with a box and the smoothed"
        " expression of each face. Nothing is stored or sent. q or Esc closes the window.",
    )
    command.add_argument(
        "--camera", default="0", help="number of the camera, or a recording to play instead (0)"
    )
    command.add_argument("--models", type=Path, default=Path("models"), help="folder of the models (models)")
    command.set_defaults(call=webcam)


def webcam(options: argparse.Namespace) -> None:
    """Show the camera's pictures until the window is closed; raises CommandError."""
    reader = FrameReader.by(FaceDetector.load(face_model(options.models)), options.models)
    clear_from = clear_from_of((options.models / EXPRESSION_FILE).with_suffix(".json"))
    # The window first: a camera's lamp does not light up where nobody could see what it sees.
    with TkScreen() as screen, VideoCamera(options.camera) as camera, suppress(KeyboardInterrupt):
        watch(camera, screen, reader, clock=time.monotonic, pause=time.sleep, clear_from=clear_from)


def watch(
    camera: Camera,
    screen: Screen,
    reader: FrameReader,
    *,
    clock: Callable[[], float],
    pause: Callable[[float], None],
    clear_from: float = CAREFUL_CLEAR_FROM,
) -> None:
    """Show one picture after another, no faster than one in `FRAME_S` seconds, until either side ends."""
    smoother = Smoother(clear_from)
    while not screen.closed:
        began = clock()
        image = camera.read()
        if image is None:
            return
        reading = reader.read(Frame("camera", round(began * 1000), image))
        screen.show(drawn(image, smoother.add(reading.faces, began)))
        pause(max(began + FRAME_S - clock(), 0))


@dataclass(frozen=True, slots=True)
class SmoothFace:
    """A face of the newest picture with what it resembled lately.

    `label` is None while no reading of the face named an expression more often than not;
    `share` is the mean probability of the likeliest one.
    """

    box: FaceBox
    label: Emotion | None
    share: float = 0.0
    clarity: Clarity = Clarity.NOT_SURE

    @property
    def words(self) -> str:
        return "not sure" if self.label is None else f"{self.clarity} {self.label}"


class Smoother:
    """Sums the probabilities of each face's recent readings; the largest sum wins (Jain and Acharya, 2019).

    A face is followed by place and size alone, and forgotten a second after it left.
    """

    def __init__(self, clear_from: float = CAREFUL_CLEAR_FROM) -> None:
        self._clear_from = clear_from
        self._tracks = Tracks()
        self._windows: dict[int, Window] = {}

    def add(self, faces: tuple[FaceReading, ...], at_s: float) -> tuple[SmoothFace, ...]:
        """One more picture's faces, at a time in seconds that never falls."""
        boxes = [face.box for face in faces]
        self._tracks, numbers = self._tracks.follow(boxes, round(at_s * 1000), GAP_MS)
        followed = {track.number for track in self._tracks.tracks}
        self._windows = {number: self._windows.get(number, Window()) for number in followed}
        return tuple(self._smoothed(face, number, at_s) for face, number in zip(faces, numbers, strict=True))

    def _smoothed(self, face: FaceReading, number: int, at_s: float) -> SmoothFace:
        window = self._windows[number].forget(at_s - SMOOTHING.span_s, SMOOTHING)
        if face.expression is not None:
            permille = (round(1000 * probability) for probability in face.expression.probabilities)
            window = window.add(at_s, (*permille, int(face.expression.uncertain)), SMOOTHING)
        self._windows[number] = window
        if not window.readings:
            return SmoothFace(face.box, None)
        *sums, uncertain = window.sums
        shares = tuple(one / 1000 / window.readings for one in sums)
        scores = EmotionScores(shares, uncertain=2 * uncertain >= window.readings)
        label = None if scores.uncertain else scores.top
        return SmoothFace(face.box, label, scores.confidence, clarity(scores, self._clear_from))


def drawn(image: NDArray[np.uint8], faces: tuple[SmoothFace, ...]) -> Image.Image:
    """The picture, no larger than fits a window, with box and words of each face."""
    picture = Image.fromarray(image)
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(TEXT)
    for face in faces:
        left, top = face.box.left * picture.width, face.box.top * picture.height
        right, bottom = left + face.box.width * picture.width, top + face.box.height * picture.height
        draw.rectangle((left - 1, top - 1, right + 1, bottom + 1), outline="black", width=4)
        draw.rectangle((left, top, right, bottom), outline="white", width=2)
        place = left, max(top - 4, TEXT + 4)
        x0, y0, x1, y1 = draw.textbbox(place, face.words, font, anchor="lb")
        draw.rectangle((x0 - 4, y0 - 3, x1 + 4, y1 + 3), fill="black")
        draw.text(place, face.words, "white", font, anchor="lb")
    return picture


class TkScreen:
    """A window of the standard library's toolkit, hidden until there is something to show.

    Raises NoWindow where there is no display, or no toolkit.
    """

    def __init__(self) -> None:
        try:
            # Not every Python has it, and the other commands need none.
            import tkinter as tk  # noqa: PLC0415

            from PIL import ImageTk  # noqa: PLC0415
        except ImportError as error:
            raise NoWindow(
                f"this Python cannot open windows: {error}. Debian and Ubuntu have it as python3-tk"
            ) from error
        try:
            self._root = tk.Tk()
        except tk.TclError as error:
            raise NoWindow(
                f"no window can be opened: {error}. `webcam` needs a display; `analyse` and `explain` do not"
            ) from error
        self._photo_of = ImageTk.PhotoImage
        self._label = tk.Label(self._root, borderwidth=0)
        self._label.pack()
        self._root.title(TITLE)
        self._root.withdraw()
        self._root.protocol("WM_DELETE_WINDOW", self.close)
        for key in ("<Escape>", "q"):
            self._root.bind(key, lambda event: self.close())
        self.closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._root.destroy()

    def close(self) -> None:
        """From the next picture on there is none; the window itself goes when the screen is left."""
        self.closed = True

    def show(self, picture: Image.Image) -> None:
        # The toolkit keeps no picture alive by itself.
        self._photo = self._photo_of(picture, master=self._root)
        self._label.configure(image=self._photo)
        self._root.deiconify()
        self._root.update()


class VideoCamera:
    """A camera by its number, or a recording that plays as one.

    Raises NoCamera where there is none, or no right to use it.
    """

    def __init__(self, name: str, *, devices: Path = Path("/dev")) -> None:
        if not name.isdecimal():
            self._device: _Live | _Played = _Played(name)
            return
        if sys.platform == "linux":
            _check_device(devices / f"video{int(name)}")
        self._device = _Live(f"camera {name}", cv2.VideoCapture(int(name)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._device.release()

    def read(self) -> NDArray[np.uint8] | None:
        """The next picture, uint8 RGB (height, width, 3); None at the end of a recording."""
        return self._device.read()


class _Live:
    """A camera."""

    def __init__(self, name: str, capture: Any) -> None:
        self._name, self._capture = name, capture
        # Of a camera faster than the reading only the newest picture is wanted.
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        if not capture.isOpened():
            raise NoCamera(f"{name} cannot be opened: is it connected, free, and allowed for this program?")

    def read(self) -> NDArray[np.uint8]:
        arrived, image = self._capture.read()
        if not arrived:
            raise NoCamera(f"{self._name} gives no more pictures: is it still connected?")
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), dtype=np.uint8)

    def release(self) -> None:
        self._capture.release()


class _Played:
    """A recording."""

    def __init__(self, name: str) -> None:
        path = Path(name)
        if not path.is_file():
            raise NoCamera(f"no such recording: {name}; a camera is named by its number, the first is 0")
        try:
            self._video = Video(path, parts_of(path)[0])
        except NoVideo as error:
            raise NoCamera(f"{name}: {error}") from error
        self._pictures = self._video.pictures()

    def read(self) -> NDArray[np.uint8] | None:
        picture = next(self._pictures, None)
        return None if picture is None else picture.image()

    def release(self) -> None:
        self._video.close()


def _check_device(device: Path) -> None:
    if not device.exists():
        others = sorted(path.name.removeprefix("video") for path in device.parent.glob("video[0-9]*"))
        raise NoCamera(f"there is no camera {device}; cameras found: {', '.join(others) or 'none'}")
    if not os.access(device, os.R_OK | os.W_OK):
        raise NoCamera(f"no right to use {device}: on Linux members of the group `video` have it")
