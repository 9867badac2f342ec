"""Reads `fer2013.csv` as Kaggle publishes it, and the FER+ votes of `fer2013new.csv` beside it."""

import warnings
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emotion.labels import EMOTIONS
from emotion.preprocess import CROP_SIZE
from emotion.training.data.errors import DataError
from emotion.training.data.faces import TRAINING, FaceSet
from emotion.training.data.sheet import read_columns
from emotion.training.data.twins import mark_twins
from emotion.training.data.votes import VOTERS, Counts

FACES = "fer2013.csv"
OF_THE_CONTEST = "icml_face_data.csv"
"""What Kaggle's own download calls it, headings with spaces included."""

FACE_COLUMNS = ("emotion", "pixels", "usage")
VOTE_COLUMNS = (
    *("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"),
    *("unknown", "nf"),
)
USAGES = (TRAINING, "PublicTest", "PrivateTest")
LABELS = {str(label): label for label in range(len(EMOTIONS))}
COUNTS = {str(count): count for count in range(VOTERS + 1)}
OTHER = -1
PIXELS = CROP_SIZE * CROP_SIZE

Column = NDArray[np.int64]


class _BadRow(Exception):
    """What is wrong with one row; where it stands is known further out."""


def find(folder: Path) -> Path | None:
    """The file of faces in a folder, by the names that Kaggle gives it."""
    return next((folder / name for name in (FACES, OF_THE_CONTEST) if (folder / name).exists()), None)


def read(path: Path, left_out: Counter[str] | None = None) -> dict[str, FaceSet]:
    """The splits of `fer2013.csv`, or of another file of that form; labels are positions in `EMOTIONS`.

    Votes are read from the file whose name ends in `new`: fer2013new.csv for fer2013.csv.

    Args:
        left_out: counts rows of other whole numbers than those of the emotions; None refuses them.

    Raises:
        DataError: the file cannot be read; the message names the row and what is wrong with it.
    """
    table = find(path) or path / FACES if path.is_dir() else path
    usages, labels, images = _read_faces(table, left_out)
    votes_table = table.with_name(f"{table.stem}new{table.suffix}")
    votes = _read_votes(votes_table, table, usages) if votes_table.exists() else None
    splits = {}
    for place, usage in enumerate(USAGES):
        rows = np.flatnonzero((usages == place) & (labels != OTHER))
        if rows.size:
            counts = None if votes is None else votes[rows]
            splits[usage] = FaceSet(images[rows], labels[rows], counts, rows, np.zeros(len(rows), bool))
    return mark_twins(splits)


def _read_faces(path: Path, left_out: Counter[str] | None) -> tuple[Column, Column, NDArray[np.uint8]]:
    usages, labels, images = [], [], []
    for found in read_columns(path, FACE_COLUMNS):
        label, pixels, usage = found.cells
        try:
            labels.append(_label(label, left_out))
            images.append(_pixels(pixels))
            usages.append(_usage(usage))
        except _BadRow as problem:
            raise DataError(f"{path}, {found.place}: {problem}") from problem
    faces = np.stack(images).reshape(-1, CROP_SIZE, CROP_SIZE)
    return np.array(usages, np.int64), np.array(labels, np.int64), faces


def _read_votes(path: Path, faces: Path, usages: Column) -> Counts:
    votes: list[list[int]] = []
    for found in read_columns(path, ("usage", *VOTE_COLUMNS)):
        usage, *counts = found.cells
        try:
            if len(votes) < len(usages) and _usage(usage) != usages[len(votes)]:
                raise _BadRow(  # noqa: TRY301 - told with its place below
                    f"the usage is {usage!r}, but that row of {faces.name} says otherwise"
                )
            votes.append([_count(text) for text in counts])
        except _BadRow as problem:
            raise DataError(f"{path}, {found.place}: {problem}") from problem
    if len(votes) != len(usages):
        raise DataError(
            f"{path} holds {len(votes)} rows and {faces.name} {len(usages)}: they belong row to row, so take"
            " both files whole, or move the votes away to do without"
        )
    return np.array(votes, np.uint8)


def _label(text: str, left_out: Counter[str] | None) -> int:
    if left_out is not None and text.isdecimal() and text not in LABELS:
        left_out[f"rows with the emotion {int(text)}"] += 1
        return OTHER
    if text not in LABELS:
        raise _BadRow(f"the emotion {text!r} is no whole number from 0 to {len(EMOTIONS) - 1}")
    return LABELS[text]


def _usage(text: str) -> int:
    if text not in USAGES:
        raise _BadRow(f"the usage {text!r} is none of {', '.join(USAGES)}")
    return USAGES.index(text)


def _count(text: str) -> int:
    if text not in COUNTS:
        raise _BadRow(f"the vote {text!r} is no whole number from 0 to {VOTERS}")
    return COUNTS[text]


def _pixels(text: str) -> NDArray[np.uint8]:
    try:
        # Told of text it cannot read, numpy only warns and gives what came before.
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)
            values = np.fromstring(text, np.int64, sep=" ")
    except (ValueError, DeprecationWarning) as error:
        raise _BadRow("a pixel is no whole number") from error
    if values.size != PIXELS:
        raise _BadRow(f"{values.size} pixels instead of {CROP_SIZE} x {CROP_SIZE} = {PIXELS}")
    if values.min() < 0 or values.max() > 255:
        raise _BadRow(f"a pixel of {values.min() if values.min() < 0 else values.max()}, outside 0 to 255")
    return values.astype(np.uint8)
