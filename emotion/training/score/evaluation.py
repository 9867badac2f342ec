"""Everything that one evaluation measured, as a value and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from emotion.classifier import EXPRESSION, HeadLogits, probabilities
from emotion.labels import Emotion
from emotion.training.data.faces import FaceSet
from emotion.training.data.votes import VOTES, majority, strict_majority
from emotion.training.score import scores
from emotion.training.score.intervals import Interval, bootstrap, share_of
from emotion.training.score.network import Cost

COVERAGES = (0.9, 0.8, 0.7)


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Whether confidence means what it says, before and after a temperature.

    temperature: fitted on all faces. Every figure called `after` is cross-fitted: of two random halves
    each is read under the temperature of the other, `halves`.
    """

    temperature: float
    halves: tuple[float, float]
    ece: float
    ece_after: float
    nll: float
    nll_after: float
    reliability: tuple[scores.Bin, ...]
    reliability_after: tuple[scores.Bin, ...]

    @classmethod
    def of(cls, logits: scores.Logits, labels: scores.Labels, fitted: scores.CrossFitted) -> Self:
        plain, after = probabilities(logits, 1.0), fitted.shares
        return cls(
            temperature=scores.fit_temperature(partial(probabilities, logits), labels),
            halves=fitted.temperatures,
            ece=scores.expected_calibration_error(plain, labels),
            ece_after=scores.expected_calibration_error(after, labels),
            nll=scores.negative_log_likelihood(plain, labels),
            nll_after=scores.negative_log_likelihood(after, labels),
            reliability=scores.reliability(plain, labels),
            reliability_after=scores.reliability(after, labels),
        )


@dataclass(frozen=True, slots=True, eq=False)
class HeadScores:
    """What one head, read in one way, scores against one kind of label."""

    faces: int
    accuracy: Interval
    macro_f1: Interval
    calibration: Calibration
    risk_coverage: tuple[tuple[float, float], ...]
    at_coverage: Mapping[float, float]
    confusion: NDArray[np.int64]

    @classmethod
    def of(cls, logits: scores.Logits, labels: scores.Labels) -> Self:
        table = scores.confusion(logits, labels)
        fitted = scores.cross_fitted(logits, labels)
        at_coverage = partial(scores.accuracy_at_coverage, fitted.shares, labels)
        return cls(
            faces=len(labels),
            accuracy=share_of(int(table.trace()), len(labels)),
            macro_f1=bootstrap(table, scores.macro_f1),
            calibration=Calibration.of(logits, labels, fitted),
            risk_coverage=scores.risk_coverage(fitted.shares, labels),
            at_coverage={coverage: at_coverage(coverage) for coverage in COVERAGES},
            confusion=table,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A network's scores on one set of faces, in one way: as they are, or averaged with their mirror image.

    The labels of the data set, and the two test sets of FER+ where the network has a head of votes and
    the faces have votes.
    """

    labels: HeadScores
    ferplus_strict: HeadScores | None
    ferplus_majority: HeadScores | None

    @classmethod
    def of(cls, logits: HeadLogits, faces: FaceSet) -> Self:
        labels = HeadScores.of(logits[EXPRESSION], faces.labels)
        if VOTES not in logits or faces.votes is None:
            return cls(labels, None, None)
        voted = partial(_voted, logits[VOTES])
        return cls(labels, voted(strict_majority(faces.votes)), voted(majority(faces.votes)))


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """All that `evaluate` measured.

    plain, mirrored: the whole split, each face as it is, and averaged with its mirror image ("tta").
    plain_without_twins, mirrored_without_twins: the same without the faces whose very pixels stand in
    Training (for Training: in another split); None where too few are left, or nobody could look for twins:
    then faces_without_twins is None too. fingerprint: of the faces to learn from, None where the data hold
    none. robustness: accuracy, faces as they are, by kind of damage at severities 1 to 5; None where not
    asked for. ms_a_face: median on one thread, None for a network in Keras, which is not how one is served.
    """

    network: str
    model: str
    split: str
    classes: tuple[Emotion, ...]
    fingerprint: str | None
    faces: int
    faces_without_twins: int | None
    plain: Judged
    mirrored: Judged
    plain_without_twins: Judged | None
    mirrored_without_twins: Judged | None
    robustness: Mapping[str, tuple[float, ...]] | None
    ms_a_face: float | None
    cost: Cost

    def to_json(self) -> dict[str, Any]:
        """Every figure under its own key, shares as fractions.

        A name stands for faces read one way. `_tta` behind it: averaged with the mirror image; then
        `_low` and `_high`: the bounds of its interval; then `_without_twins`. A figure that could not
        be measured has no key, as those of FER+ without votes; `robustness`, `ms_a_face`, `fingerprint` and
        `faces_without_twins` are null.
        """
        values: dict[str, Any] = {
            "network": self.network,
            "model": self.model,
            "split": self.split,
            "classes": [str(emotion) for emotion in self.classes],
            "fingerprint": self.fingerprint,
            "faces": self.faces,
            "faces_without_twins": self.faces_without_twins,
            **asdict(self.cost),
            "ms_a_face": self.ms_a_face,
            "robustness": self.robustness,
        }
        for judged, tta, twins in (
            (self.plain, "", ""),
            (self.mirrored, "_tta", ""),
            (self.plain_without_twins, "", "_without_twins"),
            (self.mirrored_without_twins, "_tta", "_without_twins"),
        ):
            if judged:
                values |= {name + twins: value for name, value in _flat(judged, self.classes, tta).items()}
        rounded: dict[str, Any] = _rounded(values)
        return rounded


def _voted(logits: scores.Logits, winners: NDArray[np.int64]) -> HeadScores | None:
    known = winners >= 0
    return HeadScores.of(logits[known], winners[known]) if known.sum() > 1 else None


def _flat(judged: Judged, classes: tuple[Emotion, ...], tta: str) -> dict[str, Any]:
    labels, calibration = judged.labels, judged.labels.calibration
    values: dict[str, Any] = {
        **_bounds(f"accuracy{tta}", labels.accuracy),
        **_bounds(f"macro_f1{tta}", labels.macro_f1),
        **_calibration(calibration, "", tta),
        f"temperature_halves{tta}": list(calibration.halves),
        f"reliability{tta}": [list(asdict(each).values()) for each in calibration.reliability],
        f"reliability_after{tta}": [list(asdict(each).values()) for each in calibration.reliability_after],
        f"risk_coverage{tta}": [list(point) for point in labels.risk_coverage],
        f"confusion{tta}": labels.confusion.tolist(),
        f"report{tta}": {
            str(emotion): asdict(score)
            for emotion, score in zip(classes, scores.class_scores(labels.confusion), strict=True)
        },
    }
    for coverage, accuracy in labels.at_coverage.items():
        values[f"accuracy_at_{100 * coverage:.0f}_coverage{tta}"] = accuracy
    for name in ("ferplus_strict", "ferplus_majority"):
        head = getattr(judged, name)
        if head:
            values |= _bounds(name + tta, head.accuracy)
            values |= _calibration(head.calibration, f"{name}_", tta)
            values[f"{name}_faces"] = head.faces
    return values


def _bounds(name: str, interval: Interval) -> dict[str, float]:
    return {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}


def _calibration(calibration: Calibration, before: str, after: str) -> dict[str, float]:
    names = ("ece", "ece_after", "nll", "nll_after", "temperature")
    return {f"{before}{name}{after}": getattr(calibration, name) for name in names}


def _rounded(value: Any) -> Any:
    """Six digits behind the point: more is noise, and the files stay readable."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, Mapping):
        return {name: _rounded(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return value
