"""Labelled single pictures, each against the student's own median: a lesson's rule without its seconds."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from emotion.judgement.attentive import attentive
from emotion.judgement.baseline import Baseline, Rest
from emotion.judgement.engagement import Level, level_of
from emotion.judgement.validate import november
from emotion.judgement.validate.area import Figure, Pairs, figure, pairs
from emotion.judgement.validate.rows import BadRows, Picture
from emotion.judgement.weights import DEFAULT_WEIGHTS
from emotion.values import Attention

DISENGAGED, PARTLY, ENGAGED = 1, 2, 3

Rule = Callable[[Baseline, Attention], float]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a rule's values lie beside labels: pooled areas, and what students show each for themselves.

    auc_disengaged: disengaged below the rest. auc_engaged: engaged above the rest. within_*: the mean of the
    students' own areas, and of how many they were told.
    """

    auc_disengaged: Figure
    auc_engaged: Figure
    within_disengaged: tuple[float, int]
    within_engaged: tuple[float, int]


@dataclass(frozen=True, slots=True)
class Validation:
    """auc_*, within_*: of the rule of today. november: of the rule before. gain_*: today's area minus that
    one's, of the same drawn students. levels: for each label how many pictures have which level.
    """

    students: int
    pictures: int
    auc_disengaged: Figure
    auc_engaged: Figure
    gain_disengaged: Figure
    gain_engaged: Figure
    within_disengaged: tuple[float, int]
    within_engaged: tuple[float, int]
    november: Agreement
    levels: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture in which a face was found."""

    student: str
    label: int
    attention: Attention


def validate(rows: Sequence[Picture]) -> Validation:
    """Raises BadRows where all pictures have one label."""
    pictures = [Seen(one.student, one.label, one.attention) for one in rows if one.attention]
    own = _own(pictures)
    now, before = (
        [rule(own[one.student], one.attention) for one in pictures] for rule in (today, november.value)
    )
    low, low_before = (_disengaged(pictures, values) for values in (now, before))
    high, high_before = (_engaged(pictures, values) for values in (now, before))
    agreement = _agreement(low, high)
    return Validation(
        students=len(own),
        pictures=len(pictures),
        auc_disengaged=agreement.auc_disengaged,
        auc_engaged=agreement.auc_engaged,
        gain_disengaged=figure(low, minus=low_before),
        gain_engaged=figure(high, minus=high_before),
        within_disengaged=agreement.within_disengaged,
        within_engaged=agreement.within_engaged,
        november=_agreement(low_before, high_before),
        levels=_levels(pictures, now),
    )


def today(own: Baseline, attention: Attention) -> float:
    """The product's rule on one picture: no second screen, no average."""
    return attentive(own, Rest(0, attention.yaw, attention.pitch), attention, 0, DEFAULT_WEIGHTS)


def _own(pictures: Sequence[Seen]) -> dict[str, Baseline]:
    by_student: dict[str, list[Attention]] = defaultdict(list)
    for one in pictures:
        by_student[one.student].append(one.attention)
    return {student: _median(looks) for student, looks in by_student.items()}


def _median(looks: list[Attention]) -> Baseline:
    yaw, pitch, gaze_y, eyes = (
        median(getattr(one, name) for one in looks) for name in ("yaw", "pitch", "gaze_y", "eye_openness")
    )
    return Baseline(0, len(looks), True, yaw, pitch, gaze_y, eyes, yaw, pitch)


def _disengaged(pictures: Sequence[Seen], values: list[float]) -> Pairs:
    return _pairs(pictures, values, [one.label > DISENGAGED for one in pictures])


def _engaged(pictures: Sequence[Seen], values: list[float]) -> Pairs:
    return _pairs(pictures, values, [one.label == ENGAGED for one in pictures])


def _pairs(pictures: Sequence[Seen], values: list[float], high: list[bool]) -> Pairs:
    if len(set(high)) < 2:
        raise BadRows(
            "all pictures are disengaged, all engaged, or none is either: there is nothing to tell apart"
        )
    return pairs(values, [one.student for one in pictures], high)


def _agreement(low: Pairs, high: Pairs) -> Agreement:
    return Agreement(figure(low), figure(high), _within(low), _within(high))


def _within(found: Pairs) -> tuple[float, int]:
    return round(fmean(found.within), 4) if found.within else 0.0, len(found.within)


def _levels(pictures: Sequence[Seen], values: list[float]) -> dict[str, dict[str, int]]:
    counts = Counter((one.label, level_of(value)) for one, value in zip(pictures, values, strict=True))
    names = {DISENGAGED: "disengaged", PARTLY: "partly", ENGAGED: "engaged"}
    return {
        name: {str(level): counts[label, level] for level in Level if level is not Level.UNKNOWN}
        for label, name in names.items()
    }
