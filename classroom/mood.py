"""The class mood: who may be counted, and the consensus of those who are. Pure arithmetic.

Class-only participants are counted as a group: either none of them or at least the school's
minimum group size, and the group changes only by that many at once, so coming, leaving and
withdrawing move no number. What a member's covered camera moves is hidden by the others alone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import fmean

from emotion.engagement import Level

SHARE_STEP = 0.05


@dataclass(frozen=True, slots=True)
class Member:
    """A participant whose camera may be counted; `is_fresh` says that the state is recent enough."""

    participant_id: int
    shares_own_results: bool
    is_fresh: bool
    level: Level
    engagement: float | None
    probabilities: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Group:
    """Class-only participants counted now, and those counted when last any were."""

    counted: frozenset[int] = frozenset()
    last_counted: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Mood:
    """The consensus of those counted. Shares are rounded to twentieths; None without evidence."""

    counted: int
    levels: dict[Level, int]
    expression_shares: tuple[float, ...] | None
    expression_spread: float | None
    engagement: float | None
    engagement_low: float | None
    engagement_high: float | None


def regroup(group: Group, class_only: Collection[int], minimum: int) -> Group:
    """The group after class-only participants came or went.

    While fewer than `minimum` changed it stays as it is; if one of it left, nobody of it is
    counted until enough changed against the last group that was shown.
    """
    eligible = frozenset(class_only)
    enough = len(eligible) >= minimum
    if (
        enough
        and _differ(eligible, group.counted, minimum)
        and _differ(eligible, group.last_counted, minimum)
    ):
        return Group(eligible, eligible)
    if group.counted <= eligible:
        return group
    return Group(frozenset(), group.last_counted)


def contributors(members: Sequence[Member], group: Group, minimum: int) -> tuple[Member, ...]:
    """Fresh members that count now: those who share, and the group where enough of it are fresh."""
    fresh = [member for member in members if member.is_fresh and member.level is not Level.UNKNOWN]
    sharing = [member for member in fresh if member.shares_own_results]
    grouped = [m for m in fresh if not m.shares_own_results and m.participant_id in group.counted]
    return tuple(sharing + grouped) if len(grouped) >= minimum else tuple(sharing)


def consensus(counted: Sequence[Member]) -> Mood:
    engagements = sorted(m.engagement for m in counted if m.engagement is not None)
    expressions = [m.probabilities for m in counted if m.probabilities is not None]
    mean = tuple(map(fmean, zip(*expressions, strict=True))) if expressions else None
    return Mood(
        counted=len(counted),
        levels={level: sum(m.level is level for m in counted) for level in Level},
        expression_shares=tuple(map(_rounded, mean)) if mean else None,
        expression_spread=_rounded(_spread(expressions, mean)) if mean else None,
        engagement=_rounded(fmean(engagements)) if engagements else None,
        engagement_low=_rounded(_quantile(engagements, 0.25)) if engagements else None,
        engagement_high=_rounded(_quantile(engagements, 0.75)) if engagements else None,
    )


def _differ(one: frozenset[int], other: frozenset[int], minimum: int) -> bool:
    return len(one ^ other) >= minimum


def _spread(expressions: Sequence[Sequence[float]], mean: Sequence[float]) -> float:
    """Mean total variation distance from the class: 0 all alike, towards 1 all different."""
    return fmean(sum(abs(p - m) for p, m in zip(one, mean, strict=True)) / 2 for one in expressions)


def _quantile(ordered: Sequence[float], share: float) -> float:
    position = share * (len(ordered) - 1)
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (position - low) * (ordered[high] - ordered[low])


def _rounded(share: float) -> float:
    return round(round(share / SHARE_STEP) * SHARE_STEP, 2)
