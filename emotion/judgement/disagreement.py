"""What a student said against what was measured: where they conflict, no flag is drafted.

A finding is contradicted if for at least half of the time in which it was so the student had said
"following"; sadness, which comes from the expression alone, only if head and eyes were with the
lesson in it too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from emotion.judgement.persistence import MOSTLY, Bin, FindingKind, counts

SAID_LASTS_S = 300
"""A tap holds for five minutes, live as well, or until the next one."""
AGAINST = 0.5


@dataclass(frozen=True, slots=True)
class Tap:
    """`at_s` is lesson time."""

    at_s: float
    is_following: bool


def is_contradicted(kind: FindingKind, bins: Sequence[Bin], taps: Sequence[Tap]) -> bool:
    """Bins and taps of one participant, in any order."""
    so = [one for one in bins if _was_so(one, kind)]
    said = sorted(taps, key=lambda tap: tap.at_s)
    against = [one for one in so if _had_said_following(said, one.start_s) and _was_attentive_too(one, kind)]
    return bool(so) and len(against) >= AGAINST * len(so)


def _was_so(one: Bin, kind: FindingKind) -> bool:
    part, whole = counts(one, kind)
    return whole > 0 and part >= MOSTLY * whole


def _had_said_following(said: Sequence[Tap], at_s: float) -> bool:
    last = next((tap for tap in reversed(said) if tap.at_s <= at_s), None)
    return last is not None and last.is_following and at_s < last.at_s + SAID_LASTS_S


def _was_attentive_too(one: Bin, kind: FindingKind) -> bool:
    return kind is not FindingKind.PERSISTENTLY_SAD or one.engaged > one.drifting + one.away
