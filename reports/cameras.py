"""How well the cameras of those who show their results were read. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean

from emotion.judgement.persistence import BLOCK_S
from reports.individuals import Individual
from reports.values import Cameras, PolicyInForce, minute_of

THIN = 0.5
"""A half minute with fewer than this share of the readings that were due is thin; so is a minute in which
more than this share of those measured had such a half."""


def cameras_of(
    sharing: Sequence[Individual], policy: PolicyInForce | None, *, interval_ms: int
) -> Cameras | None:
    """None below the smallest group. `sharing` are those who show their results, count and were measured."""
    if policy is None or len(sharing) < policy.minimum_group_size:
        return None
    readings, faces = (sum(int(one.blocks.of(it).sum()) for one in sharing) for it in ("readings", "faces"))
    read = [one.uncertain_share for one in sharing if one.expression_minutes]
    return Cameras(
        students=len(sharing),
        coverage=round(fmean(one.coverage for one in sharing), 3),
        no_face=round(1 - faces / readings, 3) if readings else 0.0,
        uncertain=round(fmean(read), 3) if len(read) >= policy.minimum_group_size else None,
        thin_minutes=_thin_minutes(sharing, BLOCK_S * 1000 / interval_ms, policy.minimum_group_size),
    )


def _thin_minutes(sharing: Sequence[Individual], due: float, smallest: int) -> int:
    by_minute: dict[int, list[bool]] = defaultdict(list)
    for one in sharing:
        thin: dict[int, bool] = defaultdict(bool)
        are_thin = one.blocks.of("readings") < THIN * due
        for start_s, is_thin in zip(one.blocks.starts.tolist(), are_thin.tolist(), strict=True):
            thin[minute_of(start_s)] |= is_thin
        for minute, is_thin in thin.items():
            by_minute[minute].append(is_thin)
    told = (each for each in by_minute.values() if len(each) >= smallest)
    return sum(sum(each) > THIN * len(each) for each in told)
