"""From a camera's snapshot to the screens: the teacher's dashboard and the student's own page."""

import time
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median, quantiles

from benchmarks.classes import LiveClass, live_class
from tests.live import Student


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds, of `count` snapshots out of `sent`."""

    sent: int
    count: int
    median_s: float
    p95_s: float


@dataclass(frozen=True, slots=True)
class Latencies:
    dashboard: Latency
    own_page: Latency


def measure(url: str, *, students: int, interval_ms: int, seconds: float) -> Latencies:
    with live_class(url, students=students, interval_ms=interval_ms) as it:
        time.sleep(seconds / 10)  # the first seconds start what stays open afterwards
        began_at = time.monotonic()
        time.sleep(seconds)
        ended_at = time.monotonic()
        time.sleep(5)
    snapshots = [found for student in it.students for found in _snapshots(student, began_at, ended_at)]
    sent = sum(began_at <= at < ended_at for student in it.students for at in student.sent_at)
    views = _views(it)
    return Latencies(
        dashboard=_latency(sent, (_shown_at(views, one) - one.sent_at for one in snapshots)),
        own_page=_latency(sent, (one.read_at - one.sent_at for one in snapshots)),
    )


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """Monotonic times, and the server's stamp as it came back with the reading."""

    sent_at: float
    taken_at: datetime
    read_at: float


@dataclass(frozen=True, slots=True)
class _View:
    at: float
    newest_taken_at: datetime


def _snapshots(student: Student, began_at: float, ended_at: float) -> list[_Snapshot]:
    """Each reading with the snapshot it was made from: the newest one sent before the server's stamp."""
    clock = time.time() - time.monotonic()
    found = []
    for each in student.received:
        if each.message["type"] != "reading":
            continue
        taken_at = datetime.fromisoformat(each.message["taken_at"])
        index = bisect_right(student.sent_at, taken_at.timestamp() - clock) - 1
        if index >= 0 and began_at <= student.sent_at[index] < ended_at:
            found.append(_Snapshot(student.sent_at[index], taken_at, each.at))
    return found


def _views(it: LiveClass) -> list[_View]:
    views = (each for each in it.teacher.received if each.message["type"] == "view")
    return [
        _View(each.at, datetime.fromisoformat(newest))
        for each in views
        if (newest := each.message["view"]["newest_taken_at"])
    ]


def _shown_at(views: Sequence[_View], snapshot: _Snapshot) -> float:
    """Arrival of the first view that covers the snapshot."""
    return next((view.at for view in views if view.newest_taken_at >= snapshot.taken_at), float("inf"))


def _latency(sent: int, seconds: Iterable[float]) -> Latency:
    ordered = sorted(seconds)
    return Latency(sent, len(ordered), median(ordered), quantiles(ordered, n=20)[-1])
