"""What is to be known of a data set before learning from it, as tables."""

import numpy as np
from numpy.typing import NDArray

from emotion.training.data.duplicates import Duplicates
from emotion.training.data.faces import TRAINING, Dataset, FaceSet
from emotion.training.data.votes import NO_MAJORITY, VOTED, VOTED_NAMES, majority, not_a_face, strict_majority
from emotion.training.page.tables import Table


def class_counts(faces: FaceSet, classes: int) -> np.ndarray:
    """int64 (classes,): the faces of each label."""
    return np.bincount(faces.labels, minlength=classes)


def classes_table(data: Dataset) -> Table:
    """The faces of each class and split, and what is left to learn from."""
    many = len(data.classes)
    training = class_counts(data.splits[TRAINING], many)
    rows = [(name, *_counted(class_counts(faces, many))) for name, faces in data.splits.items()]
    rows.append(("left to learn from", *_counted(class_counts(data.training, many))))
    rows.append((f"share of {TRAINING}", *(f"{share:.1%}" for share in training / training.sum()), "100.0%"))
    return Table("Faces of each class", ("", *map(str, data.classes), "faces"), tuple(rows))


def imbalance(data: Dataset) -> str:
    """How unequal the classes are, in a sentence."""
    counts = class_counts(data.splits[TRAINING], len(data.classes))
    most, least = int(counts.argmax()), int(counts.argmin())
    return (
        f"Imbalance: {TRAINING} has {counts[most] / counts[least]:.1f} times as many"
        f" {data.classes[most]} faces"
        f" ({counts[most]:,}) as {data.classes[least]} ones ({counts[least]:,})."
    )


def left_out_table(data: Dataset) -> Table:
    rows = [(reason, f"{count:,}") for reason, count in data.dropped.items()]
    left = len(data.splits[TRAINING]) - sum(data.dropped.values())
    if len(data.training) < left:
        rows.append((f"held out to choose by ({data.choosing_name})", f"{left - len(data.training):,}"))
    rows.append(("left to learn from", f"{len(data.training):,}"))
    rows.append((f"to choose by: {data.choosing_name}", f"{len(data.choosing):,}"))
    title = f"What is left out of {TRAINING}, by the first reason that holds"
    return Table(title, ("", "faces"), tuple(rows))


def duplicates_table(data: Dataset, found: list[Duplicates]) -> Table:
    twins = data.splits[TRAINING].twins.sum()
    rows = (
        ("pictures that stand there more than once", f"{len(found):,}"),
        ("faces they make up", f"{sum(len(each.places) for each in found):,}"),
        ("of these pictures: in more than one split", f"{sum(each.crosses_splits for each in found):,}"),
        ("of these pictures: with different labels", f"{sum(each.labels_differ for each in found):,}"),
        (f"faces of {TRAINING} with a twin in another split, at hand or not", f"{twins:,}"),
    )
    return Table("Identical pictures", ("", "count"), rows)


def nothing_table(data: Dataset) -> Table:
    """The pictures that show no face, by split."""
    rows = [("blank: one single gray", *(f"{faces.blank().sum():,}" for faces in data.splits.values()))]
    if data.training.votes is not None:
        shown = (not_a_face(faces.needed_votes()).sum() for faces in data.splits.values())
        rows.append(("not a face for most annotators", *(f"{count:,}" for count in shown)))
    return Table("Pictures that show no face", ("", *data.splits), tuple(rows))


def votes_table(data: Dataset) -> Table:
    """How far the annotators of FER+ agree with each other and with the labels."""
    rows: dict[str, list[str]] = {}
    for faces in data.splits.values():
        said = majority(faces.needed_votes())
        strict = strict_majority(faces.needed_votes())
        for name, cell in (
            ("faces", f"{len(faces):,}"),
            ("FER+ majority: an emotion has most votes", f"{(said >= 0).sum():,}"),
            ("FER+ strict: more than half, singletons dropped", f"{(strict >= 0).sum():,}"),
            ("the label is what the FER+ majority saw", _share(_agrees(data, faces, said), said >= 0)),
            ("the same where the majority is strict", _share(_agrees(data, faces, strict), strict >= 0)),
        ):
            rows.setdefault(name, []).append(cell)
    return Table("FER+ votes", ("", *data.splits), tuple((name, *cells) for name, cells in rows.items()))


def label_against_votes(data: Dataset) -> np.ndarray:
    """int64 (classes, 9): faces of Training by label and by FER+ majority, as `VOTED`, then none."""
    faces = data.splits[TRAINING]
    said = majority(faces.needed_votes())
    columns = len(VOTED) + 1
    column = np.where(said == NO_MAJORITY, len(VOTED), said)
    counts = np.bincount(faces.labels * columns + column, minlength=len(data.classes) * columns)
    return counts.reshape(len(data.classes), columns)


def label_against_votes_table(data: Dataset) -> Table:
    counts = label_against_votes(data)
    rows = tuple(
        (str(label), *(f"{count / max(row.sum(), 1):.1%}" for count in row), f"{row.sum():,}")
        for label, row in zip(data.classes, counts, strict=True)
    )
    return Table(
        f"Label (row) against FER+ majority (column) in {TRAINING}", ("", *VOTED_NAMES, "none", "faces"), rows
    )


def _agrees(data: Dataset, faces: FaceSet, said: np.ndarray) -> NDArray[np.bool_]:
    place = np.array([VOTED.index(emotion) for emotion in data.classes])
    agrees: NDArray[np.bool_] = place[faces.labels] == said
    return agrees


def _share(hit: np.ndarray, among: np.ndarray) -> str:
    return f"{hit[among].mean():.1%}" if among.any() else "-"


def _counted(counts: np.ndarray) -> list[str]:
    return [f"{count:,}" for count in (*counts, counts.sum())]
