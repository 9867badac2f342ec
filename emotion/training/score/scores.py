"""How well a network reads: arithmetic on logits and labels, without a training library."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from emotion.classifier import probabilities

Logits = NDArray[np.float32]
Shares = NDArray[np.float64]
Labels = NDArray[np.int64]

ECE_BINS = 15
HALVES_SEED = 2013


@dataclass(frozen=True, slots=True)
class ConfidenceLimit:
    """A limit on the highest probability: the share of faces above it, and how often those are right."""

    limit: float
    coverage: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How one class is read: how many of those said were it, how many of those that were it were said."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Bin:
    """The faces whose confidence falls between two bounds: mean confidence, share read right, how many."""

    confidence: float
    accuracy: float
    faces: int


@dataclass(frozen=True, slots=True, eq=False)
class CrossFitted:
    """Probabilities (n, classes) of which no face had a say in its own temperature.

    `temperatures`: what the first and the second half were divided by, each fitted on the other half.
    """

    shares: Shares
    temperatures: tuple[float, float]


def accuracy(shares: NDArray[np.floating], labels: Labels) -> float:
    return float((shares.argmax(axis=1) == labels).mean())


def confusion(shares: NDArray[np.floating], labels: Labels) -> NDArray[np.int64]:
    """int64 (classes, classes): rows are the labels, columns what the network said."""
    classes = shares.shape[1]
    pairs = labels * classes + shares.argmax(axis=1)
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def macro_f1(tables: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean F1 of the classes that stand in the labels or were said.

    Args:
        tables: confusion tables, int64 (..., classes, classes).

    Returns:
        float64 (...).
    """
    either = tables.sum(axis=-2) + tables.sum(axis=-1)
    f1 = _ratio(2 * np.diagonal(tables, axis1=-2, axis2=-1), either)
    return _ratio(f1.sum(axis=-1), (either > 0).sum(axis=-1))


def class_scores(table: NDArray[np.int64]) -> tuple[ClassScore, ...]:
    """The score of each class of a confusion table (classes, classes); a share of nothing is 0."""
    right, said, there = table.diagonal(), table.sum(axis=0), table.sum(axis=1)
    columns = _ratio(right, said), _ratio(right, there), _ratio(2 * right, said + there), there
    return tuple(ClassScore(*row) for row in zip(*(column.tolist() for column in columns), strict=True))


def negative_log_likelihood(shares: Shares, labels: Labels, least: float = 1e-12) -> float:
    return float(-np.log(np.maximum(shares[np.arange(len(labels)), labels], least)).mean())


def expected_calibration_error(shares: Shares, labels: Labels, bins: int = ECE_BINS) -> float:
    """Mean gap between confidence and accuracy over equal bins of confidence, weighted by faces."""
    gaps = [each.faces * abs(each.confidence - each.accuracy) for each in reliability(shares, labels, bins)]
    return sum(gaps) / len(labels)


def reliability(shares: Shares, labels: Labels, bins: int = ECE_BINS) -> tuple[Bin, ...]:
    """Equal bins of confidence from low to high, those without a face left out."""
    confidence = shares.max(axis=1)
    right = shares.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    inside = [bin_of == each for each in np.unique(bin_of)]
    return tuple(Bin(float(confidence[x].mean()), float(right[x].mean()), int(x.sum())) for x in inside)


def fit_temperature(shares_at: Callable[[float], Shares], labels: Labels) -> float:
    """The temperature between .3 and 3, to a hundredth, under which the labels are most likely.

    Args:
        shares_at: probabilities (n, classes) under a temperature.
    """

    def loss(hundredths: int) -> float:
        return negative_log_likelihood(shares_at(hundredths / 100), labels, least=np.finfo(np.float64).tiny)

    # The loss falls up to its one minimum and rises after it, so halving the range finds that.
    low, high = 30, 300
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if loss(middle) <= loss(middle + 1) else (middle + 1, high)
    return low / 100


def cross_fitted(logits: Logits, labels: Labels, seed: int = HALVES_SEED) -> CrossFitted:
    """Probabilities under temperatures that were fitted on other faces, so that their error is honest.

    The faces are split at random into halves; each half is divided by the temperature of the other.
    Needs two faces at least.
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    halves = np.array_split(order, 2)
    shares = np.empty(logits.shape, np.float64)
    temperatures = [
        fit_temperature(partial(probabilities, logits[other]), labels[other]) for other in reversed(halves)
    ]
    for half, temperature in zip(halves, temperatures, strict=True):
        shares[half] = probabilities(logits[half], temperature)
    return CrossFitted(shares, (temperatures[0], temperatures[1]))


def above(limit: float, shares: Shares, labels: Labels) -> ConfidenceLimit:
    accepted = shares.max(axis=1) >= limit
    right = shares.argmax(axis=1)[accepted] == labels[accepted]
    return ConfidenceLimit(limit, float(accepted.mean()), float(right.mean()) if right.size else 1.0)


def choose_limit(shares: Shares, labels: Labels, wanted: float) -> ConfidenceLimit:
    """The lowest limit, to a hundredth, above which at least `wanted` of the readings are right."""
    tried = (above(step / 100, shares, labels) for step in range(100))
    return next((found for found in tried if found.accuracy >= wanted), above(1.0, shares, labels))


def choose_clear_limit(
    shares: Shares, labels: Labels, wanted: float, wanted_each: float, often: int
) -> float:
    """The lowest limit, to a hundredth, above which what is named can be taken at its word.

    At least `wanted` of the readings are right, and of each class that is named `often` at least
    `wanted_each`: a rare one would hide behind the common ones. 1 where there is no such limit.
    """
    tried = (step / 100 for step in range(100))
    return next((one for one in tried if _is_clear(one, shares, labels, wanted, wanted_each, often)), 1.0)


def _is_clear(
    limit: float, shares: Shares, labels: Labels, wanted: float, wanted_each: float, often: int
) -> bool:
    accepted = shares.max(axis=1) >= limit
    named, right = shares.argmax(axis=1)[accepted], shares.argmax(axis=1)[accepted] == labels[accepted]
    each = [right[named == one] for one in range(shares.shape[1])]
    enough = all(one.mean() >= wanted_each for one in each if len(one) >= often)
    return bool(right.size and right.mean() >= wanted and enough)


def accuracy_at_coverage(shares: Shares, labels: Labels, coverage: float) -> float:
    """Accuracy over the most confident share `coverage` of the faces."""
    surest = np.argsort(-shares.max(axis=1), kind="stable")[: max(round(coverage * len(labels)), 1)]
    return float((shares.argmax(axis=1)[surest] == labels[surest]).mean())


def risk_coverage(shares: Shares, labels: Labels, points: int = 100) -> tuple[tuple[float, float], ...]:
    """(coverage, accuracy) from the surest hundredth of the faces to all of them."""
    coverages = (step / points for step in range(1, points + 1))
    return tuple((coverage, accuracy_at_coverage(shares, labels, coverage)) for coverage in coverages)


def _ratio(parts: NDArray[np.number], wholes: NDArray[np.number]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = np.divide(
        parts, wholes, out=np.zeros(np.shape(wholes)), where=np.asarray(wholes) > 0
    )
    return shares
