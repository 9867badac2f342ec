"""From a network's logits to what may be shown: by which head, how confident, and when it is uncertain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from emotion.classifier import probabilities, seven_shares
from emotion.labels import EMOTIONS
from emotion.model_card import CONTEMPT, ContemptRule
from emotion.training.data.faces import FaceSet
from emotion.training.data.votes import VOTED, majority
from emotion.training.score import scores
from emotion.training.score.intervals import Interval, share_of

# A reading that names an expression should name what most people see nine times in ten.
WANTED_ACCURACY = 0.9

# What a face shows that is none of the seven: whatever a reading names, it is wrong.
NONE_OF_SEVEN = -1


@dataclass(frozen=True, slots=True)
class Shown:
    """One way to show seven labels: by this head of a network, contempt folded in under this rule."""

    head: str
    labels: tuple[str, ...]
    contempt: ContemptRule | None = None

    def shares(self, logits: NDArray[np.float32], temperature: float) -> scores.Shares:
        """float64 (n, 7) in the order of `EMOTIONS`, from the logits of the head (n, k)."""
        return seven_shares(probabilities(logits, temperature), self.labels, self.contempt)

    def fitted(self, logits: NDArray[np.float32], truth: scores.Labels) -> float:
        """The temperature under which the truth is most likely; none of the seven has no part in it."""
        told = truth != NONE_OF_SEVEN
        return scores.fit_temperature(partial(self.shares, logits[told]), truth[told])

    def __str__(self) -> str:
        return f"{self.head}, contempt {self.contempt.replace('_', ' ')}" if self.contempt else self.head


@dataclass(frozen=True, slots=True, eq=False)
class Calibrated:
    """A way to show seven labels, with the temperature and the limit that it needs, and what they are worth.

    `temperature` and `limit` are fitted on all faces. The figures are cross-fitted: each half of the
    faces, drawn at random, is read under the temperature and the limit of the other half. `faces`
    counts all, also those that show none of the seven, which are always read wrong; `nll`, which they
    have no part in, is that of the others. `coverage` is the share of readings above the limit,
    `accuracy_above` how many of those are right, None where there are none.
    """

    shown: Shown
    temperature: float
    limit: float
    faces: int
    accuracy: Interval
    nll: float
    ece: float
    coverage: Interval
    accuracy_above: Interval | None


def ways_to_show(heads: Mapping[str, tuple[str, ...]]) -> tuple[Shown, ...]:
    """Every way in which a network with these heads could show seven labels; heads with fewer show none."""
    return tuple(
        Shown(head, tuple(labels), rule)
        for head, labels in heads.items()
        if set(EMOTIONS) <= set(labels)
        for rule in (ContemptRule if CONTEMPT in labels else (None,))
    )


def seen_by_most(faces: FaceSet) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """What most of ten people saw in each face, ambiguous ones included, and which faces showed anything.

    Where nobody voted the label itself counts.

    Returns:
        int64 (n,), positions in `EMOTIONS` or NONE_OF_SEVEN; bool (n,), false where "unknown" or "not a
        face" won.
    """
    if faces.votes is None:
        return faces.labels, np.ones(len(faces), bool)
    winners = majority(faces.votes)
    position = np.array([NONE_OF_SEVEN if each is None else EMOTIONS.index(each) for each in VOTED])
    return position[winners], winners >= 0


def calibrate(
    shown: Shown, logits: NDArray[np.float32], truth: scores.Labels, wanted: float = WANTED_ACCURACY
) -> Calibrated:
    """Fit the temperature and the lowest limit above which at least `wanted` of the readings are right.

    Args:
        logits: of the head that is shown, float32 (n, k), read as they are going to be served.
        truth: int64 (n,), positions in `EMOTIONS` or NONE_OF_SEVEN.
    """
    halves = np.array_split(np.random.default_rng(scores.HALVES_SEED).permutation(len(truth)), 2)
    shares, accepted = np.empty((len(truth), len(EMOTIONS))), np.empty(len(truth), bool)
    for half, other in (halves, halves[::-1]):
        temperature, limit = _fit(shown, logits[other], truth[other], wanted)
        shares[half] = shown.shares(logits[half], temperature)
        accepted[half] = shares[half].max(axis=1) >= limit
    right, told = shares.argmax(axis=1) == truth, truth != NONE_OF_SEVEN
    temperature, limit = _fit(shown, logits, truth, wanted)
    return Calibrated(
        shown=shown,
        temperature=temperature,
        limit=limit,
        faces=len(truth),
        accuracy=share_of(int(right.sum()), len(truth)),
        nll=scores.negative_log_likelihood(shares[told], truth[told]),
        ece=scores.expected_calibration_error(shares, truth),
        coverage=share_of(int(accepted.sum()), len(truth)),
        accuracy_above=share_of(int(right[accepted].sum()), int(accepted.sum())) if accepted.any() else None,
    )


def compare_ways(
    heads: Mapping[str, tuple[str, ...]], logits: Mapping[str, NDArray[np.float32]], truth: scores.Labels
) -> tuple[Calibrated, ...]:
    """Every way to show seven labels, calibrated; the one with the lowest NLL first.

    The NLL is lowest for a reading that is both right and honest about its doubt, which is what is shown.
    """
    found = (calibrate(shown, logits[shown.head], truth) for shown in ways_to_show(heads))
    return tuple(sorted(found, key=lambda each: each.nll))


def table(ways: Iterable[Calibrated]) -> str:
    """The comparison as a table in Markdown."""
    lines = [
        "| shown | accuracy | NLL | ECE | temperature | limit | readings above it | of those right |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {way.shown} | {way.accuracy} | {way.nll:.3f} | {way.ece:.3f} | {way.temperature:.2f}"
        f" | {way.limit:.2f} | {way.coverage} | {way.accuracy_above or '-'} |"
        for way in ways
    ]
    return "\n".join(lines)


def _fit(
    shown: Shown, logits: NDArray[np.float32], truth: scores.Labels, wanted: float
) -> tuple[float, float]:
    temperature = shown.fitted(logits, truth)
    chosen = scores.choose_limit(shown.shares(logits, temperature), truth, wanted)
    # Of what no face was read as confidently as, nothing is known.
    return temperature, chosen.limit if chosen.coverage else 1.0
