"""Pictures that stand in the data more than once: where, and with which labels."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from emotion.training.data.faces import FaceSet
from emotion.training.data.twins import picture_numbers


@dataclass(frozen=True, slots=True)
class Duplicates:
    """One picture's places, in the order of the source: split, position in it, and label of each."""

    places: tuple[tuple[str, int, int], ...]

    @property
    def crosses_splits(self) -> bool:
        return len({split for split, _, _ in self.places}) > 1

    @property
    def labels_differ(self) -> bool:
        return len({label for _, _, label in self.places}) > 1


def find_duplicates(splits: Mapping[str, FaceSet]) -> list[Duplicates]:
    """Every picture with more than one place, worst first: with other labels, then in other splits."""
    numbers = picture_numbers(np.concatenate([faces.images for faces in splits.values()]))
    places = [
        (name, position, int(label))
        for name, faces in splits.items()
        for position, label in enumerate(faces.labels)
    ]
    order = np.argsort(numbers, kind="stable")
    starts = np.flatnonzero(np.diff(numbers[order])) + 1
    groups = [tuple(places[at] for at in group) for group in np.split(order, starts) if len(group) > 1]
    found = [Duplicates(group) for group in groups]
    return sorted(
        found, key=lambda each: (not each.labels_differ, not each.crosses_splits, -len(each.places))
    )
