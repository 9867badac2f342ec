"""The class over one lesson: what the grid showed, what happened around key moments, what students said."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import fmean, median_low

from classroom.models import Lesson, Policy
from reports.values import (
    Moment,
    MoodStep,
    PolicyInForce,
    SelfReportCounts,
    SelfReportStep,
    Side,
    Span,
    Stretch,
    Summary,
)

AROUND_S = 120
"""How much is compared on each side of a key moment."""
STEPS_NEEDED = 6
"""Grid steps with a value, a minute in all, that each side needs before anything is said."""
STRETCH_S = 300
STRETCH_STEPS_NEEDED = 20
STRETCH_DIFFERENCE = 0.1
"""Below this the best and the hardest five minutes are one as good as the other."""
SELF_REPORT_STEP_S = 60

Said = tuple[int, int, str]
"""When in seconds, who, and what."""


def lesson_pauses(lesson: Lesson) -> tuple[Span, ...]:
    """The pauses, one never ended lasting to the lesson's end."""
    rows = lesson.pauses.values_list("started_at", "ended_at")
    assert lesson.ended_at is not None
    last = lesson.ended_at
    return tuple(
        Span(int(lesson.seconds_at(start)), int(lesson.seconds_at(end or last))) for start, end in rows
    )


def class_summary(lesson: Lesson) -> Summary:
    assert lesson.ended_at is not None
    mood = _mood(lesson)
    said = _said(lesson)
    lesson_s = int(lesson.seconds_at(lesson.ended_at))
    best, hardest = stretches(mood, lesson_s)
    markers = lesson.markers.values_list("at", "label")
    return Summary(
        lesson_s=lesson_s,
        interval_ms=lesson.interval_ms,
        joined=lesson.attendances.values("participant").distinct().count(),
        policy=_policy_in_force(lesson),
        pauses=lesson_pauses(lesson),
        mood=mood,
        moments=tuple(moment(int(lesson.seconds_at(at)), label, mood, said) for at, label in markers),
        best=best,
        hardest=hardest,
        self_reports=self_report_steps(said, SELF_REPORT_STEP_S),
    )


def moment(at_s: int, label: str, mood: Sequence[MoodStep], said: Sequence[Said]) -> Moment:
    before, after = Span(at_s - AROUND_S, at_s), Span(at_s, at_s + AROUND_S)
    return Moment(at_s, label, side(before, mood, said), side(after, mood, said))


def side(span: Span, mood: Sequence[MoodStep], said: Sequence[Said]) -> Side:
    steps = [step for step in _within(span, mood) if step.engagement is not None]
    shares = [step.expression_shares for step in _within(span, mood) if step.expression_shares is not None]
    return Side(
        steps=len(steps),
        counted=median_low(step.counted for step in steps) if steps else 0,
        engagement=_mean([step.engagement for step in steps if step.engagement is not None], STEPS_NEEDED),
        expression_shares=_mean_shares(shares),
        self_reports=count_said(one for one in said if span.start_s <= one[0] < span.end_s),
    )


def stretches(mood: Sequence[MoodStep], lesson_s: int) -> tuple[Stretch | None, Stretch | None]:
    """The five minutes with the highest and with the lowest engagement; none if they hardly differ."""
    found = []
    for start in range(0, max(0, lesson_s - STRETCH_S) + 1, 60):
        span = Span(start, start + STRETCH_S)
        values = [step.engagement for step in _within(span, mood) if step.engagement is not None]
        if (mean := _mean(values, STRETCH_STEPS_NEEDED)) is not None:
            found.append(Stretch(span, mean))
    if not found:
        return None, None
    best = max(found, key=lambda one: one.engagement)
    hardest = min(found, key=lambda one: one.engagement)
    tells = best.engagement - hardest.engagement >= STRETCH_DIFFERENCE
    return (best, hardest) if tells else (None, None)


def self_report_steps(said: Iterable[Said], step_s: int) -> tuple[SelfReportStep, ...]:
    """Counts for every step in which somebody said something."""
    by_step: dict[int, list[Said]] = defaultdict(list)
    for one in said:
        by_step[one[0] // step_s * step_s].append(one)
    return tuple(
        SelfReportStep(Span(start, start + step_s), count_said(by_step[start])) for start in sorted(by_step)
    )


def count_said(said: Iterable[Said]) -> SelfReportCounts:
    counts: dict[str, int] = defaultdict(int)
    for _who, kind in {(who, kind) for _at, who, kind in said}:
        counts[kind] += 1
    return SelfReportCounts(**counts)


def _said(lesson: Lesson) -> list[Said]:
    rows = lesson.self_reports.values_list("at", "participant_id", "kind")
    return [(int(lesson.seconds_at(at)), who, kind) for at, who, kind in rows]


def _mood(lesson: Lesson) -> tuple[MoodStep, ...]:
    rows = lesson.mood_points.values_list(
        "at",
        "counted",
        "unknown",
        "engagement",
        "engagement_low",
        "engagement_high",
        "expression_shares",
    )
    return tuple(
        MoodStep(
            int(lesson.seconds_at(at)),
            counted,
            unknown,
            engagement,
            low,
            high,
            tuple(shares) if shares is not None else None,
        )
        for at, counted, unknown, engagement, low, high, shares in rows
    )


def _policy_in_force(lesson: Lesson) -> PolicyInForce | None:
    policy = Policy.objects.filter(school__classrooms=lesson.classroom_id).first()
    if policy is None:
        return None
    return PolicyInForce(
        preset=policy.preset,
        signals=tuple(sorted(policy.signals)),
        allows_self_report=policy.allows_self_report,
        minimum_group_size=policy.minimum_group_size,
    )


def _within(span: Span, mood: Sequence[MoodStep]) -> Sequence[MoodStep]:
    first = bisect_left(mood, span.start_s, key=lambda step: step.at_s)
    return mood[first : bisect_left(mood, span.end_s, key=lambda step: step.at_s)]


def _mean(values: Sequence[float], needed: int) -> float | None:
    return round(fmean(values), 3) if len(values) >= needed else None


def _mean_shares(shares: Sequence[tuple[float, ...]]) -> tuple[float, ...] | None:
    if len(shares) < STEPS_NEEDED:
        return None
    return tuple(round(fmean(values), 3) for values in zip(*shares, strict=True))
