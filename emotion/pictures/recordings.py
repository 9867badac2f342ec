"""Pictures out of a recording, with the time stamps of its container: its rate may vary."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from emotion.pictures.sources import Frame, Unit, Unreadable
from emotion.pictures.timestamps import time_stamp

# Read when the first recording is opened; without it FFmpeg tells of every damaged block on the terminal.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

NO_RECORDING = "not a recording, or its header is damaged"
RUN_UP_MS = 10_000
"""A key moment is looked for from this long before it: a picture is often kept for seconds."""

BREAK_MS, BREAK_SHARE = 2000, 0.05
"""How much of the promised length may be missing at the end: sound often outlasts the pictures a little."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording and which of its pictures to read: those of `moments` if there are any, else one a period.

    An animated picture is a recording too; one that does not move is a single picture without a time stamp.
    """

    source: str
    path: Path
    every_ms: int
    moments: tuple[int, ...] = ()

    def units(self, skip: int = 0) -> Iterator[Unit]:
        """What is to be read, without the first `skip`, whose pictures are not even unpacked."""
        if self.moments:
            yield from [Moment(self.source, self.path, at_ms) for at_ms in self.moments][skip:]
        else:
            yield from self._sampled(skip)

    def expected(self) -> int:
        """About how many units there are, from the header alone."""
        if self.moments:
            return len(self.moments)
        with _opened(self.path) as capture:
            return 1 + int(_promised_ms(capture) // max(self.every_ms, _frame_ms(capture)))

    def _sampled(self, skip: int) -> Iterator[Unit]:
        with _opened(self.path) as capture:
            is_still = capture.get(cv2.CAP_PROP_FRAME_COUNT) == 1
            count = due_ms = at_ms = 0
            while capture.grab():
                at_ms = _position(capture)
                if at_ms < due_ms:
                    continue
                due_ms = (at_ms // self.every_ms + 1) * self.every_ms
                count += 1
                if count > skip:
                    yield _unpacked(capture, self.source, None if is_still else at_ms)
            error = _ending(capture, at_ms) if count else NO_RECORDING
        if error and count + 1 > skip:
            yield Unreadable(self.source, at_ms if count else None, error)


@dataclass(frozen=True, slots=True)
class Moment:
    """The picture that a recording shows at a time, not yet looked for."""

    source: str
    path: Path
    at_ms: int

    def open(self) -> Frame | Unreadable:
        """The picture with its own time stamp, which is at or shortly before the moment."""
        end_ms = None
        # Again from the start where the container cannot go to a time.
        for start_ms in dict.fromkeys((max(0, self.at_ms - RUN_UP_MS), 0)):
            with _opened(self.path) as capture:
                shown, end_ms = self._shown(capture, start_ms)
                if shown is not None and (end_ms is None or self.at_ms <= end_ms):
                    return shown
        if end_ms is None:
            return Unreadable(self.source, self.at_ms, NO_RECORDING)
        return Unreadable(self.source, self.at_ms, f"the recording ends at {time_stamp(end_ms)}")

    def _shown(self, capture: Any, start_ms: int) -> tuple[Frame | Unreadable | None, int | None]:
        """The last picture up to the moment, and the recording's end where that was reached."""
        if start_ms:
            capture.set(cv2.CAP_PROP_POS_MSEC, start_ms)
        shown: Frame | Unreadable | None = None
        at_ms = None
        while capture.grab():
            at_ms = _position(capture)
            if at_ms > self.at_ms:
                return shown, None
            shown = _unpacked(capture, self.source, at_ms)
        return shown, None if at_ms is None else at_ms + _frame_ms(capture)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """OpenCV turns the pictures of a recording that was held sideways by itself."""
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        yield capture
    finally:
        capture.release()


def _position(capture: Any) -> int:
    """When the picture that was just grabbed is shown, in milliseconds."""
    return max(0, round(float(capture.get(cv2.CAP_PROP_POS_MSEC))))


def _frame_ms(capture: Any) -> int:
    """How long a picture is shown, on average; 0 where the header does not say."""
    rate = float(capture.get(cv2.CAP_PROP_FPS))
    return round(1000 / rate) if rate > 0 else 0


def _promised_ms(capture: Any) -> float:
    """The length that the header gives; 0 where it does not say."""
    rate, count = capture.get(cv2.CAP_PROP_FPS), capture.get(cv2.CAP_PROP_FRAME_COUNT)
    return float(1000 * count / rate) if rate > 0 and count > 0 else 0.0


def _unpacked(capture: Any, source: str, at_ms: int | None) -> Frame | Unreadable:
    whole, image = capture.retrieve()
    if not whole or image is None:
        return Unreadable(source, at_ms, "the picture is damaged")
    return Frame(source, at_ms, np.ascontiguousarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), dtype=np.uint8))


def _ending(capture: Any, at_ms: int) -> str:
    """What to say of a recording that stops well before its promised end, else nothing."""
    promised_ms = round(_promised_ms(capture))
    if at_ms + BREAK_MS + BREAK_SHARE * promised_ms >= promised_ms:
        return ""
    return f"there are no pictures from here on, though the recording should last {time_stamp(promised_ms)}"
