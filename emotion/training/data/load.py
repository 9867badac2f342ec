"""Opens labelled faces, in whichever of three layouts they lie."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from emotion.labels import EMOTIONS, Emotion
from emotion.training.data import csv_file, folders, grids
from emotion.training.data.errors import DataError
from emotion.training.data.faces import Dataset, FaceSet, Scoring
from emotion.training.data.fair import assemble, to_score


def load(path: Path, *, classes: tuple[Emotion, ...] = EMOTIONS) -> Dataset:
    """Read the faces at `path`; raise DataError where that cannot be done.

    Args:
        path: a folder with `labels.csv` and its grids; `fer2013.csv` or the folder it stands in, with or
            without the votes in `fer2013new.csv` beside it; or a folder with `train/` and, if there are
            such, `validation/` and `test/`, one folder an emotion in each.
        classes: the only labels to keep; labels become positions in it.
    """
    return assemble(_reader(path)(path), classes)


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
    read = _reader(path)
    is_marked = read is grids.read  # each face's twins, at hand or not
    splits = grids.read(path, passing_over=True) if is_marked else read(path)
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


def _reader(path: Path) -> Callable[[Path], dict[str, FaceSet]]:
    if not path.exists():
        raise DataError(f"there is no file or folder {path}")
    if path.is_file():
        return csv_file.read
    if (path / grids.TABLE).exists():
        return grids.read
    if (path / csv_file.FACES).exists():
        return csv_file.read
    if folders.find_splits(path):
        return folders.read
    raise DataError(
        f"{path} holds no faces that can be read: neither {grids.TABLE} with its grids, nor {csv_file.FACES},"
        " nor a folder train with one folder an emotion"
    )
