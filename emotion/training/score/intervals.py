"""How far a figure could be from the truth, given how few faces it was measured on."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emotion.judgement.wilson import wilson

# 95 of 100 intervals hold the true value.
LEVEL = 0.95
NORMAL_QUANTILE = 1.959964
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """A measured value and the bounds that the true one lies between in 95 cases of 100."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{100 * self.value:.1f}% ({100 * self.low:.1f}-{100 * self.high:.1f})"


def share_of(hits: int, count: int) -> Interval:
    """The share of `hits` among `count`, with the interval of Wilson."""
    if not 0 <= hits <= count or count == 0:
        raise ValueError(f"{hits} of {count} is no share")
    share = hits / count
    return Interval(share, *wilson(share, count, NORMAL_QUANTILE))


def bootstrap(
    table: NDArray[np.int64], statistic: Callable[[NDArray[np.int64]], NDArray[np.float64]], seed: int = 0
) -> Interval:
    """A statistic of counted faces, with its percentile interval over resampled faces (Efron, 1979).

    Args:
        table: how many faces fell into each cell, int64 of any shape. Drawing that many faces anew
            with replacement is drawing new counts, which takes no time at all.
        statistic: from tables (resamples, ...) to values (resamples,).
    """
    count = int(table.sum())
    drawn = np.random.default_rng(seed).multinomial(count, table.ravel() / count, RESAMPLES)
    values = statistic(drawn.reshape(RESAMPLES, *table.shape))
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(statistic(table[None])[0]), float(low), float(high))
