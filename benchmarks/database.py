"""What is read and written while a class is taught, with ever more readings in the database.

Everything is done in this process, through the product's own pages and services, and nothing else runs.
"""

import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks import filling, unparted
from benchmarks.arithmetic import quantile
from benchmarks.figures import Took, WithRows
from benchmarks.filling import Taught
from benchmarks.kept import CLASS_VIEW, RECORDED, RECORDED_UNPARTED
from classroom import queries, services
from classroom.models import Lesson
from classroom.partitions import PARTITIONED, Month, Partitioned
from classroom.personal import delete_measured
from classroom.queries.gauges import gauges
from reports.build import build_report

Act = Callable[[], object]
# The pages and the figures that are read while teaching; their names stand in the table.
READ = (
    CLASS_VIEW,
    "page of the lesson",
    "its small window",
    "list of classes",
    "page of a class",
    "lessons of a class",
    "needs attention",
    "own page",
    "own data",
    "/metrics",
)
HOURLY = "hourly round of a school"
REPORT, WITHDRAWN, DROPPED = "report of one lesson", "a student's rows deleted", "a month dropped"
# Of a batch into months and of one into one table, so many in turn.
IN_TURN = 5
SELDOM = 5


def measure(readings: int, *, times: int) -> WithRows:
    """Args: times: how often each thing is done."""
    began = time.monotonic()
    taught = filling.fill(readings, now=timezone.now())
    for lesson in taught.past:
        _report(lesson)
    unparted.make()
    _settle()
    fill_s = time.monotonic() - began
    rows = [_rows(each) for each in PARTITIONED]
    took = _reads(taught, times) | _recorded(taught, times)
    unparted.drop()
    took[REPORT] = _took(lambda: _report(taught.past[1]), SELDOM)
    took[HOURLY] = _took(lambda: look_after(taught), SELDOM)
    took |= _deleted(taught)
    filled = filling.classes_for(readings) * filling.READINGS_A_CLASS
    (_, reading_bytes), (sums, sum_bytes) = rows
    return WithRows(filled, sums, fill_s, reading_bytes, sum_bytes, took)


def _reads(taught: Taught, times: int) -> dict[str, Took]:
    found = {}
    for name, act in reading(taught).items():
        taught.go_on(timezone.now())
        act()  # what is kept for the next time is kept now
        found[name] = _took(act, times)
    return found


def reading(taught: Taught) -> dict[str, Act]:
    """By the names of `READ`."""
    admin, teacher, student = Client(), Client(), Client()
    admin.force_login(taught.admin)
    teacher.force_login(taught.teacher)
    name, value = taught.cookie
    student.cookies[name] = value
    lesson, classroom = taught.lesson, taught.lesson.classroom
    acts: dict[str, Act] = {
        CLASS_VIEW: lambda: queries.teacher_state(lesson, timezone.now(), reveal=True),
        "page of the lesson": _page(teacher, "lesson", lesson.id),
        "its small window": _page(teacher, "glance", lesson.id),
        "list of classes": _page(teacher, "classrooms"),
        "page of a class": _page(teacher, "classroom", classroom.id),
        "lessons of a class": _page(teacher, "class_lessons", classroom.id),
        "needs attention": _page(admin, "attention"),
        "own page": _page(student, "my_lesson", lesson.id),
        "own data": _page(student, "my_data", lesson.id),
        "/metrics": lambda: gauges(timezone.now()),
    }
    assert tuple(acts) == READ
    return acts


def _page(visitor: Client, name: str, *arguments: int) -> Act:
    address = reverse(name, args=arguments)

    def open_page() -> None:
        answer = visitor.get(address)
        assert answer.status_code == 200, f"{address} answers {answer.status_code}"

    return open_page


def _recorded(taught: Taught, times: int) -> dict[str, Took]:
    """Into months and into one table in turn, so that a busy minute is both's."""
    ways: dict[str, Callable[[], Any]] = {RECORDED: nullcontext, RECORDED_UNPARTED: unparted.used}
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in ways}
    for _ in range(-(-times // IN_TURN)):
        for name, way in ways.items():
            with way():
                found[name] += [timed(taught.record) for _ in range(IN_TURN)]
    return {name: _summed(each) for name, each in found.items()}


def _report(lesson: Lesson) -> None:
    build_report(lesson_id=lesson.id, now=timezone.now(), progress=lambda _: None)


def look_after(taught: Taught) -> None:
    """Whether anything is past its period: nothing is."""
    done = services.look_after_school(school_id=taught.lesson.classroom.school_id, now=timezone.now())
    assert not done.total(), done


def _deleted(taught: Taught) -> dict[str, Took]:
    """Rows of students one by one, as a withdrawal does, and then the oldest month with everybody's."""
    lesson = taught.past[-1]
    students = list(lesson.consents.values_list("participant_id", flat=True))
    gone = [timed(partial(delete_measured, lesson.id, one)) for one in students]
    until = Month.of(taught.past[0].started_at).next.starts_at
    return {WITHDRAWN: _summed(gone), DROPPED: _summed([timed(lambda: _drop(until))])}


def _drop(before: datetime) -> None:
    dropped = [name for each in PARTITIONED for name in each.drop_months(before)]
    assert len(dropped) == len(PARTITIONED), dropped


def _took(act: Act, times: int) -> Took:
    return _summed([timed(act) for _ in range(times)])


def timed(act: Act) -> tuple[float, int]:
    """Real milliseconds and statements."""
    counted = 0

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal counted
        counted += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        began = time.perf_counter()
        act()
        return 1000 * (time.perf_counter() - began), counted


def _summed(times: list[tuple[float, int]]) -> Took:
    took = sorted(ms for ms, _ in times)
    return Took(median(took), quantile(took, 0.95), round(median(count for _, count in times)))


def _settle() -> None:
    """As PostgreSQL does by itself in time: what it knows of the rows is what is there."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def _rows(each: Partitioned) -> tuple[int, float]:
    """How many, and bytes of one, its indexes among them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {each.table}")  # noqa: S608 - the name of a table of ours
        (count,) = cursor.fetchone()
        cursor.execute(
            "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(%s::regclass) WHERE isleaf",
            [each.table],
        )
        (size,) = cursor.fetchone()
    return count, float(size) / max(1, count)
