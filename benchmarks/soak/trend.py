"""Whether something grows: what was measured again and again, and how steeply it rises. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

SECONDS_AN_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Trend:
    """Over the second half of a series: from its middle value, by how much it grew, and how much an hour."""

    level: float
    growth: float
    an_hour: float


def trend(series: Sequence[tuple[float, float]]) -> Trend:
    """Of (seconds, value) pairs. The slope is the median of all between two of them: outliers bend it little.

    Raises ValueError where the second half holds fewer than two different times.
    """
    half = series[len(series) // 2 :]
    slopes = [(b - a) / (t - s) for (s, a), (t, b) in combinations(half, 2) if t > s]
    if not slopes:
        raise ValueError("too few times for a trend")
    slope = median(slopes)
    lasted_s = half[-1][0] - half[0][0]
    return Trend(median(value for _, value in half), slope * lasted_s, slope * SECONDS_AN_HOUR)
