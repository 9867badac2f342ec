"""What times of sending and arriving come to: quantiles, latencies, shares and ages.

Pure. All times are seconds of one monotonic clock.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

# By so much a stamp may be earlier: its last digit, and two clocks that are read one after the other.
STAMP_S = 0.002


@dataclass(frozen=True, slots=True)
class Spread:
    """Quantiles of `count` values that were found out of `expected`; None where the values are too few."""

    expected: int
    count: int
    p50: float | None
    p95: float | None
    p99: float | None

    @classmethod
    def of(cls, values: Collection[float], expected: int | None = None) -> Self:
        ordered = sorted(values)
        found = (quantile(ordered, share) for share in (0.5, 0.95, 0.99))
        return cls(len(ordered) if expected is None else expected, len(ordered), *found)


@dataclass(frozen=True, slots=True)
class Beat:
    """Seconds of what comes again and again, too seldom for more than the median and the longest."""

    p50: float | None
    longest: float | None

    @classmethod
    def of(cls, values: Collection[float]) -> Self:
        return cls(quantile(sorted(values), 0.5), max(values, default=None))


@dataclass(frozen=True, slots=True)
class Shares:
    """Of the snapshots sent those that were analysed: of all together, of the student with least and most."""

    together: float | None
    least: float | None
    most: float | None

    @classmethod
    def of(cls, counts: Collection[tuple[int, int]]) -> Self:
        """Args: counts: of each student how many were analysed of how many; who sent none is left out."""
        sending = [(done, sent) for done, sent in counts if sent]
        if not sending:
            return cls(None, None, None)
        each = [done / sent for done, sent in sending]
        together = sum(done for done, _ in sending) / sum(sent for _, sent in sending)
        return cls(together, min(each), max(each))


@dataclass(frozen=True, slots=True)
class Own:
    """A reading on the student's own page: when it arrived, when the server took its snapshot."""

    at: float
    taken_at: float


@dataclass(frozen=True, slots=True)
class Change:
    """A student's face came before the camera or went: the time of the first snapshot that shows it."""

    at: float
    student: str
    has_face: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A tile that arrived at the teacher's."""

    at: float
    student: str
    has_face: bool


@dataclass(frozen=True, slots=True)
class Window:
    """From `began_at` on, until `ended_at`, which is outside."""

    began_at: float
    ended_at: float

    def __contains__(self, at: float) -> bool:
        return self.began_at <= at < self.ended_at

    @property
    def seconds(self) -> float:
        return self.ended_at - self.began_at

    def instants(self, every: float) -> Iterator[float]:
        return (self.began_at + number * every for number in range(math.floor(self.seconds / every)))


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The least value that at least this share of all are not above; None where too few are above it to tell.

    A share of .95 needs 20 values, so that one of them is above it.
    """
    if not ordered or len(ordered) * (1 - share) < 1 - 1e-9:
        return None
    return ordered[math.ceil(len(ordered) * share - 1e-9) - 1]


def ratio(above: float | None, below: float | None) -> float | None:
    """None where either is unknown or there is nothing to divide by."""
    return above / below if above is not None and below else None


def latencies(sent_at: Sequence[float], readings: Iterable[Own], window: Window) -> dict[int, float]:
    """By the number of each snapshot of the window that was read: from sending it to its reading.

    A reading is of the newest snapshot sent before its stamp, which holds whole milliseconds. Args: sent_at:
    in order.
    """
    found: dict[int, float] = {}
    for reading in readings:
        number = bisect_right(sent_at, reading.taken_at + STAMP_S) - 1
        if number >= 0 and sent_at[number] in window:
            found.setdefault(number, reading.at - sent_at[number])
    return found


def sent_in(sent_at: Sequence[float], window: Window) -> int:
    """Args: sent_at: in order."""
    return bisect_left(sent_at, window.ended_at) - bisect_left(sent_at, window.began_at)


def ages(readings: Iterable[Own], instants: Iterable[float]) -> list[float]:
    """How old the newest reading that has arrived is at each instant; left out before the first one."""
    arrivals = sorted(readings, key=lambda each: each.at)
    newest: list[float] = []
    for each in arrivals:
        newest.append(max(each.taken_at, newest[-1]) if newest else each.taken_at)
    at = [each.at for each in arrivals]
    places = ((instant, bisect_right(at, instant)) for instant in instants)
    return [instant - newest[place - 1] for instant, place in places if place]


def changes(student: str, sent: Sequence[tuple[float, bool]]) -> Iterator[Change]:
    """Where a snapshot shows a face and the one before it none, or the other way round."""
    for (_, before), (at, has_face) in pairwise(sent):
        if before != has_face:
            yield Change(at, student, has_face)


def until_shown(changed: Iterable[Change], shown: Sequence[Shown], *, within: float) -> Iterator[float]:
    """From each change to the first tile that says so; later than `within` it is of the next one."""
    for change in changed:
        told = (
            tile.at - change.at
            for tile in shown
            if change.at < tile.at < change.at + within
            and (tile.student, tile.has_face) == (change.student, change.has_face)
        )
        if (first := next(told, None)) is not None:
            yield first


def first_told(steps: Iterable[tuple[float, float]], window: Window) -> Iterator[float]:
    """From each step's instant to its first arrival within the window. Args: steps: (arrival, instant)."""
    known: set[float] = set()
    for at, step_at in steps:
        if step_at not in known and at in window:
            yield at - step_at
        known.add(step_at)


def gaps(times: Iterable[float], window: Window) -> Iterator[float]:
    """Between one of the window and the next. Args: times: in order."""
    within = (at for at in times if at in window)
    return (after - before for before, after in pairwise(within))
