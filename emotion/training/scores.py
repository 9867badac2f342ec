"""How well a network reads: arithmetic on logits and labels, without a training library."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emotion.classifier import probabilities

Logits = NDArray[np.float32]
Shares = NDArray[np.float64]
Labels = NDArray[np.int64]

ECE_BINS = 15


@dataclass(frozen=True, slots=True)
class ConfidenceLimit:
    """A limit on the highest probability: the share of faces above it, and how often those are right."""

    limit: float
    coverage: float
    accuracy: float


def accuracy(shares: NDArray[np.floating], labels: Labels) -> float:
    return float((shares.argmax(axis=1) == labels).mean())


def confusion(shares: NDArray[np.floating], labels: Labels) -> NDArray[np.int64]:
    """int64 (classes, classes): rows are the labels, columns what the network said."""
    classes = shares.shape[1]
    pairs = labels * classes + shares.argmax(axis=1)
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def f1_by_class(shares: NDArray[np.floating], labels: Labels) -> NDArray[np.float64]:
    """float64 (classes,); a class that neither stands in the labels nor is said scores 0."""
    table = confusion(shares, labels)
    either = table.sum(axis=0) + table.sum(axis=1)
    return np.divide(2 * table.diagonal(), either, out=np.zeros(len(table)), where=either > 0)


def negative_log_likelihood(shares: Shares, labels: Labels) -> float:
    return float(-np.log(np.maximum(shares[np.arange(len(labels)), labels], 1e-12)).mean())


def expected_calibration_error(shares: Shares, labels: Labels, bins: int = ECE_BINS) -> float:
    """Mean gap between confidence and accuracy over equal bins of confidence, weighted by faces."""
    confidence = shares.max(axis=1)
    right = shares.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))


def fit_temperature(logits: Logits, labels: Labels) -> float:
    """The temperature, to a hundredth, under which the labels are most likely."""
    candidates = np.arange(0.3, 3.0, 0.01)
    losses = [negative_log_likelihood(probabilities(logits, float(t)), labels) for t in candidates]
    return round(float(candidates[int(np.argmin(losses))]), 2)


def above(limit: float, shares: Shares, labels: Labels) -> ConfidenceLimit:
    accepted = shares.max(axis=1) >= limit
    right = shares.argmax(axis=1)[accepted] == labels[accepted]
    return ConfidenceLimit(limit, float(accepted.mean()), float(right.mean()) if right.size else 1.0)


def choose_limit(shares: Shares, labels: Labels, wanted: float) -> ConfidenceLimit:
    """The lowest limit, to a hundredth, above which at least `wanted` of the readings are right."""
    tried = (above(step / 100, shares, labels) for step in range(100))
    return next((found for found in tried if found.accuracy >= wanted), above(1.0, shares, labels))


def accuracy_at_coverage(shares: Shares, labels: Labels, coverage: float) -> float:
    """Accuracy over the most confident share `coverage` of the faces."""
    surest = np.argsort(-shares.max(axis=1), kind="stable")[: max(round(coverage * len(labels)), 1)]
    return float((shares.argmax(axis=1)[surest] == labels[surest]).mean())
