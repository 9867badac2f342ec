"""The parts of a face by name, so that a map can be told in words."""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from emotion.face import Face
from emotion.landmarks import EYES, FACE_OVAL, LEFT_BROW, LIPS, NOSE, RIGHT_BROW
from emotion.preprocess import CROP_SIZE

RIGHT_EYE = [mark for mark in EYES if mark < 249]
LEFT_EYE = [mark for mark in EYES if mark >= 249]
BROWS = [mark for brow in (RIGHT_BROW, LEFT_BROW) for row in brow for mark in row]

# Pixels of the crop added around eyes, brows, mouth and nose: folds and shadows belong to them.
MARGIN = 2.0


class Region(StrEnum):
    EYES = "eyes"
    BROWS = "brows"
    NOSE = "nose"
    MOUTH = "mouth"
    CHEEKS = "cheeks"
    FOREHEAD = "forehead"
    CHIN = "chin"
    AROUND = "around the face"


@dataclass(frozen=True, slots=True)
class Share:
    """What one region has of a map: of all that hiding took from the log-odds, and of the crop's area."""

    region: Region
    effect: float
    area: float


def region_masks(face: Face, to_crop: NDArray[np.float64]) -> dict[Region, NDArray[np.bool_]]:
    """Which pixels of the crop belong to which region; each pixel belongs to exactly one.

    Brows include what lies between them; cheeks are what is left of the face between brows and chin.

    Args:
        face: with landmarks in pixels of the picture.
        to_crop: float64 (2, 3), as `crop_map` gives it.

    Returns:
        bool (48, 48) for each region.
    """
    marks = face.landmarks[:, :2] @ to_crop[:, :2].T + to_crop[:, 2]
    rows = np.arange(CROP_SIZE)[:, None]
    oval = _hull(marks[FACE_OVAL], 0)
    free = np.ones_like(oval)
    masks = {}
    for region, mask in (
        (Region.EYES, _hull(marks[RIGHT_EYE]) | _hull(marks[LEFT_EYE])),
        (Region.BROWS, _hull(marks[BROWS])),
        (Region.MOUTH, _hull(marks[LIPS])),
        (Region.NOSE, _hull(marks[NOSE])),
        (Region.FOREHEAD, oval & (rows < marks[BROWS, 1].mean())),
        (Region.CHIN, oval & (rows > marks[LIPS, 1].max())),
        (Region.CHEEKS, oval),
        (Region.AROUND, np.ones_like(oval)),
    ):
        masks[region] = mask & free
        free &= ~mask
    return masks


def shares(heat: NDArray[np.float32], masks: dict[Region, NDArray[np.bool_]]) -> tuple[Share, ...]:
    """Each region's share of the map's positive part, the largest first; all 0 where there is none."""
    drops = np.maximum(heat, 0)
    total = float(drops.sum()) or 1.0
    each = (Share(name, float(drops[mask].sum()) / total, float(mask.mean())) for name, mask in masks.items())
    return tuple(sorted(each, key=lambda share: -share.effect))


def _hull(points: NDArray[np.floating], margin: float = MARGIN) -> NDArray[np.bool_]:
    """The pixels within the convex hull of points, and within a margin around it."""
    hull = cv2.convexHull(points.astype(np.float32))
    signed = [
        cv2.pointPolygonTest(hull, (float(x), float(y)), True)
        for y in range(CROP_SIZE)
        for x in range(CROP_SIZE)
    ]
    return np.reshape(signed, (CROP_SIZE, CROP_SIZE)) >= -margin
