"""Whether landmarks are those of a face, told from several sights of it.

The landmarker's own word on presence is not enough: it is as sure of a coloured disc with two letters.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from emotion.face import Face
from emotion.pictures.area import area_of

UNREST, SHADE = 4.0, 0.25
"""The weights of the two signs, in scores of the finder."""

EYES = ((33, 133), (159, 145), (362, 263), (386, 374))
"""Corner and corner, upper and lower lid: between them lies the eye."""

CHEEKS = (36, 50, 101, 117, 205, 266, 280, 330, 346, 425)


def likeness(image: NDArray[np.uint8], sights: Sequence[Face]) -> float:
    """What the landmarks of several sights say for (positive) or against (negative) their being a face's."""
    shade = float(np.median([eye_shade(image, face) for face in sights]))
    return SHADE * shade - UNREST * unrest(sights)


def unrest(sights: Sequence[Face]) -> float:
    """How much the landmarks of one face move from sight to sight: of the median one, in face widths."""
    points = np.stack([face.landmarks[:, :2] for face in sights])
    moves = np.linalg.norm(points.std(axis=0), axis=1)
    return float(np.median(moves) / area_of(sights[0]).width)


def eye_shade(image: NDArray[np.uint8], face: Face) -> float:
    """How much darker the eyes are than the cheeks, in standard deviations of the face's brightness."""
    area = area_of(face).within(image)
    bright = cv2.cvtColor(np.ascontiguousarray(area.of(image)), cv2.COLOR_RGB2GRAY)
    gray = np.asarray(cv2.GaussianBlur(bright, (0, 0), max(area.width / 50, 0.5)), dtype=np.float32)
    points = face.landmarks[:, :2] - np.array((int(area.left), int(area.top)), dtype=np.float32)
    eyes = _brightness(gray, np.stack([points[list(pair)].mean(axis=0) for pair in EYES]))
    cheeks = _brightness(gray, points[list(CHEEKS)])
    return float((cheeks.mean() - eyes.mean()) / max(_brightness(gray, points[::4]).std(), 4.0))


def _brightness(gray: NDArray[np.float32], points: NDArray[np.float32]) -> NDArray[np.float32]:
    x, y = (np.ascontiguousarray(points[:, axis : axis + 1]) for axis in (0, 1))
    values = cv2.remap(gray, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return values.ravel().astype(np.float32, copy=False)
