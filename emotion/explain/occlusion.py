"""Which parts of a face an answer depended on: hide each in turn and read the face again."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emotion.labels import EMOTIONS, Emotion
from emotion.preprocess import CROP_SIZE
from emotion.values import EmotionScores

Read = Callable[[NDArray[np.uint8]], EmotionScores]

# Sides of the hiding squares in pixels: about an eye, half a mouth, a whole mouth of the crop.
PATCHES = (8, 12, 16)
# Divides every side, so that each pixel is hidden equally often, those at the edge too.
STRIDE = 4

# Probabilities are held this far from 0 and 1, where the logarithm of the odds has no end.
CLOSEST = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class OcclusionMap:
    """What hiding parts of a face did to a label.

    Attributes:
        heat: float32 (48, 48), how far the logarithm of the label's odds fell where the face was hidden, on
            average: 0.69 where hiding halved the odds, -0.69 where it doubled them. Positive where the part
            spoke for the label, negative where it spoke against it; never beyond ±27.7.
        lowest: the label's least probability under any one square; of the whole face where none lowered it.
    """

    heat: NDArray[np.float32]
    lowest: float


def occlusion_map(read: Read, crop: NDArray[np.uint8], label: Emotion) -> OcclusionMap:
    """How far the log-odds of a label fall where the face is hidden (after Zeiler and Fergus, 2014).

    Log-odds and not the probability: where that is near 1 it hardly moves, whatever is hidden.

    Squares of several sizes slide over the crop. Each covers what it hides with its mean tone, so
    that the crop gets neither lighter nor darker; what the label then loses is credited to every
    pixel under the square. A pixel's value is the mean over the squares of each size, then over
    the sizes.

    Args:
        read: from a crop to its scores, as `ExpressionClassifier.classify`; called about 600 times.
        crop: uint8 (48, 48), as `face_crop` makes it.
        label: whose odds are followed.

    Example:
        heat = occlusion_map(classifier.classify, crop, Emotion.HAPPY).heat
    """
    place = EMOTIONS.index(label)
    shown = lowest = read(crop).probabilities[place]
    heat = np.zeros((CROP_SIZE, CROP_SIZE))
    for side in PATCHES:
        times_hidden = (side // STRIDE) ** 2
        for part in _squares(side):
            left = read(_hidden(crop, part)).probabilities[place]
            heat[part] += (log_odds(shown) - log_odds(left)) / times_hidden / len(PATCHES)
            lowest = min(lowest, left)
    return OcclusionMap(heat.astype(np.float32), lowest)


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)), in [-13.9, 13.9]: of a millionth, and of all but a millionth, at the ends."""
    held = min(max(probability, CLOSEST), 1 - CLOSEST)
    return math.log(held / (1 - held))


def _squares(side: int) -> Iterator[tuple[slice, slice]]:
    """Every place of a square that overlaps the crop, cut at the crop's edge."""
    starts = range(STRIDE - side, CROP_SIZE, STRIDE)
    spans = [slice(max(start, 0), min(start + side, CROP_SIZE)) for start in starts]
    return ((rows, columns) for rows in spans for columns in spans)


def _hidden(crop: NDArray[np.uint8], part: tuple[slice, slice]) -> NDArray[np.uint8]:
    covered = crop.copy()
    covered[part] = round(float(crop[part].mean()))
    return covered
