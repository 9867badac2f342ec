"""Squares of a picture in which landmarks are read: laid around a finding, or around landmarks."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from emotion.geometry import GEOMETRY
from emotion.preprocess import Point
from emotion.values import FaceBox, Region

LAYING, SETTLED = GEOMETRY.region, GEOMETRY.settled


def region_around(box: FaceBox, right_eye: Point, left_eye: Point, width: int, height: int) -> Region:
    """As MediaPipe lays it: larger than the face, the eyes level.

    Args:
        right_eye, left_eye: the person's own, in pixels of a picture of this width and height.
    """
    middle = (box.left + box.width / 2) * width, (box.top + box.height / 2) * height
    longer = max(box.width * width, box.height * height)
    return _region(middle, longer, _slope(right_eye, left_eye), width, height)


def region_of(landmarks: NDArray[np.float32], width: int, height: int) -> Region:
    """The one in which the same face is read in the next picture; landmarks (478, 3) in pixels."""
    (left, top), (right, bottom) = corners(landmarks)
    right_eye, left_eye = (landmarks[eye].tolist() for eye in LAYING.eyes)
    middle = (left + right) / 2, (top + bottom) / 2
    longer = max(right - left, bottom - top)
    return _region(middle, longer, _slope(right_eye, left_eye), width, height)


def corners(landmarks: NDArray[np.float32]) -> tuple[Point, Point]:
    """Upper left and lower right one of the rectangle around landmarks (478, 3)."""
    (left, top, _), (right, bottom, _) = landmarks.min(axis=0).tolist(), landmarks.max(axis=0).tolist()
    return (left, top), (right, bottom)


def wider(region: Region, size: float) -> Region:
    """A region of a finding with another side, in sizes of the finding's box."""
    return replace(region, size=region.size * size / LAYING.size)


def turned(region: Region, degrees: float) -> Region:
    return replace(region, angle=region.angle + degrees)


def fits(region: Region, better: Region, width: int, height: int) -> bool:
    """Whether landmarks read in `region` would hardly change in the `better` one, which they ask for."""
    turn = abs((better.angle - region.angle + 180) % 360 - 180)
    shift = math.hypot((better.x - region.x) * width, (better.y - region.y) * height) / (region.size * width)
    growth = max(better.size / region.size, region.size / better.size)
    return turn <= SETTLED.turn and shift <= SETTLED.shift and growth <= SETTLED.growth


def to_picture(region: Region, width: int, height: int, side: int) -> NDArray[np.float64]:
    """The affine map (2, 3) from the pixels of the region drawn `side` wide to those of the picture."""
    scale, angle = region.size * width / side, math.radians(region.angle)
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    x, y, half = region.x * width, region.y * height, side / 2
    return np.array([[cosine, -sine, x - half * (cosine - sine)], [sine, cosine, y - half * (sine + cosine)]])


def _region(middle: Point, longer: float, slope: float, width: int, height: int) -> Region:
    x, y = middle
    return Region(x=x / width, y=y / height, size=LAYING.size * longer / width, angle=slope)


def _slope(right_eye: Sequence[float], left_eye: Sequence[float]) -> float:
    return math.degrees(math.atan2(left_eye[1] - right_eye[1], left_eye[0] - right_eye[0]))
