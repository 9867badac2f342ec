"""A rectangle of a picture, in pixels."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from emotion.face import Face

SAME_PLACE = 0.4
"""What two areas share of their union where they are one face."""

PART = 0.75
"""What they share of the smaller one where that is a part of the other's face; below both, they are two."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in pixels of the picture."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def size(self) -> float:
        return self.width * self.height

    def shared(self, other: Self) -> float:
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0.0) * max(height, 0.0)

    def likeness(self, other: Self) -> float:
        """What both share of their union, in [0, 1]."""
        shared = self.shared(other)
        return shared / (self.size + other.size - shared) if shared else 0.0

    def is_face_of(self, other: Self) -> bool:
        smaller = min(self.size, other.size)
        return self.likeness(other) >= SAME_PLACE or self.shared(other) >= PART * smaller

    def of(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """That part of the picture, not copied."""
        return image[int(self.top) : int(self.bottom), int(self.left) : int(self.right)]

    def within(self, image: NDArray[np.uint8]) -> "Area":
        """The pixels of the picture that it touches."""
        height, width = image.shape[:2]
        return Area(
            max(math.floor(self.left), 0),
            max(math.floor(self.top), 0),
            min(math.ceil(self.right), width),
            min(math.ceil(self.bottom), height),
        )


def area_of(face: Face) -> Area:
    """The rectangle around the landmarks, which may reach beyond the picture."""
    (left, top), (right, bottom) = face.landmarks[:, :2].min(axis=0), face.landmarks[:, :2].max(axis=0)
    return Area(float(left), float(top), float(right), float(bottom))
