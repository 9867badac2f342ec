"""How long somebody was there, by stays that may overlap. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

Stay = tuple[datetime, datetime]


def connected_seconds(stays: Iterable[Stay]) -> int:
    """Seconds in at least one stay; stays overlap when a page is open twice."""
    total, until = timedelta(), None
    for joined_at, left_at in sorted(stays):
        start = joined_at if until is None else max(joined_at, until)
        total += max(timedelta(), left_at - start)
        until = left_at if until is None else max(until, left_at)
    return int(total.total_seconds())
