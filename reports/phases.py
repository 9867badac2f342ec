"""From one change of the class's level to the next, and how sure each mean is. Pure; loaded by who writes.

By the engagement of those who show it, from their ten-second sums; where too few do, by the class's words,
which tell no number. docs/report.md has the rules and how often they are wrong.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from classroom.disclosure import Amount
from emotion.judgement.bootstrap import interval
from emotion.judgement.changes import SHORTEST, change_points, penalty_for
from emotion.judgement.persistence import BIN_S
from reports.aggregates import SCORES, prevailing
from reports.blocks import Blocks
from reports.individuals import Individual
from reports.values import MINUTE_S, Estimate, MoodStep, Span, Stretch, Summary, minute_of

LEAST_NOISE = 0.03
"""Of the mean engagement of a class in a minute."""
LEAST_NOISE_OF_WORDS = 0.17
"""Of a minute's words as scores: a class at the edge of a word goes to and fro between two of them."""
CLEAR = 0.8
"""Of pairs of a step before a change of words and one after, so many go its way: else it went to and fro."""
SHORTEST_IN_WORDS = 6
"""Minutes: shorter phases come and go where a class is at the edge of a word."""
STEPS_NEEDED = 3
"""Of the six steps of a minute, so many with a word."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes in which at least the smallest group was measured, in order.

    `values` is float64 (students, minutes), the mean engagement of each; NaN where one was not measured.
    """

    starts: tuple[int, ...]
    values: NDArray[np.float64]

    def within(self, span: Span) -> NDArray[np.float64]:
        """float64 (students, minutes of the span)."""
        chosen: NDArray[np.float64] = self.values[
            :, [span.start_s <= start < span.end_s for start in self.starts]
        ]
        return chosen


def with_phases(summary: Summary, sharing: Iterable[Individual], *, seed: int) -> Summary:
    """The summary with its phases and estimates; `sharing` are those who show their results and count.

    Written again with the same `seed` it is the same.
    """
    minutes = shared_minutes(sharing, summary)
    phases = exact_phases(minutes, summary.lesson_s) if minutes else ()
    phases = phases or phases_in_words(summary.mood, summary.lesson_s)
    exact = [one.span for one in (*phases, summary.best, summary.hardest) if one and one.level is None]
    found = [estimate(minutes, span, seed=seed) for span in dict.fromkeys((summary.whole, *exact)) if minutes]
    return replace(summary, phases=phases, estimates=tuple(one for one in found if one))


def shared_minutes(sharing: Iterable[Individual], summary: Summary) -> Minutes | None:
    """None where no minute outside pauses has enough of those who share, or none was told live."""
    if summary.policy is None:
        return None
    live = {minute_of(step.at_s) for step in summary.mood if step.engagement is not None}
    rows = [_by_minute(one.blocks, summary.pauses) for one in sharing]
    starts = sorted(live & {start for row in rows for start in row})
    smallest = summary.policy.minimum_group_size
    told = tuple(start for start in starts if sum(start in row for row in rows) >= smallest)
    if not told:
        return None
    return Minutes(told, np.array([[row.get(start, np.nan) for start in told] for row in rows]))


def exact_phases(minutes: Minutes, lesson_s: int) -> tuple[Stretch, ...]:
    means = [float(one) for one in np.nanmean(minutes.values, axis=0)]
    spans = [_span(run, lesson_s) for run in _runs(minutes.starts, means, LEAST_NOISE)]
    return tuple(Stretch(span, round(float(np.nanmean(minutes.within(span))), 3), None) for span in spans)


def phases_in_words(mood: Iterable[MoodStep], lesson_s: int) -> tuple[Stretch, ...]:
    """Neighbours that hardly differ are one phase, and so is what is too short with what was before."""
    told = [(minute_of(step.at_s), step.level) for step in mood if step.level is not None]
    by_minute = {start: [level for _at, level in its] for start, its in groupby(told, key=lambda one: one[0])}
    levels = {start: its for start, its in by_minute.items() if len(its) >= STEPS_NEEDED}
    scores = [fmean(SCORES[one] for one in its) for its in levels.values()]
    phases: list[list[int]] = []
    for run in _short_joined(_runs(tuple(levels), scores, LEAST_NOISE_OF_WORDS)):
        if phases and not _differ(_levels_of(phases[-1], levels), _levels_of(run, levels)):
            phases[-1].extend(run)
        else:
            phases.append(run)
    return tuple(Stretch(_span(run, lesson_s), None, prevailing(_levels_of(run, levels))) for run in phases)


def estimate(minutes: Minutes, span: Span, *, seed: int) -> Estimate | None:
    """None where fewer than three minutes of the span can be told of."""
    values = minutes.within(span)
    if values.shape[1] < SHORTEST:
        return None
    counted = (~np.isnan(values)).sum(axis=0)
    found = interval(values, seed=(seed, span.start_s, span.end_s))
    return Estimate(
        span=span,
        mean=round(found.mean, 3),
        low=round(found.low, 3),
        high=round(found.high, 3),
        fewest=int(counted.min()),
        most=int(counted.max()),
    )


def _short_joined(runs: Iterable[Sequence[int]]) -> list[list[int]]:
    """Short neighbours together: a class may fall in two steps."""
    joined: list[list[int]] = []
    for run in runs:
        if joined and max(len(joined[-1]), len(run)) < SHORTEST_IN_WORDS:
            joined[-1].extend(run)
        else:
            joined.append(list(run))
    return joined


def _differ(before: Sequence[Amount], after: Sequence[Amount]) -> bool:
    """By the word that prevails in each, if both are long enough, and of pairs of a step before and one after
    nearly all in one direction.
    """
    pairs = [
        (SCORES[one] - SCORES[other], before.count(one) * after.count(other))
        for one in Amount
        for other in Amount
    ]
    falls = sum(count for fall, count in pairs if fall > 0)
    rises = sum(count for fall, count in pairs if fall < 0)
    is_clear = max(falls, rises) >= CLEAR * len(before) * len(after)
    is_long = min(len(before), len(after)) >= SHORTEST_IN_WORDS * MINUTE_S // BIN_S
    return is_clear and is_long and prevailing(before) is not prevailing(after)


def _levels_of(run: Iterable[int], levels: Mapping[int, Sequence[Amount]]) -> list[Amount]:
    return [one for start in run for one in levels[start]]


def _runs(starts: Sequence[int], values: Sequence[float], least_noise: float) -> list[Sequence[int]]:
    """The minutes of each phase; none where the lesson is too short for two."""
    if len(values) < 2 * SHORTEST:
        return []
    points = change_points(values, penalty=penalty_for(values, least_noise=least_noise))
    return [starts[first:last] for first, last in pairwise((0, *points, len(starts)))]


def _span(starts: Sequence[int], lesson_s: int) -> Span:
    return Span(starts[0], min(starts[-1] + MINUTE_S, lesson_s))


def _by_minute(blocks: Blocks, pauses: Collection[Span]) -> dict[int, float]:
    """One student's mean engagement in each minute outside pauses."""
    chosen = blocks.of("engagements") > 0
    for one in pauses:
        chosen &= (blocks.starts < one.start_s) | (blocks.starts >= one.end_s)
    minutes = blocks.where(chosen).together(MINUTE_S)
    return dict(zip(minutes.starts.tolist(), minutes.engagement.tolist(), strict=True))
