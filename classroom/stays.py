"""When somebody was there, by stays that may overlap. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

Stay = tuple[datetime, datetime]


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
