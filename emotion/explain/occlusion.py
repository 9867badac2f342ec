"""Which parts of a face an answer depended on: hide each in turn and read the face again."""

from collections.abc import Callable, Iterator

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


def occlusion_map(read: Read, crop: NDArray[np.uint8], label: Emotion) -> NDArray[np.float32]:
    """How far the probability of a label falls where the face is hidden (Zeiler and Fergus, 2014).

    Squares of several sizes slide over the crop. Each covers what it hides with its mean tone, so
    that the crop gets neither lighter nor darker; what the label then loses is credited to every
    pixel under the square. A pixel's value is the mean over the squares of each size, then over
    the sizes.

    Args:
        read: from a crop to its scores, as `ExpressionClassifier.classify`; called about 600 times.
        crop: uint8 (48, 48), as `face_crop` makes it.
        label: whose probability is followed.

    Returns:
        float32 (48, 48) in [-1, 1]: positive where the part spoke for the label, negative where
        it spoke against it.

    Example:
        heat = occlusion_map(classifier.classify, crop, Emotion.HAPPY)
    """
    place = EMOTIONS.index(label)
    shown = read(crop).probabilities[place]
    heat = np.zeros((CROP_SIZE, CROP_SIZE))
    for side in PATCHES:
        times_hidden = (side // STRIDE) ** 2
        for part in _squares(side):
            drop = shown - read(_hidden(crop, part)).probabilities[place]
            heat[part] += drop / times_hidden / len(PATCHES)
    return heat.astype(np.float32)


def _squares(side: int) -> Iterator[tuple[slice, slice]]:
    """Every place of a square that overlaps the crop, cut at the crop's edge."""
    starts = range(STRIDE - side, CROP_SIZE, STRIDE)
    spans = [slice(max(start, 0), min(start + side, CROP_SIZE)) for start in starts]
    return ((rows, columns) for rows in spans for columns in spans)


def _hidden(crop: NDArray[np.uint8], part: tuple[slice, slice]) -> NDArray[np.uint8]:
    covered = crop.copy()
    covered[part] = round(float(crop[part].mean()))
    return covered
