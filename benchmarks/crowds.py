"""More students than can be read: whether what is shed is shed evenly, and what is told never late."""

import time
from collections.abc import Sequence
from contextlib import ExitStack

from benchmarks import arithmetic, processes
from benchmarks.arithmetic import Beat
from benchmarks.client import Attended, Log
from benchmarks.figures import Crowd
from benchmarks.lesson import live_class
from benchmarks.live import (
    SECOND_MS,
    TAIL_S,
    Measured,
    measure,
    messages,
    processor,
    sending,
    told_steps,
    wait_for_readings,
    what_came,
)
from benchmarks.processes import Servers
from tests import servers

# The product is for classes of up to so many.
MOST_IN_A_LESSON = 500
# Of the memory; the rest does not grow with a class.
GROWING = {"web": "web", "worker-snapshots": "worker", "valkey-server": "redis", "redis-server": "redis"}


def at_work(product: Servers, *, students: int, settle: float, seconds: float) -> Crowd:
    with ExitStack() as stack:
        classes = [
            stack.enter_context(live_class(product.url, students=size, interval_ms=SECOND_MS))
            for size in lessons_of(students)
        ]
        for each in classes:
            wait_for_readings(each)
        measured = measure(product, classes, settle, seconds)
        memory = processes.together(processes.memory(product, servers.process_ids()))
        time.sleep(TAIL_S)
    grown = {GROWING[part]: mib for part, mib in memory.items() if part in GROWING}
    return told([each.log for each in classes], measured, grown)


def lessons_of(students: int) -> list[int]:
    """As few lessons as can hold them, of equal size."""
    count = -(-students // MOST_IN_A_LESSON)
    return [students // count + (number < students % count) for number in range(count)]


def told(logs: Sequence[Log], measured: Measured, memory: dict[str, float]) -> Crowd:
    """Args: memory: MiB by part."""
    students = [each for log in logs for each in log.students]
    teachers = [log.teacher for log in logs]
    got = what_came(students, measured)
    return Crowd(
        students=len(students),
        lessons=len(logs),
        seconds=measured.window.seconds,
        sending=sending(students, measured.window),
        stored_per_s=measured.stored / measured.window.seconds,
        share=got.share,
        own_page=got.own_page,
        age=got.age,
        grid=Beat.of([late for each in teachers for late in told_steps(each, measured)]),
        views=Beat.of([gap for each in teachers for gap in _between_views(each, measured)]),
        processor=processor(measured, measured.stored),
        memory=memory,
    )


def _between_views(teacher: Attended, measured: Measured) -> Sequence[float]:
    return list(arithmetic.gaps((at for at, _ in messages(teacher, "view")), measured.window))
