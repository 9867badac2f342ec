"""How often one kind of picture scores above another, and how far that hangs on who was asked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 4000
BOUNDS = (0.025, 0.975)

Figure = tuple[float, float, float]
"""A value and its 95 % bounds."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of one picture that ought to score high and one that ought to score low.

    ordered: float64 (n, n), how many pairs with the high picture of student i and the low one of student j
    are ordered right, ties half. all: float64 (n, n), how many there are.
    """

    ordered: NDArray[np.float64]
    all: NDArray[np.float64]

    @property
    def area(self) -> float:
        """Area under the curve of all pictures together; nan without a pair."""
        return float(self.ordered.sum() / self.all.sum()) if self.all.any() else float("nan")

    @property
    def within(self) -> tuple[float, ...]:
        """The same of each student alone who has a pair."""
        right, there = self.ordered.diagonal(), self.all.diagonal()
        return tuple((right[there > 0] / there[there > 0]).tolist())


def pairs(scores: Sequence[float], students: Sequence[str], high: Sequence[bool]) -> Pairs:
    values, chosen = np.array(scores), np.array(high)
    of = {name: np.array([one == name for one in students]) for name in sorted(set(students))}
    count = len(of)
    ordered, there = np.zeros((count, count)), np.zeros((count, count))
    for i, mine in enumerate(of.values()):
        for j, theirs in enumerate(of.values()):
            above, below = values[mine & chosen][:, None], values[theirs & ~chosen][None]
            ordered[i, j] = (above > below).sum() + (above == below).sum() / 2
            there[i, j] = above.size * below.size
    return Pairs(ordered, there)


def figure(found: Pairs, minus: Pairs | None = None, seed: int = 0) -> Figure:
    """The area, or how much it is above another's of the same pictures, with its bounds.

    Students are drawn anew with replacement (Efron, 1979): pictures of one student resemble each other.
    """
    count = len(found.all)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(count, np.full(count, 1 / count), RESAMPLES).astype(np.float64)

    def of(pairs_: Pairs) -> NDArray[np.float64]:
        right = np.einsum("ri,ij,rj->r", drawn, pairs_.ordered, drawn)
        there = np.einsum("ri,ij,rj->r", drawn, pairs_.all, drawn)
        areas: NDArray[np.float64] = right[there > 0] / there[there > 0]
        return areas

    areas, value = of(found), found.area
    if minus is not None:
        areas, value = areas - of(minus), value - minus.area
    low, high = np.quantile(areas, BOUNDS)
    return round(value, 4), round(float(low), 4), round(float(high), 4)
