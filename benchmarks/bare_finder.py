"""MediaPipe's finder without MediaPipe: its network in LiteRT, its answers read by the data file's anchors.

What another language will do, and the floor that a benchmark measures against.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from emotion.face import Finding
from emotion.finder import IN_BUNDLE
from emotion.geometry import GEOMETRY
from emotion.litert import Network
from emotion.region import region_around, to_picture
from emotion.values import FaceBox, Region

RULES = GEOMETRY.finder
Floats = NDArray[np.floating[Any]]


class BareFinder:
    def __init__(self, bundle: Path) -> None:
        self.network = Network.of_bundle(bundle, IN_BUNDLE)
        self._anchors = np.array(list(_anchors()), np.float32)

    def seen(self, image: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What the network sees of a picture: all of it, fitted into its square."""
        height, width = image.shape[:2]
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        square = cv2.warpAffine(image, _whole(width, height), (RULES.side, RULES.side), flags=flags)
        seen: NDArray[np.float32] = (square[None] / np.float32(127.5) - 1).astype(np.float32)
        return seen

    def find(self, image: NDArray[np.uint8]) -> list[Finding]:
        height, width = image.shape[:2]
        whole = _whole(width, height)
        places, logits = self.network.run(self.seen(image))
        return [
            self._finding(points, score, whole, width, height)
            for points, score in self.answers(places[0], logits[0, :, 0])
        ]

    def answers(self, places: Floats, logits: Floats) -> list[tuple[Floats, float]]:
        """Each face's points (8, 2) in fractions of the square, and its score; the surest first.

        Args:
            places: (896, 16), what the network answers at each anchor.
            logits: (896,), how sure it is.
        """
        scores = 1 / (1 + np.exp(-np.clip(logits, -80, 80)))
        likely = np.flatnonzero(scores >= RULES.found_from)
        pairs = places[likely].reshape(-1, 8, 2) / RULES.side
        pairs[:, 0] += self._anchors[likely]
        pairs[:, 2:] += self._anchors[likely, None]
        return list(_merged(pairs, scores[likely]))

    def _finding(
        self, points: Floats, score: float, whole: NDArray[np.float64], width: int, height: int
    ) -> Finding:
        """From fractions of the square: middle and size of the box, then the eyes and four more points."""
        scale = whole[0, 0] * RULES.side
        middle, right_eye, left_eye = points[[0, 2, 3]] * scale + whole[:, 2]
        size = points[1] * scale
        left, top = (middle - size / 2) / (width, height)
        box = FaceBox(left, top, size[0] / width, size[1] / height)
        region = region_around(box, tuple(right_eye), tuple(left_eye), width, height)
        return Finding(box, score, region)


def _whole(width: int, height: int) -> NDArray[np.float64]:
    return to_picture(Region(0.5, 0.5, max(width, height) / width, 0.0), width, height, RULES.side)


def _anchors() -> Iterator[tuple[float, float]]:
    for layer in RULES.anchors:
        cells = RULES.side // layer.stride
        for row in range(cells):
            for column in range(cells):
                yield from [((column + 0.5) / cells, (row + 0.5) / cells)] * layer.each


def _merged(pairs: Floats, scores: Floats) -> Iterator[tuple[Floats, float]]:
    """Answers that overlap are one face, their mean weighted by their scores."""
    left = np.argsort(-scores)
    while left.size:
        low, high = pairs[left, 0] - pairs[left, 1] / 2, pairs[left, 0] + pairs[left, 1] / 2
        shared = np.clip(np.minimum(high[0], high) - np.maximum(low[0], low), 0, None).prod(axis=1)
        size = (high - low).prod(axis=1)
        same = shared / (size[0] + size - shared) > RULES.overlap
        group = left[same]
        yield np.average(pairs[group], axis=0, weights=scores[group]), float(scores[left[0]])
        left = left[~same]
