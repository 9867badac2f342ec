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

# One that is called clear is believed outright, whichever expression it names.
CLEAR_ACCURACY, CLEAR_ACCURACY_EACH, NAMED_OFTEN = 0.95, 0.9, 50

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


@dataclass(frozen=True, slots=True)
class Named:
    """The share of readings that are named so, and how many of those are right; None where there are none."""

    coverage: Interval
    accuracy: Interval | None

    @classmethod
    def of(cls, so: NDArray[np.bool_], right: NDArray[np.bool_]) -> "Named":
        count = int(so.sum())
        return cls(share_of(count, len(so)), share_of(int(right[so].sum()), count) if count else None)


@dataclass(frozen=True, slots=True, eq=False)
class Calibrated:
    """A way to show seven labels, with the temperature and limits that it needs, and what they are worth.

    `temperature`, `limit` and `clear_from` are fitted on all faces. The figures are cross-fitted: each
    half of the faces, drawn at random, is read under the temperature and the limits of the other half.
    `faces` counts all, also those that show none of the seven, which are always read wrong; `nll`, which
    they have no part in, is that of the others. `coverage` is the share of readings above the limit,
    `accuracy_above` how many of those are right, None where there are none. `clear` and `weak` are the
    same of the clear ones and of those between the limits.
    """

    shown: Shown
    temperature: float
    limit: float
    clear_from: float
    faces: int
    accuracy: Interval
    nll: float
    ece: float
    coverage: Interval
    accuracy_above: Interval | None
    clear: Named
    weak: Named


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
    shares = np.empty((len(truth), len(EMOTIONS)))
    accepted, clear = np.empty(len(truth), bool), np.empty(len(truth), bool)
    for half, other in (halves, halves[::-1]):
        temperature, limit, clear_from = _fit(shown, logits[other], truth[other], wanted)
        shares[half] = shown.shares(logits[half], temperature)
        accepted[half] = shares[half].max(axis=1) >= limit
        clear[half] = shares[half].max(axis=1) >= clear_from
    right, told = shares.argmax(axis=1) == truth, truth != NONE_OF_SEVEN
    temperature, limit, clear_from = _fit(shown, logits, truth, wanted)
    named = Named.of(accepted, right)
    return Calibrated(
        shown=shown,
        temperature=temperature,
        limit=limit,
        clear_from=clear_from,
        faces=len(truth),
        accuracy=share_of(int(right.sum()), len(truth)),
        nll=scores.negative_log_likelihood(shares[told], truth[told]),
        ece=scores.expected_calibration_error(shares, truth),
        coverage=named.coverage,
        accuracy_above=named.accuracy,
        clear=Named.of(clear, right),
        weak=Named.of(accepted & ~clear, right),
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
        (
            "| shown | accuracy | NLL | ECE | temperature | limit | readings above it | of those right"
            " | clear from | clear readings | of those right | of the weak right |"
        ),
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {way.shown} | {way.accuracy} | {way.nll:.3f} | {way.ece:.3f} | {way.temperature:.2f}"
        f" | {way.limit:.2f} | {way.coverage} | {way.accuracy_above or '-'}"
        f" | {way.clear_from:.2f} | {way.clear.coverage} | {way.clear.accuracy or '-'}"
        f" | {way.weak.accuracy or '-'} |"
        for way in ways
    ]
    return "\n".join(lines)


def _fit(
    shown: Shown, logits: NDArray[np.float32], truth: scores.Labels, wanted: float
) -> tuple[float, float, float]:
    """Temperature, limit and the limit of what is clear."""
    temperature = shown.fitted(logits, truth)
    shares = shown.shares(logits, temperature)
    chosen = scores.choose_limit(shares, truth, wanted)
    # Of what no face was read as confidently as, nothing is known.
    limit = chosen.limit if chosen.coverage else 1.0
    clear = scores.choose_clear_limit(shares, truth, CLEAR_ACCURACY, CLEAR_ACCURACY_EACH, NAMED_OFTEN)
    return temperature, limit, max(limit, clear)
