"""From a snapshot to the screens: the own page, the tile beside a shown name, the class's figures."""

import time
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median, quantiles

from benchmarks.classes import Change, LiveClass, RestlessCamera, live_class
from tests.live import Student

# The face stays away for three seconds: a tile that came later would be of the next change.
GIVE_UP_S = 3.0


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds, of `count` found out of `expected`."""

    expected: int
    count: int
    median_s: float
    p95_s: float


@dataclass(frozen=True, slots=True)
class Latencies:
    """Of each snapshot, of each change that a tile has to show, of each step of the ten-second grid."""

    own_page: Latency
    tile: Latency
    grid: Latency


def measure(url: str, *, students: int, interval_ms: int, seconds: float) -> Latencies:
    with live_class(url, students=students, interval_ms=interval_ms, restless=True) as it:
        time.sleep(seconds / 10)  # the first seconds start what stays open afterwards
        began_at = time.monotonic()
        time.sleep(seconds)
        ended_at = time.monotonic()
        time.sleep(5)
    own_page = [one for student in it.students for one in _own_pages(student, began_at, ended_at)]
    sent = sum(began_at <= at < ended_at for student in it.students for at in student.sent_at)
    changes = [
        (number, change)
        for number, student in enumerate(it.students)
        if isinstance(student.camera, RestlessCamera)
        for change in student.camera.changes
        if began_at <= change.at < ended_at
    ]
    return Latencies(
        own_page=_latency(sent, own_page),
        tile=_latency(len(changes), _tiles(it, changes)),
        grid=_latency(int(seconds // 10), _grid_steps(it, began_at, ended_at)),
    )


def _own_pages(student: Student, began_at: float, ended_at: float) -> Iterator[float]:
    """Each reading with the snapshot it was made from: the newest one sent before the server's stamp."""
    for each in student.received:
        if each.message["type"] != "reading":
            continue
        index = bisect_right(student.sent_at, _monotonic(each.message["taken_at"])) - 1
        if index >= 0 and began_at <= student.sent_at[index] < ended_at:
            yield each.at - student.sent_at[index]


def _tiles(it: LiveClass, changes: Iterable[tuple[int, Change]]) -> Iterator[float]:
    """From the first snapshot of a face that came or went to the tile that says so."""
    shown = [
        (each.at, tile["name"], tile.get("expression") is not None)
        for each in it.teacher.received
        if each.message["type"] == "tiles"
        for tile in each.message["tiles"]
    ]
    for number, change in changes:
        told = (f"Student {number}", change.has_face)
        found = (at for at, *one in shown if change.at < at < change.at + GIVE_UP_S and tuple(one) == told)
        if (first := next(found, None)) is not None:
            yield first - change.at


def _grid_steps(it: LiveClass, began_at: float, ended_at: float) -> Iterator[float]:
    """From the instant of a step to the first view that tells it."""
    known: set[str] = set()
    for each in it.teacher.received:
        if each.message["type"] != "view" or not (mood := each.message["view"]["mood"]):
            continue
        if mood["at"] not in known and began_at <= each.at < ended_at:
            yield each.at - _monotonic(mood["at"])
        known.add(mood["at"])


def _monotonic(stamp: str) -> float:
    """The server's stamp on this machine's monotonic clock; lesson time is real time here."""
    return datetime.fromisoformat(stamp).timestamp() - (time.time() - time.monotonic())


def _latency(expected: int, seconds: Iterable[float]) -> Latency:
    ordered: Sequence[float] = sorted(seconds)
    return Latency(expected, len(ordered), median(ordered), quantiles(ordered, n=20)[-1])
