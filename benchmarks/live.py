"""What a class at work, a flood and snapshots that nobody reads come to, over real sockets."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from benchmarks import arithmetic
from benchmarks.arithmetic import Own, Shares, Shown, Spread, Window, quantile, ratio
from benchmarks.client import Attended, Log
from benchmarks.figures import Ages, BrowserRead, ClassAtWork, Flood, Ingest, Processor, Sending
from benchmarks.lesson import LiveClass, TooBusy, live_class
from benchmarks.processes import Servers, Spent, spent
from classroom.models import Reading
from classroom.wire.redis import client
from tests import servers

SECOND_MS, HALF_MS = 1000, 500
# A snapshot that is not read until then was overwritten by the next one or is lost.
TAIL_S = 3.0
# The face stays away for three seconds: a tile that came later would be of the next change.
SHOWN_WITHIN_S = 3.0
AGES_EVERY_S = 0.1
FIRST_WITHIN_S = 120.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A stretch of a lesson: its monotonic window, snapshots taken in, readings stored, processor spent.

    `ahead_s`: the clock by which the server stamps, minus the monotonic one. Lesson time is real time here.
    """

    window: Window
    taken: int
    stored: int
    spent: Spent
    ahead_s: float


@dataclass(frozen=True, slots=True)
class Came:
    """What students got of what they sent in a stretch, in seconds."""

    own_page: Spread
    share: Shares
    age: Ages


def at_work(product: Servers, *, students: int, settle: float, seconds: float) -> ClassAtWork:
    with live_class(product.url, students=students, interval_ms=SECOND_MS) as it:
        wait_for_readings(it)
        measured = measure(product, [it], settle, seconds)
        time.sleep(TAIL_S)
    return told(it.names, it.log, measured)


def told(names: Sequence[str], log: Log, measured: Measured) -> ClassAtWork:
    """What the class came to in the window. Args: names: the students', in the log's order."""
    window, got = measured.window, what_came(log.students, measured)
    return ClassAtWork(
        students=len(names),
        seconds=window.seconds,
        sending=sending(log.students, window),
        stored_per_s=measured.stored / window.seconds,
        own_page=got.own_page,
        tile=_tiles(names, log, window),
        grid=Spread.of(list(told_steps(log.teacher, measured))),
        share=got.share,
        age=got.age,
        processor=processor(measured, measured.stored),
    )


def what_came(students: Sequence[Attended], measured: Measured) -> Came:
    window, by_student = measured.window, [_own(each, measured.ahead_s) for each in students]
    sent_at = [[one.at for one in each.sent] for each in students]
    pairs = zip(sent_at, by_student, strict=True)
    found = [arithmetic.latencies(sent, own, window) for sent, own in pairs]
    sent = [arithmetic.sent_in(each, window) for each in sent_at]
    return Came(
        own_page=Spread.of([each for one in found for each in one.values()], sum(sent)),
        share=Shares.of([(len(done), count) for done, count in zip(found, sent, strict=True)]),
        age=_ages(by_student, window),
    )


def flood(product: Servers, *, workers: int, students: int, settle: float, seconds: float) -> Flood:
    product.work_with(workers)
    with live_class(product.url, students=students, interval_ms=SECOND_MS) as it:
        wait_for_readings(it)
        measured = measure(product, [it], settle, seconds)
    return Flood(
        workers=workers,
        students=students,
        sending=sending(it.log.students, measured.window),
        stored_per_s=measured.stored / measured.window.seconds,
        processor=processor(measured, measured.stored),
    )


def measured(
    product: Servers, *, students: int, readings_a_message: int, settle: float, seconds: float
) -> BrowserRead:
    """A class whose browsers read a picture a second themselves."""
    with live_class(
        product.url, students=students, interval_ms=SECOND_MS, readings_a_message=readings_a_message
    ) as it:
        wait_for_readings(it)
        found = measure(product, [it], settle, seconds)
        time.sleep(TAIL_S)
    one = told(it.names, it.log, found)
    return BrowserRead(
        students, readings_a_message, one.sending, one.stored_per_s, one.own_page, one.processor
    )


def ingest(product: Servers, *, students: int, settle: float, seconds: float) -> Ingest:
    with (
        product.workers_stopped(),
        live_class(product.url, students=students, interval_ms=HALF_MS, is_watched=False) as it,
    ):
        measured = measure(product, [it], settle, seconds)
    seconds = measured.window.seconds
    return Ingest(
        students=students,
        sending=sending(it.log.students, measured.window),
        taken_per_s=measured.taken / seconds,
        processor=processor(measured, measured.taken),
    )


def wait_for_readings(it: LiveClass) -> None:
    """Raises TooBusy."""
    give_up_at = time.monotonic() + FIRST_WITHIN_S
    while not Reading.objects.filter(lesson=it.lesson).exists():
        if time.monotonic() > give_up_at:
            raise TooBusy(f"nothing was read within {FIRST_WITHIN_S:.0f} s")
        time.sleep(0.2)


def measure(product: Servers, classes: Sequence[LiveClass], settle: float, seconds: float) -> Measured:
    """All of them together. The first seconds start what stays open afterwards."""
    time.sleep(settle)
    readings = Reading.objects.filter(lesson__in=[one.lesson for one in classes])
    clients = [one.client_pid for one in classes]
    stored, taken = readings.count(), _taken_in()
    before, began_at = spent(product, servers.process_ids(), clients), time.monotonic()
    time.sleep(seconds)
    window = Window(began_at, time.monotonic())
    after = spent(product, servers.process_ids(), clients)
    return Measured(
        window=window,
        taken=_taken_in() - taken,
        stored=readings.count() - stored,
        spent=after.since(before),
        ahead_s=time.time() - time.monotonic(),
    )


def _taken_in() -> int:
    """How many snapshots were ever put into a mailbox: one that is sent may still wait in a socket's buffer.

    Each takes its place in a queue, by a command that Redis counts; a socket that opens does so once, too.
    """
    return int(client().info("commandstats").get("cmdstat_zadd", {}).get("calls", 0))


def processor(measured: Measured, count: int) -> Processor:
    seconds = measured.window.seconds
    parts = dict(measured.spent.by_process)
    own = parts.pop("client")
    ms = {name: ratio(1000 * each, count) for name, each in parts.items()}
    return Processor(ms, own / seconds, measured.spent.others / seconds)


def sending(students: Sequence[Attended], window: Window) -> Sending:
    sent = [one for each in students for one in each.sent if one.at in window]
    heard = (one for each in students for one in messages(each, "error"))
    errors = (message["code"] for at, message in heard if at in window)
    late = quantile(sorted(1000 * (one.at - one.due_at) for one in sent), 0.99)
    lost = sum(len(each.closed) for each in students)
    return Sending(len(sent) / window.seconds, late, Counter(errors), lost)


def _own(student: Attended, ahead_s: float) -> list[Own]:
    readings = messages(student, "reading")
    return [Own(at, _moment(message["taken_at"]) - ahead_s) for at, message in readings]


def _ages(by_student: list[list[Own]], window: Window) -> Ages:
    found = sorted(age for own in by_student for age in arithmetic.ages(own, window.instants(AGES_EVERY_S)))
    p50, p95, p99 = (quantile(found, share) for share in (0.5, 0.95, 0.99))
    return Ages(p50, p95, p99, max(found, default=None))


def _tiles(names: Sequence[str], log: Log, window: Window) -> Spread:
    changed = [
        change
        for name, student in zip(names, log.students, strict=True)
        for change in arithmetic.changes(name, [(one.at, one.has_face) for one in student.sent])
        if change.at in window
    ]
    shown = [
        Shown(at, tile["name"], tile.get("expression") is not None)
        for at, message in messages(log.teacher, "tiles")
        for tile in message["tiles"]
    ]
    found = list(arithmetic.until_shown(changed, shown, within=SHOWN_WITHIN_S))
    return Spread.of(found, len(changed))


def told_steps(teacher: Attended, measured: Measured) -> Iterator[float]:
    """Seconds from the instant of each step of the grid to the first view that tells it."""
    moods = ((at, message["view"]["mood"]) for at, message in messages(teacher, "view"))
    steps = [(at, _moment(mood["at"]) - measured.ahead_s) for at, mood in moods if mood]
    return arithmetic.first_told(steps, measured.window)


def messages(log: Attended, kind: str) -> Iterator[tuple[float, Any]]:
    heard = ((each.at, json.loads(each.text)) for each in log.received)
    return ((at, message) for at, message in heard if message["type"] == kind)


def _moment(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()
