"""A detected face with what its measurements are made from. It never leaves the package."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emotion.landmarks import LEFT_EYE_CORNERS, MOUTH_CORNERS, RIGHT_EYE_CORNERS
from emotion.preprocess import Point
from emotion.values import FaceBox


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face of a picture.

    Attributes:
        box: the rectangle around the landmarks, cut at the picture's edge.
        landmarks: float32 (478, 3), MediaPipe's numbering, in pixels: x right, y down, z away.
        matrix: float32 (4, 4), from the canonical face to the camera (centimetres; x right,
            y up, z towards the viewer).
        blendshapes: MediaPipe's 52 by name, in [0, 1]; left and right are the person's own.
    """

    box: FaceBox
    landmarks: NDArray[np.float32]
    matrix: NDArray[np.float32]
    blendshapes: dict[str, float]

    def crop_points(self) -> tuple[Point, Point, Point]:
        """What `face_crop` cuts it out by: midpoints of its own right eye, its left eye and its mouth."""
        right_eye, left_eye, mouth = map(self.midpoint, (RIGHT_EYE_CORNERS, LEFT_EYE_CORNERS, MOUTH_CORNERS))
        return right_eye, left_eye, mouth

    def midpoint(self, marks: tuple[int, int]) -> Point:
        """Halfway between two landmarks, (x, y) in pixels."""
        x, y, _ = self.landmarks[list(marks)].mean(axis=0)
        return float(x), float(y)
