"""Where faces are in a picture, by MediaPipe's finder. The only module that loads MediaPipe."""

import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import mediapipe
import numpy as np
from mediapipe.tasks.python.core.base_options import BaseOptions
from mediapipe.tasks.python.vision import face_detector as finding
from numpy.typing import NDArray

from emotion.face import Finding
from emotion.geometry import GEOMETRY
from emotion.litert import member
from emotion.quiet import native_chatter_discarded
from emotion.region import region_around
from emotion.values import FaceBox

IN_BUNDLE = "face_detector.tflite"
RULES = GEOMETRY.finder


class Finder:
    """Construct once, in the process that uses it; one call at a time."""

    def __init__(self, task: Any) -> None:
        self._task = task
        weakref.finalize(self, _close, task)

    @classmethod
    def load(cls, bundle: Path, *, found_from: float = RULES.found_from) -> Self:
        """Raises FileNotFoundError where the model file is missing."""
        options = finding.FaceDetectorOptions(
            BaseOptions(model_asset_buffer=member(bundle, IN_BUNDLE)), min_detection_confidence=found_from
        )
        with native_chatter_discarded():
            task = finding.FaceDetector.create_from_options(options)
        # MediaPipe's own executor hands each call to a thread and back, which costs a tenth of a look.
        task._lib._executor.submit = _Called
        return cls(task)

    def look(self, image: NDArray[np.uint8]) -> tuple[Finding, ...]:
        """All faces that one look at a uint8 RGB picture (height, width, 3) shows, the surest first.

        The network sees any picture at 128 x 128 pixels, so faces below a fifth of its side are missed.
        """
        height, width = image.shape[:2]
        picture = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)
        found = [_finding(each, width, height) for each in self._task.detect(picture).detections]
        return tuple(sorted(found, key=lambda each: -each.score))

    def look_again(self, image: NDArray[np.uint8], seen: Finding) -> Finding | None:
        """The finding as a square around it shows it, larger and so more exact; None if not seen there."""
        place = _around(image, seen.box)
        again = (each.seen_in(place) for each in self.look(_part(image, place)))
        return next((each for each in again if _overlap(each.box, seen.box) >= RULES.overlap), None)

    def look_turned(self, image: NDArray[np.uint8], seen: Finding) -> Finding | None:
        """The finding as it is seen surest with the picture on its side or upside down, if seen there."""
        place = _around(image, seen.box)
        part = _part(image, place)
        found: list[Finding] = []
        for quarters in (1, 2, 3):
            turned = np.ascontiguousarray(np.rot90(part, quarters))
            found += [_turned_back(each, turned, quarters).seen_in(place) for each in self.look(turned)[:1]]
        return max(found, key=lambda each: each.score, default=None)

    def find(self, image: NDArray[np.uint8]) -> tuple[Finding, ...]:
        """The faces of a picture, the surest first; small ones are looked for where none is large."""
        found = self.look(image) or self._small(image)
        return found[: RULES.most]

    def _small(self, image: NDArray[np.uint8]) -> tuple[Finding, ...]:
        """What tiles show and a second look confirms: many looks have many chances to be wrong."""
        height, width = image.shape[:2]
        side = RULES.tiles.side * min(width, height)
        found: list[Finding] = []
        for top in _starts(height, side):
            for left in _starts(width, side):
                place = _square(image, left, top, side)
                for seen in (each.seen_in(place) for each in self.look(_part(image, place))):
                    known = any(_overlap(seen.box, other.box) >= RULES.overlap for other in found)
                    if seen.score < RULES.tiles.found_from or known:
                        continue
                    again = self.look_again(image, seen)
                    if again is not None and again.score >= RULES.tiles.found_from:
                        found.append(again)
        return tuple(sorted(found, key=lambda each: -each.score))


class _Called:
    """A call that was made at once, where a call to come is expected."""

    def __init__(self, call: Callable[..., Any], *arguments: Any) -> None:
        self._answer = call(*arguments)

    def result(self) -> Any:
        return self._answer


def _square(image: NDArray[np.uint8], left: float, top: float, side: float) -> FaceBox:
    """The whole pixels of a square, as far as the picture goes."""
    height, width = image.shape[:2]
    columns = max(round(left), 0), min(round(left + side), width)
    rows = max(round(top), 0), min(round(top + side), height)
    return FaceBox(
        left=columns[0] / width,
        top=rows[0] / height,
        width=(columns[1] - columns[0]) / width,
        height=(rows[1] - rows[0]) / height,
    )


def _around(image: NDArray[np.uint8], box: FaceBox) -> FaceBox:
    """Where a face is looked at again."""
    height, width = image.shape[:2]
    side = RULES.second_look * max(box.width * width, box.height * height)
    left = (box.left + box.width / 2) * width - side / 2
    top = (box.top + box.height / 2) * height - side / 2
    return _square(image, left, top, side)


def _part(image: NDArray[np.uint8], place: FaceBox) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    top, left = round(place.top * height), round(place.left * width)
    bottom, right = top + round(place.height * height), left + round(place.width * width)
    return np.ascontiguousarray(image[top:bottom, left:right])


def _turned_back(finding: Finding, turned: NDArray[np.uint8], quarters: int) -> Finding:
    height, width = turned.shape[:2]
    for _ in range(quarters):
        finding = finding.turned_back(width, height)
        width, height = height, width
    return finding


def _starts(length: int, side: float) -> list[float]:
    """Where tiles of this side begin along an edge, so that they cover it."""
    steps = int(np.ceil((length - side) / (RULES.tiles.step * side)))
    return [step * (length - side) / steps for step in range(steps + 1)]


def _finding(detection: Any, width: int, height: int) -> Finding:
    area, (right_eye, left_eye) = detection.bounding_box, detection.keypoints[:2]
    left, top = area.origin_x / width, area.origin_y / height
    box = FaceBox(left=left, top=top, width=area.width / width, height=area.height / height)
    eyes = (right_eye.x * width, right_eye.y * height), (left_eye.x * width, left_eye.y * height)
    return Finding(
        box=box.within_picture(),
        score=float(detection.categories[0].score),
        region=region_around(box, *eyes, width, height),
    )


def _overlap(one: FaceBox, other: FaceBox) -> float:
    """What both share of their union, in [0, 1]."""
    width = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    height = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    shared = max(width, 0.0) * max(height, 0.0)
    return shared / (one.width * one.height + other.width * other.height - shared) if shared else 0.0


def _close(task: Any) -> None:
    try:
        task.close()
    except RuntimeError:
        # The interpreter is exiting and took MediaPipe's thread along; the memory goes with the process.
        task._handle = None
