"""How far the mean of a class could be from what was seen: a bootstrap over students and minutes. Pure.

Students are drawn anew and so are minutes, each as a whole and both at once: what one student does is alike
from minute to minute, and what one minute does is alike from student to student (A. B. Owen, "The pigeonhole
bootstrap", Annals of Applied Statistics 1 (2007), 386-411: its interval is rather too wide than too narrow).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 1000
WITHIN = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with the bounds within which it would lie for other students and minutes like these."""

    mean: float
    low: float
    high: float


def interval(values: NDArray[np.float64], *, seed: tuple[int, ...]) -> Interval:
    """Of float64 (students, minutes), NaN where a student was not measured; at least one value is known.

    The same for the same values and `seed`.
    """
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    students, minutes = values.shape
    rng = np.random.default_rng(seed)
    of_students = rng.multinomial(students, np.full(students, 1 / students), size=DRAWS)
    of_minutes = rng.multinomial(minutes, np.full(minutes, 1 / minutes), size=DRAWS)
    sums = (of_students @ filled * of_minutes).sum(axis=1)
    counts = (of_students @ known.astype(float) * of_minutes).sum(axis=1)
    drawn = sums[counts > 0] / counts[counts > 0]
    mean = float(filled.sum() / known.sum())
    tail = 100 * (1 - WITHIN) / 2
    low, high = np.percentile(drawn, [tail, 100 - tail]) if len(drawn) else (mean, mean)
    return Interval(mean, float(low), float(high))
