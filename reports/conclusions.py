"""What a lesson comes to, and what to do: at most three conclusions, each with its evidence. Pure.

Made of what the report tells anyhow, so they tell nothing more about anybody: of who shows no own results
words alone, and what was said from the smallest group on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from classroom.disclosure import Amount
from classroom.queries import SaidCheck, ToldAnswers
from emotion.judgement.persistence import BIN_S
from emotion.values import Signal
from reports.aggregates import FAR_APART, prevailing
from reports.turns import Turn, moment_near, most_lost, turns, worth
from reports.values import MINUTE_S, Estimate, Moment, SelfReportStep, Span, Stretch, Summary

ENOUGH = 0.25
"""The share of the lesson that has to be told of before anything is concluded about its course."""
MANY_LOST = 0.2
LOST_NEEDED = 2
"""A minute in which a fifth of those present said "lost", and at least two, is worth teaching again."""
PASSAGES = 2
LONGEST_S = 600
"""Of a fall that lasts, so much from its beginning is worth teaching again."""
STAYED = 0.75
"""If fewer of those who joined were there at the end, many left early."""
NEARLY_ALL = 0.9
"""From so many of them on, nearly everybody stayed."""


@dataclass(frozen=True, slots=True)
class NotEnough:
    """Too few minutes can be told of."""

    told: int
    taught: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Some minutes worth teaching again: by a fall of the class's level, by what was said, or by both.

    By neither where they are the hardest five, far below the best.
    """

    span: Span
    moment: Moment | None
    fall: Turn | None
    lost: SelfReportStep | None

    @property
    def weight(self) -> tuple[float, float]:
        said = self.lost.counts.lost / self.lost.present if self.lost else 0.0
        fell = self.fall.size if self.fall else 0.0
        return fell + said, said


@dataclass(frozen=True, slots=True)
class Again:
    """The passages most worth teaching again, the worst first."""

    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Contrast:
    best: Stretch
    hardest: Stretch


@dataclass(frozen=True, slots=True)
class Average:
    """No five minutes stand out: the mean of the whole lesson, or the word that prevailed.

    The class was even if its level did not change for longer either.
    """

    estimate: Estimate | None
    level: Amount | None
    is_even: bool


@dataclass(frozen=True, slots=True)
class Smooth:
    """Nothing stands out as worth teaching again, in so many minutes that can be told of.

    `average` is what the class was throughout, where no five minutes stand out either.
    """

    told: int
    average: Average | None = None


@dataclass(frozen=True, slots=True)
class Attended:
    """How many joined, and how many of them were there in the last minutes.

    `stayed` is None where the lesson was too short for the last minutes to tell who stayed.
    """

    joined: int
    stayed: int | None

    @property
    def many_left(self) -> bool:
        return self.stayed is not None and self.stayed < STAYED * self.joined

    @property
    def nearly_all_stayed(self) -> bool:
        return self.stayed is not None and self.stayed >= NEARLY_ALL * self.joined


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the pace was said to be what, each student once a minute.

    `most` is the minute in which most found it too fast, or too slow if that was said more often; None where
    nobody said the same as another within a minute.
    """

    too_fast: int
    right: int
    too_slow: int
    most: SelfReportStep | None

    @property
    def is_slow(self) -> bool:
        return self.too_slow > self.too_fast


@dataclass(frozen=True, slots=True)
class Asked:
    """How often "With me?" was asked and counted, and the check in which the smallest share said yes."""

    times: int
    at_s: float
    answers: ToldAnswers


@dataclass(frozen=True, slots=True)
class Said:
    """What students said: the minutes in which most were lost and in which most asked for a break.

    `minutes` are those in which taps are counted; `following` is how often that was said in them, by each
    student once a minute.
    """

    minutes: int
    following: int
    lost: SelfReportStep | None
    moment: Moment | None
    break_asked: SelfReportStep | None
    pace: Pace | None
    asked: Asked | None


@dataclass(frozen=True, slots=True)
class Unheard:
    """What students said could have been told, but in no minute were there enough of them."""


Conclusion = NotEnough | Again | Smooth | Contrast | Average | Attended | Said | Unheard


def conclusions(
    summary: Summary, attended: Attended | None, checks: Sequence[SaidCheck] = ()
) -> tuple[Conclusion, ...]:
    """What to teach again, how the lesson went, and what students said, as far as each can be told."""
    first, course = _first(summary), _course(summary)
    if isinstance(course, Average) and attended is not None and not isinstance(first, Again):
        # Nothing stands out: that is said once, and who left early is told instead.
        first, course = _throughout(first, course), None
    found = (first, course or attended, _said(summary, checks) or _unheard(summary))
    return tuple(one for one in found if one is not None)


def _throughout(first: Conclusion, average: Average) -> Conclusion:
    return replace(first, average=average) if isinstance(first, Smooth) else first


def _first(summary: Summary) -> Conclusion:
    if passages := _passages(summary):
        return Again(passages[:PASSAGES])
    told, taught = told_minutes(summary), round(summary.taught_s / MINUTE_S)
    return Smooth(told) if told and told >= ENOUGH * taught else NotEnough(told, taught)


def told_minutes(summary: Summary) -> int:
    """Minutes with a word or figure of the class; in a policy without, those in which taps are counted."""
    if summary.allows(Signal.ATTENTION):
        steps = sum(step.level is not None or step.engagement is not None for step in summary.mood)
        told = round(steps * BIN_S / MINUTE_S)
    else:
        told = len(summary.self_reports)
    return min(told, round(summary.taught_s / MINUTE_S))


def _passages(summary: Summary) -> tuple[Passage, ...]:
    """Falls, and minutes in which many were lost that lie in none; the worst first."""
    falls = [_fallen(turn, summary) for turn in turns(summary) if turn.is_fall]
    said = [
        Passage(span, moment_near(span.start_s, summary.moments), None, most_lost(span, summary.self_reports))
        for span in _lost_spans(summary)
        if not any(_meet(span, fall.span) for fall in falls)
    ]
    found = tuple(sorted((*falls, *said), key=lambda one: one.weight, reverse=True))
    return found or _hardest(summary)


def _fallen(turn: Turn, summary: Summary) -> Passage:
    start_s, end_s = turn.after.span.start_s, turn.after.span.end_s
    span = Span(start_s, min(end_s, start_s + LONGEST_S))
    return Passage(span, turn.moment, turn, most_lost(span, summary.self_reports))


def _hardest(summary: Summary) -> tuple[Passage, ...]:
    best, hardest = summary.best, summary.hardest
    if best is None or hardest is None or worth(best) - worth(hardest) < FAR_APART:
        return ()
    if hardest.level is Amount.HALF:
        return ()
    moment = moment_near(hardest.span.start_s, summary.moments)
    return (Passage(hardest.span, moment, None, most_lost(hardest.span, summary.self_reports)),)


def _lost_spans(summary: Summary) -> list[Span]:
    """Minutes one after the other in which many were lost, each run as one span."""
    minutes = [step.span.start_s // MINUTE_S for step in summary.self_reports if _many_lost(step)]
    runs = [
        [minute for _index, minute in run]
        for _key, run in groupby(enumerate(minutes), key=lambda one: one[1] - one[0])
    ]
    return [Span(run[0] * MINUTE_S, (run[-1] + 1) * MINUTE_S) for run in runs]


def _many_lost(step: SelfReportStep) -> bool:
    return step.counts.lost >= max(LOST_NEEDED, MANY_LOST * step.present)


def _meet(one: Span, other: Span) -> bool:
    return one.start_s < other.end_s and other.start_s < one.end_s


def _course(summary: Summary) -> Conclusion | None:
    if summary.best is not None and summary.hardest is not None:
        return Contrast(summary.best, summary.hardest)
    is_even = not turns(summary)
    if estimate := summary.estimate(summary.whole):
        return Average(estimate, None, is_even)
    levels = [step.level for step in summary.mood if step.level is not None]
    enough = levels and len(levels) * BIN_S >= ENOUGH * summary.taught_s
    return Average(None, prevailing(levels), True) if is_even and enough else None


def _said(summary: Summary, checks: Sequence[SaidCheck]) -> Said | None:
    said, asked = summary.self_reports, _asked(checks)
    if not said and asked is None:
        return None
    lost = most_lost(summary.whole, said)
    breaks = max(said, key=attrgetter("counts.need_a_break"), default=None)
    return Said(
        minutes=len(said),
        following=sum(step.counts.following for step in said),
        lost=lost,
        moment=moment_near(lost.span.start_s, summary.moments) if lost else None,
        break_asked=breaks if breaks and breaks.counts.need_a_break else None,
        pace=_pace(said),
        asked=asked,
    )


def _unheard(summary: Summary) -> Unheard | None:
    return Unheard() if summary.policy is not None and summary.policy.allows_self_report else None


def _pace(said: Sequence[SelfReportStep]) -> Pace | None:
    fast, right, slow = (
        sum(getattr(step.pace, kind) for step in said) for kind in ("too_fast", "right_pace", "too_slow")
    )
    if not (fast or right or slow):
        return None
    of_it = attrgetter("pace.too_slow" if slow > fast else "pace.too_fast")
    most = max(said, key=of_it)
    return Pace(fast, right, slow, most if of_it(most) > 1 else None)


def _asked(checks: Sequence[SaidCheck]) -> Asked | None:
    told = [(one.at_s, one.answers) for one in checks if one.answers is not None]
    if not told:
        return None
    at_s, answers = min(told, key=lambda one: _share_of_yes(one[1]))
    return Asked(len(told), at_s, answers)


def _share_of_yes(answers: ToldAnswers) -> float:
    """Of those who answered; a check that nobody answered says nothing."""
    answered = answers.yes + answers.partly + answers.no
    return answers.yes / answered if answered else 1.0
