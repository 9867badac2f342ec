"""Which faces of one picture are those of the picture before, by place and size alone.

Nobody is recognised: a number follows a face while it stays about where it was. One that leaves for
longer than the gap, or appears elsewhere (a tile of a gallery that moved), gets a new number. Where two
tiles trade places between two pictures and both faces are alike in place and size, the numbers stay with
the places: telling the two apart would be recognition. Pure.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from emotion.values import FaceBox

GAP_MS = 5000
"""A face that was away for no longer than this keeps its number."""

MAX_SHIFT = 0.8
"""How far a face may move from picture to picture, in its own widths and heights: people who bend aside
were seen to move by 0.6 in a second, and the tiles of a gallery are two faces apart or more."""

MAX_GROWTH = 1.3
"""How much larger or smaller it may become. Beyond either limit it is taken for another face: two numbers
for one face do less harm than one number for two."""

_NO_MATCH = 1000.0


@dataclass(frozen=True, slots=True)
class Track:
    """A face that is being followed: its number, and where and when it was last seen."""

    number: int
    box: FaceBox
    seen_ms: int


@dataclass(frozen=True, slots=True)
class Tracks:
    """The faces still followed, and the number that the next new one gets."""

    tracks: tuple[Track, ...] = ()
    next_number: int = 1

    def follow(
        self, boxes: Sequence[FaceBox], at_ms: int, gap_ms: int = GAP_MS
    ) -> tuple["Tracks", tuple[int, ...]]:
        """The tracks after one more picture, and the number of each of its boxes.

        New numbers are given in the order of the boxes. No number is given twice.
        """
        kept = [track for track in self.tracks if 0 <= at_ms - track.seen_ms <= gap_ms]
        known = _matches([track.box for track in kept], boxes)
        next_number = self.next_number
        numbers = []
        for index in range(len(boxes)):
            if index in known:
                numbers.append(kept[known[index]].number)
            else:
                numbers.append(next_number)
                next_number += 1
        unseen = [track for index, track in enumerate(kept) if index not in known.values()]
        seen = [Track(number, box, at_ms) for number, box in zip(numbers, boxes, strict=True)]
        return Tracks((*unseen, *seen), next_number), tuple(numbers)


def unlikeness(one: FaceBox, other: FaceBox) -> float | None:
    """How far apart two boxes are in place and size, 0 for the same box; None beyond the limits above."""
    width, height = (one.width + other.width) / 2, (one.height + other.height) / 2
    sizes = sorted((one.width * one.height, other.width * other.height))
    if sizes[0] <= 0:
        return None
    across = (one.left - other.left + (one.width - other.width) / 2) / width
    down = (one.top - other.top + (one.height - other.height) / 2) / height
    shift, growth = math.hypot(across, down), math.sqrt(sizes[1] / sizes[0])
    if shift > MAX_SHIFT or growth > MAX_GROWTH:
        return None
    return shift + growth - 1


def _matches(before: Sequence[FaceBox], now: Sequence[FaceBox]) -> dict[int, int]:
    """For a box of `now` the one of `before` that it belongs to: as many pairs as can be, then the likest."""
    if not before or not now:
        return {}
    table = [[unlikeness(box, old) for old in before] for box in now]
    costs = np.array([[_NO_MATCH if cost is None else cost for cost in row] for row in table])
    pairs = zip(*(places.tolist() for places in linear_sum_assignment(costs)), strict=True)
    return {row: column for row, column in pairs if table[row][column] is not None}
