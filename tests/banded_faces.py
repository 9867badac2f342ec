"""Faces that a network can learn in seconds: noise that is bright in one band, the band is the label."""

import numpy as np

from emotion.labels import EMOTIONS
from emotion.training.data.faces import Dataset, FaceSet
from emotion.training.data.votes import ANSWERS, VOTED, VOTERS

# The FER+ column of each label.
COLUMN = np.array([VOTED.index(emotion) for emotion in EMOTIONS])


def banded_faces(count, *, seed=0, with_votes=True):
    random = np.random.default_rng(seed)
    labels = np.arange(count) % len(EMOTIONS)
    images = random.integers(0, 80, (count, 48, 48)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[6 * label : 6 * label + 6] += 150
    votes = np.zeros((count, len(ANSWERS)), np.uint8)
    votes[np.arange(count), COLUMN[labels]] = VOTERS
    return FaceSet(images, labels, votes if with_votes else None, np.arange(count), np.zeros(count, bool))


def banded_dataset(*, training=64, choosing=40, with_votes=True):
    learned = banded_faces(training, with_votes=with_votes)
    judged = banded_faces(choosing, seed=1, with_votes=with_votes)
    splits = {"Training": learned, "PublicTest": judged}
    return Dataset(splits, EMOTIONS, learned, {"blank": 0}, judged, "PublicTest")
