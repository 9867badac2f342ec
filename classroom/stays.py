"""When somebody is and was there, by stays that may overlap. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

Stay = tuple[datetime, datetime]

HEARD_EVERY_S = 3.0
"""How often a web process says that its students are still there."""
HEARD_WITHIN = timedelta(seconds=10)
"""Real time. Of whom nothing was heard for longer nobody is told as here: the web process died."""


def merged(stays: Iterable[Stay], apart: timedelta = timedelta()) -> tuple[Stay, ...]:
    """Stays one after the other, closer ones as one; they overlap when a page is open twice."""
    found: list[Stay] = []
    for joined_at, left_at in sorted(stays):
        if found and joined_at <= found[-1][1] + apart:
            found[-1] = (found[-1][0], max(found[-1][1], left_at))
        elif joined_at <= left_at:
            found.append((joined_at, left_at))
    return tuple(found)


def connected_seconds(stays: Iterable[Stay]) -> int:
    """Seconds in at least one stay."""
    return int(
        sum((left_at - joined_at for joined_at, left_at in merged(stays)), timedelta()).total_seconds()
    )
