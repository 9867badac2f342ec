"""Reads FER2013 from one lossless picture a split, with labels, votes and twins in `labels.csv`."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from emotion.labels import EMOTIONS
from emotion.preprocess import CROP_SIZE
from emotion.training.data.errors import DataError
from emotion.training.data.faces import TRAINING, FaceSet
from emotion.training.data.sheet import read_columns
from emotion.training.data.votes import ANSWERS, VOTERS

TABLE = "labels.csv"
GRID_COLUMNS = 64
GRIDS = {
    TRAINING: "train_64cols.png",
    "PublicTest": "publictest_64cols.png",
    "PrivateTest": "privatetest_64cols.png",
}

VOTE_COLUMNS = tuple(f"votes_{answer}" for answer in ANSWERS)
# Whether a face's exact pixels also stand in another split: one that is not at hand may be among them.
TWIN_IN_TRAINING = "twin_in_train"
TWIN_IN_TEST = ("twin_in_publictest", "twin_in_held_out_test")
HIGHEST = {
    "row": 10**9 - 1,
    "label": len(EMOTIONS) - 1,
    **dict.fromkeys(VOTE_COLUMNS, VOTERS),
    **dict.fromkeys((TWIN_IN_TRAINING, *TWIN_IN_TEST), 1),
}
COLUMNS = ("usage", *HIGHEST)

Rows = list[dict[str, str]]


def read(folder: Path, *, passing_over: bool = False) -> dict[str, FaceSet]:
    """The splits that `labels.csv` of `folder` names, each from its grid; labels are positions in `EMOTIONS`.

    Args:
        passing_over: leave out splits without a grid, as long as one has one.

    Raises:
        DataError: a file is missing or damaged, the table holds what it must not, or the two do not fit.
    """
    rows = _read_table(folder / TABLE)
    numbers = _numbers(folder / TABLE, rows)
    usages = np.array([row["usage"] for row in rows])
    splits = {}
    named = [usage for usage in GRIDS if usage in usages]
    there = [usage for usage in named if (folder / GRIDS[usage]).is_file()]
    for usage, grid in GRIDS.items():
        chosen = usages == usage
        if usage in (there if passing_over and there else named):
            images = _read_grid(folder / grid, int(chosen.sum()))
            splits[usage] = _face_set(
                usage, images, {name: column[chosen] for name, column in numbers.items()}
            )
    return splits


def _read_table(path: Path) -> Rows:
    return [
        {"line": str(found.line), **dict(zip(COLUMNS, found.cells, strict=True))}
        for found in read_columns(path, COLUMNS)
    ]


def _numbers(path: Path, rows: Rows) -> dict[str, NDArray[np.int64]]:
    """Every column of numbers, each within its range."""
    for row in rows:
        if row["usage"] not in GRIDS:
            raise DataError(
                f"{path}, line {row['line']}: usage {row['usage']!r} is none of {', '.join(GRIDS)}"
            )
    return {column: _column(path, rows, column, HIGHEST[column]) for column in HIGHEST}


def _column(path: Path, rows: Rows, name: str, highest: int) -> NDArray[np.int64]:
    for row in rows:
        text = row[name]
        if not (text and text.isdecimal() and len(text) < 10 and int(text) <= highest):
            raise DataError(
                f"{path}, line {row['line']}: {name} is {text!r} and no whole number from 0 to {highest}"
            )
    return np.array([row[name] for row in rows]).astype(np.int64)


def _face_set(usage: str, images: NDArray[np.uint8], numbers: dict[str, NDArray[np.int64]]) -> FaceSet:
    apart = TWIN_IN_TEST if usage == TRAINING else (TWIN_IN_TRAINING,)
    return FaceSet(
        images=images,
        labels=numbers["label"],
        votes=np.stack([numbers[column] for column in VOTE_COLUMNS], axis=1).astype(np.uint8),
        source_rows=numbers["row"],
        twins=np.any([numbers[column] for column in apart], axis=0),
    )


def _read_grid(path: Path, count: int) -> NDArray[np.uint8]:
    try:
        # Not by its name, which OpenCV takes for UTF-8.
        content = np.frombuffer(path.read_bytes(), np.uint8)
        grid = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)
    except (OSError, cv2.error):
        grid = None
    if grid is None:
        raise DataError(f"cannot read the grid of faces {path}")
    lines = -(-count // GRID_COLUMNS)
    if grid.shape != (lines * CROP_SIZE, GRID_COLUMNS * CROP_SIZE):
        raise DataError(f"{path} measures {grid.shape}, which does not fit the {count} rows of {TABLE}")
    faces = grid.reshape(lines, CROP_SIZE, GRID_COLUMNS, CROP_SIZE).swapaxes(1, 2)
    return np.ascontiguousarray(faces.reshape(-1, CROP_SIZE, CROP_SIZE)[:count]).astype(np.uint8)
