"""A face that was found, and one that was read. Neither leaves the package."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from emotion.landmarks import LEFT_EYE_CORNERS, MOUTH_CORNERS, RIGHT_EYE_CORNERS
from emotion.preprocess import Point
from emotion.values import FaceBox, Region


@dataclass(frozen=True, slots=True)
class Finding:
    """A face as the finder sees it: its box, how sure it is in [0, 1], and where to read its landmarks."""

    box: FaceBox
    score: float
    region: Region

    def turned_back(self, width: int, height: int) -> "Finding":
        """The finding of a picture of this size, told for the one that was turned a quarter to the left."""
        box, region = self.box, self.region
        return replace(
            self,
            box=FaceBox(left=1 - box.top - box.height, top=box.left, width=box.height, height=box.width),
            region=Region(
                x=1 - region.y, y=region.x, size=region.size * width / height, angle=region.angle + 90
            ),
        )

    def seen_in(self, part: FaceBox) -> "Finding":
        """The finding of a part of a picture, told for the whole picture."""
        box, region = self.box, self.region
        return replace(
            self,
            box=FaceBox(
                left=part.left + box.left * part.width,
                top=part.top + box.top * part.height,
                width=box.width * part.width,
                height=box.height * part.height,
            ),
            region=replace(
                region,
                x=part.left + region.x * part.width,
                y=part.top + region.y * part.height,
                size=region.size * part.width,
            ),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face of a picture, read.

    Attributes:
        box: the rectangle around the landmarks, cut at the picture's edge.
        landmarks: float32 (478, 3), MediaPipe's numbering, in pixels: x right, y down, z away.
        matrix: float32 (4, 4), from the canonical face to the camera (centimetres; x right,
            y up, z towards the viewer).
        region: where the same face is read in the next picture.
    """

    box: FaceBox
    landmarks: NDArray[np.float32]
    matrix: NDArray[np.float32]
    region: Region

    def crop_points(self) -> tuple[Point, Point, Point]:
        """What `face_crop` cuts it out by: midpoints of its own right eye, its left eye and its mouth."""
        right_eye, left_eye, mouth = map(self.midpoint, (RIGHT_EYE_CORNERS, LEFT_EYE_CORNERS, MOUTH_CORNERS))
        return right_eye, left_eye, mouth

    def midpoint(self, marks: tuple[int, int]) -> Point:
        """Halfway between two landmarks, (x, y) in pixels."""
        one, other = marks
        x, y, _ = ((self.landmarks[one] + self.landmarks[other]) / 2).tolist()
        return x, y
