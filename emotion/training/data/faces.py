"""Labelled faces as every reader gives them and every run takes them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from emotion.labels import EMOTIONS, Emotion
from emotion.training.data.errors import DataError
from emotion.training.data.votes import ANSWERS, VOTED, VOTERS, Counts

TRAINING = "Training"


@dataclass(frozen=True, slots=True, eq=False)
class FaceSet:
    """Labelled faces, one a row.

    images: uint8 (n, 48, 48) gray. labels: int64 (n,), positions in the classes of the data set.
    votes: uint8 (n, 10), FER+ counts (see `votes`), or None where the source has none.
    source_rows: int64 (n,), where each face stands in its source, counted from 0.
    twins: bool (n,), whether identical pixels stand in a split that this one must not share a face with:
    for Training any other split, for the others Training.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    votes: Counts | None
    source_rows: NDArray[np.int64]
    twins: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.labels)

    def rows(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "FaceSet":
        """The chosen faces, by a mask or by position."""
        votes = None if self.votes is None else self.votes[chosen]
        return FaceSet(
            self.images[chosen], self.labels[chosen], votes, self.source_rows[chosen], self.twins[chosen]
        )

    def needed_votes(self) -> Counts:
        """The votes, for a purpose that cannot do without; raise DataError where the source has none."""
        if self.votes is None:
            raise DataError(
                "these faces have no FER+ votes: put fer2013new.csv (github.com/microsoft/FERPlus) beside"
                " fer2013.csv, or ask for nothing that needs votes"
            )
        return self.votes

    def with_votes(self) -> "FaceSet":
        """Where nobody voted, a label counts as ten votes; labels are positions in `EMOTIONS`."""
        if self.votes is not None:
            return self
        votes = np.zeros((len(self), len(ANSWERS)), np.uint8)
        column = np.array([VOTED.index(emotion) for emotion in EMOTIONS])
        votes[np.arange(len(self)), column[self.labels]] = VOTERS
        return replace(self, votes=votes)

    def blank(self) -> NDArray[np.bool_]:
        """Pictures of one single gray: bool (n,)."""
        lightest, darkest = self.images.max(axis=(1, 2), initial=0), self.images.min(axis=(1, 2), initial=255)
        blank: NDArray[np.bool_] = lightest == darkest
        return blank


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """All faces of one source, and which of them a run learns from and is chosen by.

    splits: as read, nothing left out. classes: what the labels are positions in. training: the faces of
    Training fit to learn from; dropped: how many were not, by the first reason that holds.
    choosing: the faces that decide between runs and epochs, never learned from; choosing_name: the name
    of that split.
    """

    splits: Mapping[str, FaceSet]
    classes: tuple[Emotion, ...]
    training: FaceSet
    dropped: Mapping[str, int]
    choosing: FaceSet
    choosing_name: str

    def split(self, name: str) -> FaceSet:
        """The faces of one split, however its name is cased; raise DataError where there is none such."""
        splits = {**self.splits, self.choosing_name: self.choosing}
        for known, faces in splits.items():
            if known.casefold() == name.casefold():
                return faces
        raise DataError(f"the data has no split {name!r}; it has {', '.join(splits)}")

    @property
    def fingerprint(self) -> str:
        """Of the faces to learn from: tells whether two runs saw the same."""
        return fingerprint(self.training)


@dataclass(frozen=True, slots=True, eq=False)
class Scoring:
    """Faces to score a network on, and what the data tell beside them.

    split: what they are called. fingerprint: of the faces to learn from, None where the data hold none.
    twins_known: whether somebody looked for twins of these faces; else `faces.twins` says nothing.
    """

    split: str
    faces: FaceSet
    fingerprint: str | None
    twins_known: bool = True


def fingerprint(faces: FaceSet) -> str:
    """SHA-256 over pictures and labels."""
    digest = hashlib.sha256(faces.images.tobytes())
    digest.update(faces.labels.tobytes())
    return digest.hexdigest()
