"""The pure rule behind flags and hints: what lasted, by how much, and on how much evidence.

Time is judged in blocks of half a minute; the share of time carries a one-sided lower bound whose
sample size allows for neighbouring blocks resembling each other. A finding is a draft for a person.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import TypeVar

from emotion.judgement.engagement import Engagement, Level
from emotion.judgement.wilson import wilson
from emotion.labels import Emotion
from emotion.values import Analysis, EmotionScores

BIN_S = 10
BLOCK_S = 30
"""Long enough to hold a reading at every interval that a teacher can set."""
INDEPENDENT_MINUTES = 1.0
"""Readings of one minute resemble each other (scores are smoothed over 20 s): they count as one look."""
MOSTLY = 0.5
Z_ONE_SIDED_95 = 1.6449

Key = TypeVar("Key", bound=Hashable)


class FindingKind(StrEnum):
    PERSISTENTLY_SAD = "persistently_sad"
    PERSISTENTLY_DISENGAGED = "persistently_disengaged"


@dataclass(frozen=True, slots=True)
class Bin:
    """Ten seconds of one participant, as integer sums; `start_s` is lesson time, a multiple of BIN_S.

    `engaged`, `drifting` and `away` count readings by level (an unknown level is in none of them),
    `engagement_permille` sums their values. `expressions` counts readings with a smoothed
    expression, uncertain ones included; `sad` those of them that resemble sadness, not uncertain.
    """

    start_s: int
    readings: int = 0
    faces: int = 0
    engaged: int = 0
    drifting: int = 0
    away: int = 0
    engagement_permille: int = 0
    expressions: int = 0
    sad: int = 0


@dataclass(frozen=True, slots=True)
class FlagThresholds:
    """What it takes to draft a flag. Shares in [0, 1]."""

    sad_share: float = 0.5
    sad_lower_bound: float = 0.4
    disengaged_share: float = 0.5
    disengaged_lower_bound: float = 0.45
    """Nearer to its share than the other: of simulated students who take notes a third of the time, 2 in 100
    came to half a lesson."""
    minutes: float = 15.0
    """Minutes of evidence needed."""
    coverage: float = 0.5
    """Share of the lesson that the evidence must cover."""
    margin: float = 0.3
    """How far above the class median, and above the own usual share, it must be. With .2, in
    lessons simulated as sad for all, 3 of 100 students were flagged for how the network reads their faces."""
    class_size: int = 3
    """Others with enough evidence that are needed before the class is compared with."""

    def share(self, kind: FindingKind) -> float:
        return self.sad_share if kind is FindingKind.PERSISTENTLY_SAD else self.disengaged_share

    def lower_bound(self, kind: FindingKind) -> float:
        sad = kind is FindingKind.PERSISTENTLY_SAD
        return self.sad_lower_bound if sad else self.disengaged_lower_bound


DEFAULT_THRESHOLDS = FlagThresholds()
HINT_THRESHOLDS = FlagThresholds(minutes=5.0)
"""For the quiet hint during a lesson: as sure, but sooner. The bound asks more of a shorter time."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How much of the time it was so, and how well that is known.

    `interval` is the lesson time in seconds from the first to the last block in which it
    was mostly so, None where it never was.
    """

    kind: FindingKind
    share: float
    lower_bound: float
    minutes: float
    coverage: float
    interval: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Finding:
    """A draft of a flag, with all that a person needs to confirm or dismiss it.

    `threshold` is the share that had to be reached here, class and self considered.
    """

    kind: FindingKind
    share: float
    lower_bound: float
    minutes: float
    coverage: float
    interval: tuple[int, int]
    threshold: float
    class_median: float | None


@dataclass(frozen=True, slots=True)
class NotEnoughEvidence:
    """Nothing can be said: too few minutes or too little of the lesson was seen."""

    kind: FindingKind
    minutes: float
    coverage: float


Verdict = Finding | NotEnoughEvidence | None
"""None: enough was seen, and it did not last."""


def bin_of(analysis: Analysis, engagement: Engagement, taken_at: float) -> Bin:
    """What one folded measurement adds to its bin. A reading without a face is no evidence of any level."""
    seen = analysis.faces > 0
    level = engagement.level if seen else Level.UNKNOWN
    read = analysis.expression is not None and engagement.expression is not None
    return Bin(
        start_s=int(taken_at // BIN_S) * BIN_S,
        readings=1,
        faces=int(seen),
        engaged=int(level is Level.ENGAGED),
        drifting=int(level is Level.DRIFTING),
        away=int(level is Level.AWAY),
        engagement_permille=round(1000 * (engagement.value or 0)) if seen else 0,
        expressions=int(read),
        sad=int(read and _resembles_sadness(engagement.expression)),
    )


def find(
    bins_by_participant: Mapping[Key, Sequence[Bin]],
    *,
    kind: FindingKind,
    lesson_s: float,
    thresholds: FlagThresholds = DEFAULT_THRESHOLDS,
    usual_shares: Mapping[Key, float] | None = None,
) -> dict[Key, Verdict]:
    """The verdict on every participant of a class; give the bins of all of them, absent ones too.

    `lesson_s` is the lesson's length so far, pauses for all left out. `usual_shares` holds, where
    known, the share of time in a participant's earlier lessons; leave out those with a flag that is
    confirmed or still open, or what lasts for weeks would soon pass as usual.
    """
    usual = usual_shares or {}
    evidence = {key: weigh(bins, kind=kind, lesson_s=lesson_s) for key, bins in bins_by_participant.items()}
    enough = {key: one.share for key, one in evidence.items() if _is_enough(one, thresholds)}
    verdicts: dict[Key, Verdict] = {}
    for key, one in evidence.items():
        others = [share for other, share in enough.items() if other != key]
        class_median = median(others) if len(others) >= thresholds.class_size else None
        verdicts[key] = judge(one, thresholds, class_median=class_median, usual_share=usual.get(key))
    return verdicts


def weigh(bins: Sequence[Bin], *, kind: FindingKind, lesson_s: float) -> Evidence:
    """How much of one participant's time it was so. Bins come in any order."""
    blocks = _blocks(bins, kind)
    minutes = len(blocks) * BLOCK_S / 60
    share = sum(blocks.values()) / len(blocks) if blocks else 0.0
    mostly = [start for start, part in blocks.items() if part >= MOSTLY]
    return Evidence(
        kind=kind,
        share=share,
        lower_bound=wilson_lower_bound(share, minutes / INDEPENDENT_MINUTES),
        minutes=minutes,
        coverage=min(1.0, minutes * 60 / lesson_s) if lesson_s > 0 else 0.0,
        interval=(mostly[0], mostly[-1] + BLOCK_S) if mostly else None,
    )


def judge(
    evidence: Evidence,
    thresholds: FlagThresholds = DEFAULT_THRESHOLDS,
    *,
    class_median: float | None = None,
    usual_share: float | None = None,
) -> Verdict:
    if not _is_enough(evidence, thresholds):
        return NotEnoughEvidence(evidence.kind, evidence.minutes, evidence.coverage)
    known = [share for share in (class_median, usual_share) if share is not None]
    threshold = max([thresholds.share(evidence.kind), *(share + thresholds.margin for share in known)])
    lasted = evidence.share >= threshold
    if not lasted or evidence.lower_bound < thresholds.lower_bound(evidence.kind) or not evidence.interval:
        return None
    return Finding(
        kind=evidence.kind,
        share=evidence.share,
        lower_bound=evidence.lower_bound,
        minutes=evidence.minutes,
        coverage=evidence.coverage,
        interval=evidence.interval,
        threshold=threshold,
        class_median=class_median,
    )


def wilson_lower_bound(share: float, n: float) -> float:
    """One-sided 95 % lower bound of a share seen in `n` independent looks."""
    return wilson(share, n, Z_ONE_SIDED_95)[0] if n > 0 else 0.0


def _resembles_sadness(expression: EmotionScores | None) -> bool:
    return expression is not None and not expression.uncertain and expression.top is Emotion.SAD


def _is_enough(evidence: Evidence, thresholds: FlagThresholds) -> bool:
    return evidence.minutes >= thresholds.minutes and evidence.coverage >= thresholds.coverage


def _blocks(bins: Sequence[Bin], kind: FindingKind) -> dict[int, float]:
    """The share of each block's readings in which it was so, by start; only blocks with evidence."""
    so: dict[int, int] = defaultdict(int)
    all_: dict[int, int] = defaultdict(int)
    for one in bins:
        start = one.start_s // BLOCK_S * BLOCK_S
        part, whole = counts(one, kind)
        so[start] += part
        all_[start] += whole
    return {start: so[start] / all_[start] for start in sorted(all_) if all_[start]}


def counts(one: Bin, kind: FindingKind) -> tuple[int, int]:
    """In how many of its readings it was so, and of how many that is known."""
    if kind is FindingKind.PERSISTENTLY_SAD:
        return one.sad, one.expressions
    return one.drifting + one.away, one.engaged + one.drifting + one.away
