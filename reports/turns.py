"""Where the class's level changed, beside the key moment and what was said. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports.aggregates import SCORES, STRETCH_DIFFERENCE
from reports.values import Moment, SelfReportStep, Span, Stretch, Summary

AFTER_S = 180
"""A key moment at most so long before a change ..."""
AHEAD_S = 60
"""... or so short after it stands beside it: a change is placed to the minute, and a key pressed late."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The phases before and after a change; `lost` is the minute in which most said so while it lasted."""

    before: Stretch
    after: Stretch
    moment: Moment | None
    lost: SelfReportStep | None

    @property
    def at_s(self) -> int:
        return self.after.span.start_s

    @property
    def is_fall(self) -> bool:
        return worth(self.after) < worth(self.before)

    @property
    def size(self) -> float:
        return abs(worth(self.after) - worth(self.before))


def turns(summary: Summary) -> tuple[Turn, ...]:
    """Every change from one phase to the next that is worth a word, in the order of the lesson."""
    return tuple(
        Turn(
            before,
            after,
            moment_near(after.span.start_s, summary.moments),
            most_lost(after.span, summary.self_reports),
        )
        for before, after in pairwise(summary.phases)
        if abs(worth(after) - worth(before)) >= STRETCH_DIFFERENCE
    )


def worth(phase: Stretch) -> float:
    """How far the class was with the lesson, in [0, 1]; of words only to compare, never shown."""
    return SCORES[phase.level] if phase.level is not None else phase.engagement or 0.0


def moment_near(at_s: int, moments: Sequence[Moment]) -> Moment | None:
    near = [one for one in moments if -AHEAD_S <= at_s - one.at_s <= AFTER_S]
    return min(near, key=lambda one: abs(at_s - one.at_s), default=None)


def most_lost(span: Span, said: Sequence[SelfReportStep]) -> SelfReportStep | None:
    within = [one for one in said if span.start_s <= one.span.start_s < span.end_s and one.counts.lost]
    return max(within, key=lambda one: one.counts.lost, default=None)
