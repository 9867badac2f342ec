"""FER2013 faces with their FER+ votes, and the rows that a fair training run leaves out."""

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from emotion.labels import EMOTIONS, Emotion
from emotion.preprocess import CROP_SIZE

GRID_COLUMNS = 64
GRIDS = {"Training": "train_64cols.png", "PublicTest": "publictest_64cols.png"}

# FER+ (Barsoum et al. 2016) asked ten people for each face; contempt is no label of FER2013.
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
VOTE_COLUMNS = tuple(
    f"votes_{name}"
    for name in ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
)
# Marks a face whose exact pixels also stand in a split it would be judged on.
TWIN_COLUMNS = ("twin_in_held_out_test", "twin_in_publictest")

Rows = list[dict[str, str]]


class DataError(Exception):
    """The data folder is missing, incomplete or damaged; the message says which file and how."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceSet:
    """Faces of one split.

    images: uint8 (n, 48, 48) gray. labels: int64 (n,), positions in `EMOTIONS`.
    votes: float32 (n, 8) in the order of `VOTED`; rows sum to 1, or to 0 where nobody agreed.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    votes: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.labels)

    def rows(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "FaceSet":
        return FaceSet(self.images[chosen], self.labels[chosen], self.votes[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Fer2013:
    """Both open splits; `dropped` counts the rows of Training left out, by the first reason that holds."""

    training: FaceSet
    publictest: FaceSet
    dropped: dict[str, int]


def load_fer2013(folder: Path) -> Fer2013:
    """Read `labels.csv` and both grids from `folder`; raise DataError where that cannot be done."""
    table = _read_table(folder / "labels.csv")
    splits = {usage: _read_split(folder, table, usage) for usage in GRIDS}
    training, rows = splits["Training"]
    kept, dropped = _leave_out(training, rows)
    return Fer2013(training.rows(kept), splits["PublicTest"][0], dropped)


def seven_label_votes(votes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Votes of `VOTED` (n, 8) in the order of `EMOTIONS` (n, 7), each row summing to 1 or to 0."""
    seven = votes[:, [VOTED.index(emotion) for emotion in EMOTIONS]]
    total = seven.sum(axis=1, keepdims=True)
    return np.divide(seven, total, out=np.zeros_like(seven), where=total > 0)


def _read_table(path: Path) -> Rows:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot read the labels {path}: {error}") from error
    needed = {"usage", "label", "votes_not_a_face", *VOTE_COLUMNS, *TWIN_COLUMNS}
    if not rows or not needed <= rows[0].keys():
        raise DataError(f"{path} lacks rows or one of the columns {', '.join(sorted(needed))}")
    return rows


def _read_split(folder: Path, table: Rows, usage: str) -> tuple[FaceSet, Rows]:
    rows = [row for row in table if row["usage"] == usage]
    images = _read_grid(folder / GRIDS[usage], len(rows))
    try:
        labels = np.array([int(row["label"]) for row in rows], np.int64)
        counts = np.array([[int(row[column]) for column in VOTE_COLUMNS] for row in rows], np.float32)
    except (TypeError, ValueError) as error:
        raise DataError(f"labels.csv holds a label or vote that is no number: {error}") from error
    if labels.size == 0 or labels.min() < 0 or labels.max() >= len(EMOTIONS):
        raise DataError(f"labels.csv has no {usage} rows, or a label outside 0-{len(EMOTIONS) - 1}")
    return FaceSet(images, labels, _vote_shares(counts)), rows


def _read_grid(path: Path, count: int) -> NDArray[np.uint8]:
    grid = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) if path.is_file() else None
    if grid is None:
        raise DataError(f"cannot read the grid of faces {path}")
    lines = -(-count // GRID_COLUMNS)
    if grid.shape != (lines * CROP_SIZE, GRID_COLUMNS * CROP_SIZE):
        raise DataError(f"{path} measures {grid.shape}, which does not fit the {count} rows of labels.csv")
    faces = grid.reshape(lines, CROP_SIZE, GRID_COLUMNS, CROP_SIZE).swapaxes(1, 2)
    return np.ascontiguousarray(faces.reshape(-1, CROP_SIZE, CROP_SIZE)[:count]).astype(np.uint8)


def _vote_shares(counts: NDArray[np.float32]) -> NDArray[np.float32]:
    # A single vote against nine is taken for a slip, as the authors of FER+ do.
    agreed = np.where(counts > 1, counts, 0).astype(np.float32)
    total = agreed.sum(axis=1, keepdims=True)
    return np.divide(agreed, total, out=np.zeros_like(agreed), where=total > 0)


def _leave_out(faces: FaceSet, rows: Rows) -> tuple[NDArray[np.bool_], dict[str, int]]:
    flat = faces.images.reshape(len(faces), -1)

    def flagged(column: str) -> NDArray[np.bool_]:
        return np.array([row[column] == "1" for row in rows])

    reasons = {
        "twin in the held-out test split": flagged(TWIN_COLUMNS[0]),
        "twin in PublicTest": flagged(TWIN_COLUMNS[1]),
        "not a face for most annotators": np.array([int(row["votes_not_a_face"]) > 5 for row in rows]),
        "blank": flat.max(axis=1) == flat.min(axis=1),
    }
    kept, dropped = np.ones(len(faces), bool), {}
    for reason, hit in reasons.items():
        dropped[reason] = int((kept & hit).sum())
        kept &= ~hit
    return kept, dropped
