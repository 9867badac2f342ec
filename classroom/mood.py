"""The figures of those who show their own results: exact, and only from the minimum group size on. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from classroom.disclosure import Member
from emotion.judgement.engagement import Level

SHARE_STEP = 0.05


@dataclass(frozen=True, slots=True)
class Sharer:
    """One who shows own results and whose newest measurement is recent. `engagement` is in [0, 1]."""

    member: Member
    engagement: float | None


@dataclass(frozen=True, slots=True)
class Shared:
    """The consensus of those who share. Shares are rounded to twentieths; None where too few have any.

    `counted` have a level; `low` and `high` are the quartiles of engagement; `expression_spread` is the mean
    total variation distance from the mean: 0 all alike, towards 1 all different.
    """

    counted: int
    engaged: int
    drifting: int
    away: int
    engagement: float | None
    engagement_low: float | None
    engagement_high: float | None
    expression_shares: tuple[float, ...] | None
    expression_spread: float | None


def shared_figures(sharers: Sequence[Sharer], minimum: int) -> Shared | None:
    """None where fewer than `minimum` can be counted for anything."""
    fresh = [one for one in sharers if one.member.is_fresh]
    levels = [one.member.level for one in fresh if one.member.level is not Level.UNKNOWN]
    engagements = sorted(one.engagement for one in fresh if one.engagement is not None)
    expressions = [one.member.probabilities for one in fresh if one.member.probabilities is not None]
    told = len(levels) >= minimum
    valued = told and len(engagements) >= minimum
    mean = _mean(expressions) if len(expressions) >= minimum else None
    if not told and mean is None:
        return None
    return Shared(
        counted=len(levels) if told else len(expressions),
        engaged=levels.count(Level.ENGAGED) if told else 0,
        drifting=levels.count(Level.DRIFTING) if told else 0,
        away=levels.count(Level.AWAY) if told else 0,
        engagement=rounded(fmean(engagements)) if valued else None,
        engagement_low=rounded(quantile(engagements, 0.25)) if valued else None,
        engagement_high=rounded(quantile(engagements, 0.75)) if valued else None,
        expression_shares=tuple(map(rounded, mean)) if mean else None,
        expression_spread=rounded(_spread(expressions, mean)) if mean else None,
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    position = share * (len(ordered) - 1)
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (position - low) * (ordered[high] - ordered[low])


def rounded(share: float) -> float:
    return round(round(share / SHARE_STEP) * SHARE_STEP, 2)


def _mean(expressions: Sequence[Sequence[float]]) -> tuple[float, ...]:
    return tuple(map(fmean, zip(*expressions, strict=True)))


def _spread(expressions: Sequence[Sequence[float]], mean: Sequence[float]) -> float:
    return fmean(sum(abs(p - m) for p, m in zip(one, mean, strict=True)) / 2 for one in expressions)
