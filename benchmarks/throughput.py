"""How much one worker process does when a snapshot always waits, and what that costs in processor time."""

import time
from dataclasses import dataclass

from benchmarks.classes import LiveClass, live_class
from benchmarks.processes import cpu_seconds
from classroom.models import Reading
from tests.product import Product


@dataclass(frozen=True, slots=True)
class Throughput:
    """Readings stored a second, snapshots sent a second, and milliseconds of a core for one of them."""

    stored: float
    sent: float
    worker_ms: float
    web_ms: float


def measure(product: Product, *, students: int, interval_ms: int, seconds: float) -> Throughput:
    worker, web = product.process_id("worker-snapshots"), product.process_id("web")
    with live_class(product.url, students=students, interval_ms=interval_ms) as it:
        time.sleep(seconds / 10)
        readings = Reading.objects.filter(lesson=it.lesson)
        stored, sent = readings.count(), _sent(it)
        used_by_worker, used_by_web = cpu_seconds(worker), cpu_seconds(web)
        began_at = time.monotonic()
        time.sleep(seconds)
        stored, sent = readings.count() - stored, _sent(it) - sent
        elapsed = time.monotonic() - began_at
        used_by_worker, used_by_web = cpu_seconds(worker) - used_by_worker, cpu_seconds(web) - used_by_web
    return Throughput(
        stored=stored / elapsed,
        sent=sent / elapsed,
        worker_ms=1000 * used_by_worker / stored,
        web_ms=1000 * used_by_web / sent,
    )


def _sent(it: LiveClass) -> int:
    return sum(len(student.sent_at) for student in it.students)
