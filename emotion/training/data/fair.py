"""From the splits of a source to what a run may learn from, without seeing what it is judged by."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from emotion.labels import EMOTIONS, Emotion
from emotion.training.data.errors import DataError
from emotion.training.data.faces import TRAINING, Dataset, FaceSet, Scoring, fingerprint
from emotion.training.data.twins import picture_numbers
from emotion.training.data.votes import not_a_face

CHOOSING_SPLITS = ("PublicTest", "validation")
HELD_OUT = "held-out"
_SEED = 2013


def assemble(splits: Mapping[str, FaceSet], classes: tuple[Emotion, ...] = EMOTIONS) -> Dataset:
    """Keep the faces of `classes`, leave out what would leak or mislead, and say what to choose by.

    Where no split is there to choose by, a tenth of Training is held out for it: the same tenth every
    time, and never one of two identical pictures.

    Args:
        splits: labels are positions in `EMOTIONS`.

    Raises:
        DataError: no Training, a class without a face to learn from, or too few faces to hold some out.
    """
    if TRAINING not in splits:
        raise DataError(f"the data has no training faces, only {', '.join(splits) or 'nothing at all'}")
    splits = {name: _only(faces, classes) for name, faces in splits.items()}
    _check_classes(splits[TRAINING], classes, "the training faces")
    training, dropped = _leave_out(splits[TRAINING])
    name = next((name for name in CHOOSING_SPLITS if name in splits), HELD_OUT)
    if name == HELD_OUT:
        held = held_out_tenth(training)
        choosing, training = training.rows(held), training.rows(~held)
    else:
        choosing = splits[name]
    if not len(choosing):
        raise DataError(f"no face is left to choose by in {name}: add some, or a folder 'validation'")
    _check_classes(training, classes, "what is left to learn from")
    return Dataset(splits, classes, training, dropped, choosing, name)


def to_score(
    splits: Mapping[str, FaceSet],
    classes: tuple[Emotion, ...] = EMOTIONS,
    *,
    name: str | None = None,
    learned: str | None = None,
) -> Scoring:
    """The faces of `classes` in one split, to score a network on; that split alone is enough.

    Args:
        splits: labels are positions in `EMOTIONS`.
        name: of the split; None for the one that decides between runs, or the only one there is. Where
            Training is the only one and was learned from, that is the tenth of it that was held out.
        learned: fingerprint of what the network learned from; None if it may be these very data.

    Raises:
        DataError: no such split, or several and none that decides; or what `assemble` raises.
    """
    kept = {each: _only(faces, classes) for each, faces in splits.items()}
    if _may_be_learned_from(kept, learned):
        data = assemble(splits, classes)
        return Scoring(name or data.choosing_name, data.split(name or data.choosing_name), data.fingerprint)
    known = {each.casefold(): each for each in kept}
    deciding = [each for each in CHOOSING_SPLITS if each in kept] or list(kept)
    if name is None and len(deciding) > 1:
        raise DataError(f"the data has {', '.join(kept)}, none of which decides: name one with --split")
    split = known.get((name or deciding[0]).casefold())
    if split is None:
        raise DataError(f"the data has no split {name!r}; it has {', '.join(kept)}")
    return Scoring(split, kept[split], None)


def held_out_tenth(faces: FaceSet, seed: int = _SEED) -> NDArray[np.bool_]:
    """Every tenth picture of each label, drawn by `seed`, with all its twins: bool (n,)."""
    numbers = picture_numbers(faces.images)
    _, first = np.unique(numbers, return_index=True)
    drawn = np.random.default_rng(seed).permutation(len(first))
    by_label = drawn[np.argsort(faces.labels[first[drawn]], kind="stable")]
    return np.isin(numbers, by_label[4::10])


def _may_be_learned_from(splits: Mapping[str, FaceSet], learned: str | None) -> bool:
    """Whether there is a Training beside what is scored, or one that had a tenth of itself held out."""
    if set(splits) != {TRAINING}:
        return TRAINING in splits
    training, _ = _leave_out(splits[TRAINING])
    return learned in (None, fingerprint(training.rows(~held_out_tenth(training))))


def _only(faces: FaceSet, classes: tuple[Emotion, ...]) -> FaceSet:
    position = np.array([classes.index(each) if each in classes else -1 for each in EMOTIONS], np.int64)
    labels = position[faces.labels]
    kept = faces.rows(labels >= 0)
    return FaceSet(kept.images, labels[labels >= 0], kept.votes, kept.source_rows, kept.twins)


def _check_classes(faces: FaceSet, classes: tuple[Emotion, ...], where: str) -> None:
    counts = np.bincount(faces.labels, minlength=len(classes))
    empty = [str(each) for each, count in zip(classes, counts, strict=True) if not count]
    if empty:
        present = ",".join(each for each in classes if each not in empty)
        remedy = f", or train without the class: train --classes {present}" if present else ""
        raise DataError(f"{where} hold no {' and no '.join(empty)} face: add some{remedy}")


def _leave_out(faces: FaceSet) -> tuple[FaceSet, dict[str, int]]:
    reasons = {"twin in another split": faces.twins}
    if faces.votes is not None:
        reasons["not a face for most annotators"] = not_a_face(faces.votes)
    reasons["blank"] = faces.blank()
    kept, dropped = np.ones(len(faces), bool), {}
    for reason, hit in reasons.items():
        dropped[reason] = int((kept & hit).sum())
        kept &= ~hit
    return faces.rows(kept), dropped
