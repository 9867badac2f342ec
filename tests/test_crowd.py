"""A whole class loses the web server in one instant, and comes back; `make soak` does so with 1,000."""

import json
import time
from dataclasses import replace
from typing import Any

import psutil
import pytest
from django.utils import timezone

from benchmarks.client import Attended
from benchmarks.lesson import live_class
from classroom.models import Lesson, Reading
from tests.live import until
from tests.product import Product

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

STUDENTS, INTERVAL_MS = 60, 4000
BACK_WITHIN_S, READ_WITHIN_S = 30.0, 40.0  # on a machine that others keep busy


def told(log: Attended, kind: str, since: float = 0.0) -> list[dict[str, Any]]:
    found = (json.loads(each.text) for each in log.received if each.at >= since)
    return [message for message in found if message["type"] == kind]


def sockets(product: Product) -> int:
    """Of the students and their teacher, as the web process holds them."""
    held = psutil.Process(product.process_id("web")).net_connections("tcp")
    return sum(each.laddr.port == product.port and bool(each.raddr) for each in held)


def number_read(lesson: Lesson, since: Any) -> int:
    newer = Reading.objects.filter(lesson=lesson, taken_at__gt=since)
    return newer.values("participant").distinct().count()


def rows(lesson: Lesson) -> set[tuple[str, str]]:
    found = Reading.objects.filter(lesson=lesson).values_list("participant__display_name", "taken_at")
    return {(name, at.isoformat()) for name, at in found}


def test_sixty_who_lose_the_web_server_at_once_are_back_at_once_and_nothing_is_lost_or_twice(
    running_product: Product,
) -> None:
    url = running_product.url
    with live_class(
        url, students=STUDENTS, interval_ms=INTERVAL_MS, arranged=lambda plan: replace(plan, waits=True)
    ) as it:
        until(lambda: number_read(it.lesson, it.lesson.started_at), READ_WITHIN_S, "somebody is read")
        killed_at = time.monotonic()
        running_product.restart("web", crash=True)
        back = timezone.now()
        until(
            lambda: sockets(running_product) == STUDENTS + 1, BACK_WITHIN_S, "all are back, and the teacher"
        )
        until(lambda: number_read(it.lesson, back) == STUDENTS, READ_WITHIN_S, "all are read")
    assert [len(told(log, "state", killed_at)) for log in it.log.students] == [1] * STUDENTS
    acknowledged = [
        (name, reading["taken_at"])
        for name, log in zip(it.names, it.log.students, strict=True)
        for reading in told(log, "reading")
    ]
    assert len(acknowledged) == len(set(acknowledged)) >= STUDENTS
    assert set(acknowledged) <= rows(it.lesson)
    until(lambda: sockets(running_product) == 0, BACK_WITHIN_S, "all is given back")
