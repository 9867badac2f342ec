"""FER+ votes: ten people looked at each face of FER2013 and named what they saw (Barsoum et al. 2016).

Counts are uint8 (n, 10): the eight emotions in the order of `VOTED`, then "unknown", then "not a face".
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotion.labels import Emotion

Counts = NDArray[np.uint8]
Shares = NDArray[np.float32]

# The head of a network that learns them.
VOTES = "votes"

VOTERS = 10

# Contempt is no label of FER2013.
VOTED: tuple[Emotion | None, ...] = (
    Emotion.NEUTRAL,
    Emotion.HAPPY,
    Emotion.SURPRISE,
    Emotion.SAD,
    Emotion.ANGRY,
    Emotion.DISGUST,
    Emotion.FEAR,
    None,
)
VOTED_NAMES = tuple("contempt" if emotion is None else str(emotion) for emotion in VOTED)

# All ten as FER+ heads its columns, and the place of the last.
ANSWERS = (
    *("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"),
    *("unknown", "not_a_face"),
)
NOT_A_FACE = ANSWERS.index("not_a_face")

NO_MAJORITY = -1


def vote_shares(counts: Counts) -> Shares:
    """float32 (n, 8) in the order of `VOTED`; rows sum to 1, or to 0 where no two people agreed."""
    return _shares(_agreed(counts)[:, : len(VOTED)])


def majority(counts: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """What most people saw: int64 (n,), positions in `VOTED`, or -1 where that was no emotion.

    An emotion named as often as "unknown" wins; of two emotions the first column does. The larger of the
    two test sets of FER+: 3,553 faces of PublicTest, 3,546 of PrivateTest.
    """
    winner = counts.argmax(axis=1)
    return np.where((winner < len(VOTED)) & counts.any(axis=1), winner, NO_MAJORITY)


def strict_majority(counts: Counts) -> NDArray[np.int64]:
    """What more than half of those who were not alone saw: int64 (n,), positions in `VOTED`, or -1.

    "Unknown" and "not a face" count among the votes. The "majority" mode that the authors of FER+ train
    and judge with: 25,060 faces of Training, 3,199 of PublicTest, 3,153 of PrivateTest.
    """
    agreed = _agreed(counts).astype(np.int64)
    return np.where(2 * agreed.max(axis=1) > agreed.sum(axis=1), majority(agreed), NO_MAJORITY)


def not_a_face(counts: Counts) -> NDArray[np.bool_]:
    """Where more than half of all ten saw no face."""
    return counts[:, NOT_A_FACE] > VOTERS / 2


def _agreed(counts: Counts) -> Counts:
    # A single vote against nine is taken for a slip, as the authors of FER+ do.
    return np.where(counts > 1, counts, 0)


def _shares(parts: NDArray[np.uint8] | Shares) -> Shares:
    total = parts.sum(axis=1, keepdims=True, dtype=np.float32)
    shares: Shares = np.divide(parts, total, out=np.zeros(parts.shape, np.float32), where=total > 0)
    return shares
