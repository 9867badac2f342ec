"""Opens labelled faces, in whichever of three layouts they lie."""

import sys
from collections import Counter
from dataclasses import replace
from enum import Enum
from pathlib import Path

from emotion.labels import EMOTIONS, Emotion
from emotion.training.data import csv_file, folders, grids
from emotion.training.data.errors import DataError
from emotion.training.data.faces import Dataset, FaceSet, Scoring
from emotion.training.data.fair import assemble, to_score


def load(path: Path, *, classes: tuple[Emotion, ...] | None = None) -> Dataset:
    """Read the faces at `path`; raise DataError where that cannot be done.

    What was passed over is counted on standard error.

    Args:
        path: a folder with `labels.csv` and its grids; `fer2013.csv` (or Kaggle's `icml_face_data.csv`) or
            the folder it stands in, with or without the votes in `fer2013new.csv` beside it; or a folder
            with `train/` and, if there are such, `validation/` and `test/`, one folder an emotion in each;
            or a folder with just one of these in a folder of its own.
        classes: the only labels to keep; labels become positions in it. None keeps all of `EMOTIONS`, and
            refuses data with others.
    """
    return assemble(_read(path, leaving_out=classes is not None), classes or EMOTIONS)


def load_to_score(
    path: Path,
    split: str | None = None,
    *,
    classes: tuple[Emotion, ...] = EMOTIONS,
    learned: str | None = None,
) -> Scoring:
    """The faces of one split at `path`, which need not hold another; see `to_score`.

    Of grids those are enough whose pictures are there: `labels.csv` may name others.
    """
    path = _place(path)
    is_marked = _layout(path) is Layout.GRIDS  # each face's twins, at hand or not
    splits = _read(path, leaving_out=True, passing_over=True)
    scoring = to_score(splits, classes, name=split, learned=learned)
    return replace(scoring, twins_known=is_marked or scoring.fingerprint is not None)


def classes_named(text: str) -> tuple[Emotion, ...]:
    """The classes of a comma-separated list, in the order of `EMOTIONS`; raise DataError on other words."""
    words = {word.strip().casefold() for word in text.split(",")}
    unknown = sorted(words - set(EMOTIONS))
    if unknown:
        raise DataError(f"{unknown[0]!r} is no class; the classes are {', '.join(EMOTIONS)}")
    if len(words) < 2:
        raise DataError("name at least two classes, with commas between them")
    return tuple(emotion for emotion in EMOTIONS if emotion in words)


DEPTH = 2
"""So many folders deep archives put their data."""


class Layout(Enum):
    GRIDS = "grids"
    CSV = "csv"
    FOLDERS = "folders"


def _read(path: Path, *, leaving_out: bool, passing_over: bool = False) -> dict[str, FaceSet]:
    passed_over: Counter[str] = Counter()
    path = _place(path)
    match _layout(path):
        case Layout.GRIDS:
            splits = grids.read(path, passing_over=passing_over)
        case Layout.CSV:
            splits = csv_file.read(path, passed_over if leaving_out else None)
        case Layout.FOLDERS:
            splits = folders.read(path, passed_over, leaving_out=leaving_out)
    passed_over = +passed_over
    if passed_over:
        listed = ", ".join(f"{count} {what}" for what, count in passed_over.most_common())
        print(f"passed over: {listed}", file=sys.stderr)
    return splits


def _place(path: Path) -> Path:
    """Where the data lies: in `path`, or in the only folder within it that holds any, as archives unpack."""
    if not path.is_dir() or _layout_of(path):
        return path
    places = [path]
    for _ in range(DEPTH):
        places = [each for place in places for each in folders.folders_in(place)]
        if found := [place for place in places if _layout_of(place)]:
            if len(found) > 1:
                listed = ", ".join(map(str, found))
                raise DataError(f"{path} holds several sets of faces; name one of them: {listed}")
            return found[0]
    return path


def _layout(path: Path) -> Layout:
    if not path.exists():
        raise DataError(f"there is no file or folder {path}")
    if layout := _layout_of(path):
        return layout
    tables = ", ".join(sorted(each.name for each in path.glob("*.csv")))
    raise DataError(
        f"{path} holds no faces that can be read: neither {grids.TABLE} with its grids, nor {csv_file.FACES},"
        " nor a folder train with one folder an emotion"
        + (f". Name the file itself if one of these holds them: {tables}" if tables else "")
    )


def _layout_of(path: Path) -> Layout | None:
    if path.is_file():
        return Layout.CSV
    if (path / grids.TABLE).exists():
        return Layout.GRIDS
    if csv_file.find(path):
        return Layout.CSV
    return Layout.FOLDERS if folders.find_splits(path) else None
