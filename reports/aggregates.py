"""The class over one lesson: what the grid told, what happened around key moments, what students said."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from statistics import fmean, median_low

import msgspec

from classroom import disclosure, queries
from classroom.disclosure import Amount, Words
from classroom.models import Consent, Lesson
from emotion.judgement.persistence import BIN_S
from emotion.values import Signal
from reports.periods import is_past
from reports.taps import Tap, count_said, heard_minutes, is_heard, self_report_steps, sharing_of, taps_of
from reports.values import (
    MINUTE_S,
    Cameras,
    Estimate,
    Moment,
    MoodStep,
    PolicyInForce,
    SelfReportCounts,
    SharedStep,
    Side,
    Span,
    Stretch,
    Summary,
    minute_of,
)

AROUND_S = 120
"""How much is compared on each side of a key moment."""
STEPS_NEEDED = 6
"""Grid steps with a value, a minute in all, that each side needs before anything is said."""
STRETCH_S = 300
STRETCH_STEPS_NEEDED = 20
STRETCH_DIFFERENCE = 0.1
"""Below this the best and the hardest five minutes are one as good as the other."""
FAR_APART = 0.3
"""Hardest minutes so far below the best are named, and worth teaching again, without a change that lasted."""
WORDS_FAR_APART = 1.0
"""From "most" to "few": a class at the edge of a word goes to and fro between two of them."""
PREVAILS = 0.5
NOTHING = PolicyInForce("", (), False, 0)
SCORES = {Amount.MOST: 1.0, Amount.HALF: 0.5, Amount.FEW: 0.0}
"""Only to find the minutes in which words differ most; never shown."""


def lesson_pauses(lesson: Lesson) -> tuple[Span, ...]:
    """The pauses, one never ended lasting to the lesson's end."""
    rows = lesson.pauses.values_list("started_at", "ended_at")
    assert lesson.ended_at is not None
    last = lesson.ended_at
    return tuple(
        Span(int(lesson.seconds_at(start)), int(lesson.seconds_at(end or last))) for start, end in rows
    )


def policies_today(lessons: Iterable[Lesson]) -> dict[int, PolicyInForce | None]:
    """What the policy of each allows now, in one statement. Lessons with classroom, school and policy."""
    given = list(lessons)
    terms = ("lesson_id", "choice", "minimum_group_size")
    active = Consent.objects.active().filter(lesson__in=given)
    agreed: dict[int, list[Consent]] = defaultdict(list)
    for consent in active.order_by(*terms).distinct(*terms).only(*terms):
        agreed[consent.lesson_id].append(consent)
    return {one.id: _policy_in_force(one, agreed[one.id]) for one in given}


def class_summary(lesson: Lesson, now: datetime) -> Summary:
    """`lesson` with its classroom, school and policy.

    Once taps of anybody are past their period none is told: numbers without them, beside those of before,
    would tell what that one tapped.
    """
    assert lesson.ended_at is not None
    given = list(Consent.objects.filter(lesson=lesson).order_by("given_at", "id"))
    consents = [one for one in given if one.ended_at is None]
    policy = _policy_in_force(lesson, consents)
    stays = _stays(lesson)
    present, sharing = _present(lesson, consents, stays), sharing_of(lesson, given)
    heard = {} if is_past(lesson, now, "retention_days") else heard_minutes(lesson, present, sharing, policy)
    told = {minute: len(one.people) for minute, one in heard.items()}
    said = sorted(one for one in taps_of(lesson) if is_heard(one, heard, sharing))
    pauses = lesson_pauses(lesson)
    markers = [(int(lesson.seconds_at(at)), label) for at, label in lesson.markers.values_list("at", "label")]
    summary = Summary(
        lesson_s=int(lesson.seconds_at(lesson.ended_at)),
        interval_ms=lesson.interval_ms,
        joined=len({who for who, *_stay in stays}),
        policy=policy,
        pauses=pauses,
        mood=tuple(step for step in _mood(lesson) if not _is_within(step.at_s, pauses)),
        moments=tuple(marked(at_s, label, said, told) for at_s, label in markers),
        best=None,
        hardest=None,
        self_reports=self_report_steps(said, told),
    )
    return shown_under(summary, policy)


def shown_under(summary: Summary, today: PolicyInForce | None) -> Summary:
    """What of the summary may be shown under the policy of today, with all that is made from its steps."""
    policy = summary.policy.within(today) if summary.policy else None
    allowed = policy or NOTHING
    mood = tuple(step.under(allowed) for step in summary.mood)
    estimates = _estimates_under(summary, allowed)
    phases = _phases_under(summary, allowed)
    best, hardest = told_apart(*stretches(mood, summary.lesson_s), estimates, phases)
    written = summary.policy or NOTHING
    tells_taps = allowed.allows_self_report and allowed.minimum_group_size <= written.minimum_group_size
    return replace(
        summary,
        policy=policy,
        mood=mood,
        moments=tuple(compared(one, mood, tells_taps=tells_taps) for one in summary.moments),
        best=best,
        hardest=hardest,
        self_reports=summary.self_reports if tells_taps else (),
        phases=phases,
        estimates=estimates,
        cameras=_cameras_under(summary.cameras, allowed),
        network=summary.network if Signal.EXPRESSION in allowed.signals else "",
    )


def marked(at_s: int, label: str, said: Sequence[Tap], told: Collection[int]) -> Moment:
    """A key moment with what was said around it; `said` by time."""
    before, after = _around(at_s)
    return Moment(at_s, label, _said_side(before, said, told), _said_side(after, said, told))


def compared(moment: Moment, mood: Sequence[MoodStep], *, tells_taps: bool = True) -> Moment:
    """The moment with the class before and after it."""
    before, after = _around(moment.at_s)
    return replace(
        moment,
        before=_side(before, mood, moment.before.self_reports if tells_taps else None),
        after=_side(after, mood, moment.after.self_reports if tells_taps else None),
    )


def stretches(mood: Sequence[MoodStep], lesson_s: int) -> tuple[Stretch | None, Stretch | None]:
    """The best and the hardest five minutes; none if they hardly differ.

    By the engagement of those who show it; where no five minutes have enough of it, by the class's words.
    """
    exact: list[tuple[float, Stretch]] = []
    in_words: list[tuple[float, Stretch]] = []
    for start in range(0, max(0, lesson_s - STRETCH_S) + 1, MINUTE_S):
        span = Span(start, start + STRETCH_S)
        steps = _within(span, mood)
        if (mean := _mean(_engagements(steps), STRETCH_STEPS_NEEDED)) is not None:
            exact.append((mean, Stretch(span, mean, None)))
        levels = _levels(steps)
        if (score := _mean([SCORES[one] for one in levels], STRETCH_STEPS_NEEDED)) is not None:
            in_words.append((score, Stretch(span, None, prevailing(levels))))
    return _extremes(exact) if exact else _extremes(in_words)


def told_apart(
    best: Stretch | None,
    hardest: Stretch | None,
    estimates: Iterable[Estimate],
    phases: Sequence[Stretch] = (),
) -> tuple[Stretch | None, Stretch | None]:
    """Neither where it could be chance: of any lesson some minutes are the best.

    So the class's level changed between them, or they are far apart; and their intervals do not overlap:
    for other students like these it could be the other way.
    """
    if best is None or hardest is None:
        return None, None
    first, last = sorted((best.span.start_s, hardest.span.start_s))
    has_changed = any(first < one.span.start_s <= last for one in phases[1:])
    if best.level is not None and hardest.level is not None:
        is_far = SCORES[best.level] - SCORES[hardest.level] >= WORDS_FAR_APART
        return (best, hardest) if is_far or has_changed else (None, None)
    by_span = {one.span: one for one in estimates}
    high, low = by_span.get(best.span), by_span.get(hardest.span)
    overlap = high is not None and low is not None and high.low <= low.high
    is_far = (best.engagement or 0) - (hardest.engagement or 0) >= FAR_APART
    return (best, hardest) if (is_far or has_changed) and not overlap else (None, None)


def prevailing(levels: Sequence[Amount]) -> Amount:
    """What was so for half of the steps or more; else about half of the class."""
    for level in (Amount.MOST, Amount.FEW):
        if levels.count(level) >= PREVAILS * len(levels):
            return level
    return Amount.HALF


def _around(at_s: int) -> tuple[Span, Span]:
    return Span(at_s - AROUND_S, at_s), Span(at_s, at_s + AROUND_S)


def _said_side(span: Span, said: Sequence[Tap], told: Collection[int]) -> Side:
    is_told = any(minute_of(at_s) in told for at_s in range(max(0, span.start_s), span.end_s, BIN_S))
    first, last = (bisect_left(said, at_s, key=lambda tap: tap[0]) for at_s in (span.start_s, span.end_s))
    return _side(span, (), count_said(said[first:last]) if is_told else None)


def _side(span: Span, mood: Sequence[MoodStep], said: SelfReportCounts | None) -> Side:
    steps = _within(span, mood)
    shared = [step.shared for step in steps if step.shared is not None]
    engagements, levels = _engagements(steps), _levels(steps)
    return Side(
        steps=len(shared),
        counted=median_low(one.counted for one in shared) if shared else 0,
        engagement=_mean(engagements, STEPS_NEEDED),
        expression_shares=_mean_shares([one.expression_shares for one in shared if one.expression_shares]),
        told=len(levels),
        level=prevailing(levels) if len(levels) >= STEPS_NEEDED else None,
        self_reports=said,
    )


def _extremes(found: Sequence[tuple[float, Stretch]]) -> tuple[Stretch | None, Stretch | None]:
    if not found:
        return None, None
    (high, best), (low, hardest) = max(found, key=_score), min(found, key=_score)
    tells = high - low >= STRETCH_DIFFERENCE and (best.level is None or best.level is not hardest.level)
    return (best, hardest) if tells else (None, None)


def _score(one: tuple[float, Stretch]) -> float:
    return one[0]


def _stays(lesson: Lesson) -> list[tuple[int, datetime, datetime]]:
    """Who was connected, from when to when; trials are left out."""
    rows = lesson.attendances.filter(participant__is_trial=False)
    columns = rows.values_list("participant_id", "joined_at", "left_at", "last_seen_at")
    return [(who, joined_at, left_at or last_seen_at) for who, joined_at, left_at, last_seen_at in columns]


def _present(
    lesson: Lesson, consents: Iterable[Consent], stays: Iterable[tuple[int, datetime, datetime]]
) -> dict[int, set[int]]:
    """Who of those that count was there in each minute."""
    counted = disclosure.counting(consents, queries.policy_of(lesson))
    counting = {one.participant_id for one in counted}
    present: dict[int, set[int]] = defaultdict(set)
    for who, joined_at, left_at in stays:
        first, last = (int(lesson.seconds_at(at)) for at in (joined_at, left_at))
        for minute in range(minute_of(first), last, MINUTE_S) if who in counting else ():
            present[minute].add(who)
    return present


def _mood(lesson: Lesson) -> Iterable[MoodStep]:
    for at, words, shared in lesson.mood_points.values_list("at", "words", "shared"):
        said = msgspec.convert(words or {}, Words)
        yield MoodStep(
            at_s=int(lesson.seconds_at(at)),
            level=said.level,
            expressions=said.expressions,
            shared=msgspec.convert(shared, SharedStep) if shared else None,
        )


def _policy_in_force(lesson: Lesson, consents: Iterable[Consent]) -> PolicyInForce | None:
    policy = queries.policy_of(lesson)
    if policy is None:
        return None
    return PolicyInForce(
        preset=policy.preset,
        signals=tuple(sorted(policy.signals)),
        allows_self_report=policy.allows_self_report,
        minimum_group_size=disclosure.smallest_group(policy, consents),
        is_without_cameras=lesson.is_without_cameras,
    )


def _phases_under(summary: Summary, allowed: PolicyInForce) -> tuple[Stretch, ...]:
    """All of them or none: the neighbours of one that is left out would seem to follow each other."""
    if Signal.ATTENTION not in allowed.signals:
        return ()
    told = {one.span for one in _estimates_under(summary, allowed)}
    is_told = all(one.level is not None or one.span in told for one in summary.phases)
    return summary.phases if is_told else ()


def _estimates_under(summary: Summary, allowed: PolicyInForce) -> tuple[Estimate, ...]:
    """As `SharedStep.under` has it: with an expression that is allowed no more its engagement goes too."""
    written = summary.policy or NOTHING
    is_narrower = Signal.EXPRESSION in written.signals and Signal.EXPRESSION not in allowed.signals
    if Signal.ATTENTION not in allowed.signals or is_narrower:
        return ()
    return tuple(one for one in summary.estimates if one.fewest >= allowed.minimum_group_size)


def _cameras_under(cameras: Cameras | None, allowed: PolicyInForce) -> Cameras | None:
    if cameras is None or not allowed.signals or cameras.students < allowed.minimum_group_size:
        return None
    return cameras if Signal.EXPRESSION in allowed.signals else replace(cameras, uncertain=None)


def _is_within(at_s: int, spans: Iterable[Span]) -> bool:
    return any(span.start_s <= at_s < span.end_s for span in spans)


def _within(span: Span, mood: Sequence[MoodStep]) -> Sequence[MoodStep]:
    first = bisect_left(mood, span.start_s, key=lambda step: step.at_s)
    return mood[first : bisect_left(mood, span.end_s, key=lambda step: step.at_s)]


def _engagements(steps: Iterable[MoodStep]) -> list[float]:
    return [step.engagement for step in steps if step.engagement is not None]


def _levels(steps: Iterable[MoodStep]) -> list[Amount]:
    return [step.level for step in steps if step.level is not None]


def _mean(values: Sequence[float], needed: int) -> float | None:
    return round(fmean(values), 3) if len(values) >= needed else None


def _mean_shares(shares: Sequence[tuple[float, ...]]) -> tuple[float, ...] | None:
    if len(shares) < STEPS_NEEDED:
        return None
    return tuple(round(fmean(values), 3) for values in zip(*shares, strict=True))
