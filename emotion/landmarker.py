"""MediaPipe's landmarks of a face, read in a square that we lay, by the network itself in LiteRT."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from emotion.geometry import GEOMETRY
from emotion.litert import Network
from emotion.region import to_picture
from emotion.values import Region

IN_BUNDLE = "face_landmarks_detector.tflite"
SIDE = GEOMETRY.landmarks.side
POINTS = 478


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """`points`: float32 (478, 3), pixels of the picture. `presence`: how surely that is a face, in [0, 1]."""

    points: NDArray[np.float32]
    presence: float


class Landmarker:
    """Construct once, in the process that uses it; one call at a time."""

    def __init__(self, network: Network) -> None:
        self._network = network

    @classmethod
    def load(cls, bundle: Path) -> Self:
        """Raises FileNotFoundError where the model file is missing."""
        return cls(Network.of_bundle(bundle, IN_BUNDLE))

    def read(self, image: NDArray[np.uint8], region: Region) -> Marks:
        """Landmarks of the face in a region of a uint8 RGB picture; there may be none, `presence` says so."""
        height, width = image.shape[:2]
        # As MediaPipe does, which tells the first pixel's middle and its corner apart nowhere.
        warp = to_picture(region, width, height, SIDE)
        answers, score, *_ = self._network.run(_drawn(image, warp)[None], 1 / 255)
        marks = answers.reshape(POINTS, 3)
        points = np.empty_like(marks)
        points[:, :2] = marks[:, :2] @ warp[:, :2].T + warp[:, 2]
        points[:, 2] = marks[:, 2] * (region.size * width / SIDE)
        return Marks(points, 1 / (1 + math.exp(-float(score.item()))))


def _drawn(image: NDArray[np.uint8], warp: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The square that `warp` takes to the picture, uint8 (SIDE, SIDE, 3)."""
    # Of four channels OpenCV makes the same pixels as of three, in less than half the time.
    four = cv2.cvtColor(image, cv2.COLOR_RGB2RGBA)
    square = cv2.warpAffine(four, warp, (SIDE, SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return cv2.cvtColor(square, cv2.COLOR_RGBA2RGB).astype(np.uint8, copy=False)
