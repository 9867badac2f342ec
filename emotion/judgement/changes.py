"""When the level of a series of minutes changed for longer: change points. Pure.

The rule is PELT with the cost of a normal mean: R. Killick, P. Fearnhead and I. A. Eckley, "Optimal detection
of changepoints with a linear computational cost", Journal of the American Statistical Association 107 (2012),
1590-1598. docs/report.md prints the constants, how often a flat lesson seems to change, and what is found.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SHORTEST = 3
"""Minutes between two change points, and so the fewest that a mean is told of."""
PENALTY = 3.5
"""What one more change point has to explain, in variances of the noise times the logarithm of the length."""
ALIKE = 0.3
"""How alike two neighbouring minutes of a flat lesson are taken to be (a correlation)."""
NORMAL_MAD = 0.6745
"""The median distance from the mean of a normal variable, in standard deviations."""

Floats = NDArray[np.float64]


def change_points(values: Sequence[float], *, penalty: float, shortest: int = SHORTEST) -> tuple[int, ...]:
    """Where segments begin but for the first, so that the squared distances from each segment's mean, plus
    `penalty` a change point, are least. No segment is shorter than `shortest` values.

    A start is dropped only `shortest` values after it was beaten: until then the better one may not end yet.
    """
    n = len(values)
    if n < 2 * shortest:
        return ()
    sums, squares = _running(values)
    least = np.full(n + 1, np.inf)
    least[0] = -penalty
    begins = np.zeros(n + 1, dtype=int)
    leaves = np.full(n + 1, n + 1)
    starts = np.array([0])
    for end in range(shortest, n + 1):
        if end >= 2 * shortest:
            starts = np.append(starts[leaves[starts] > end], end - shortest)
        reached = least[starts] + _distances(sums, squares, starts, end)
        chosen = int(reached.argmin())
        begins[end], least[end] = starts[chosen], reached[chosen] + penalty
        beaten = starts[reached >= least[end]]
        leaves[beaten] = np.minimum(leaves[beaten], end + shortest)
    return _walked_back(begins, n)


def cost(values: Sequence[float], points: Sequence[int], *, penalty: float) -> float:
    """What `change_points` makes least, for any choice of points."""
    segments = np.split(np.asarray(values, dtype=float), list(points))
    return float(sum(((one - one.mean()) ** 2).sum() for one in segments) + penalty * len(points))


def penalty_for(values: Sequence[float], *, least_noise: float) -> float:
    """What a change point has to explain in a series as noisy as this.

    The noise is taken from the differences of neighbours, which one change hardly touches; `least_noise` is
    the standard deviation that is assumed at least. That neighbours are alike makes the differences smaller
    and the mean of a segment less sure: both are allowed for.
    """
    if len(values) < 2:
        return 0.0
    between = float(np.median(np.abs(np.diff(values)))) / NORMAL_MAD
    variance = max(between**2 / (2 * (1 - ALIKE)), least_noise**2)
    return PENALTY * variance * (1 + ALIKE) / (1 - ALIKE) * float(np.log(len(values)))


def _running(values: Sequence[float]) -> tuple[Floats, Floats]:
    """Sums of the values and of their squares up to each; about the mean, so that little cancels."""
    about = np.asarray(values, dtype=float) - np.mean(values)
    return np.append(0.0, about.cumsum()), np.append(0.0, (about**2).cumsum())


def _distances(sums: Floats, squares: Floats, starts: NDArray[np.int_], end: int) -> Floats:
    """Squared distances from the mean of the values from each start to `end`."""
    distances: Floats = squares[end] - squares[starts] - (sums[end] - sums[starts]) ** 2 / (end - starts)
    return distances


def _walked_back(begins: NDArray[np.int_], n: int) -> tuple[int, ...]:
    points: list[int] = []
    at = int(begins[n])
    while at:
        points.append(at)
        at = int(begins[at])
    return tuple(reversed(points))
