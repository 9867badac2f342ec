"""What a step of the live class costs, which a teacher's socket or a worker takes every ten seconds."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import mean, median
from time import process_time
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks.figures import Step
from classroom import services
from classroom.models import Consent, Lesson
from classroom.wire.events import TICK_MS
from classroom.wire.measurement import Measurement
from emotion.judgement.persistence import BIN_S
from emotion.labels import EMOTIONS
from emotion.values import Analysis, Attention, EmotionScores, FaceBox
from tests.factories import make_classroom, make_lesson, make_participant, make_school

AHEAD = Analysis(
    faces=1,
    box=FaceBox(0.3, 0.2, 0.4, 0.6),
    attention=Attention(0.0, 0.0, 0.0, 1.0, 0.0, 0.0),
    expression=EmotionScores(tuple(1 / len(EMOTIONS) for _ in EMOTIONS), uncertain=True),
)
BETWEEN = timedelta(seconds=1)
# The class forms its group in the first ones.
SETTLED = 3


def measure(students: int, *, steps: int) -> Step:
    """Each step of the grid with fresh readings of everybody, and a view shortly after it."""
    lesson = make_lesson(classroom=make_classroom(school=make_school()), started_at=timezone.now())
    for number in range(students):
        make_participant(lesson=lesson, choice="own_results", display_name=f"Student {number}")
    consents = list(Consent.objects.filter(lesson=lesson))
    taken: list[tuple[Cost, Cost]] = []
    for step in range(1, SETTLED + steps + 1):
        at = lesson.started_at + timedelta(seconds=step * BIN_S)
        _read(lesson, consents, at)
        taken.append((_tick(lesson, at), _tick(lesson, at + BETWEEN)))
    services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    stepping, viewing = zip(*taken[SETTLED:], strict=True)
    return Step(
        students,
        step_statements=mean(each.statements for each in stepping),
        step_ms=median(each.ms for each in stepping),
        view_statements=mean(each.statements for each in viewing),
        view_ms=median(each.ms for each in viewing),
    )


class Cost:
    ms = 0.0
    statements = 0


def _read(lesson: Lesson, consents: list[Consent], at: datetime) -> None:
    measurements = [Measurement(each.participant_id, each.id, at, AHEAD) for each in consents]
    services.record_readings(lesson_id=lesson.id, measurements=measurements)


def _tick(lesson: Lesson, at: datetime) -> Cost:
    time.sleep(1.1 * TICK_MS / 1000)  # one in so long
    cost = Cost()
    with connection.execute_wrapper(_counted(cost)):
        began = process_time()
        services.tick(lesson_id=lesson.id, now=at)
        cost.ms = 1000 * (process_time() - began)
    return cost


def _counted(cost: Cost) -> Callable[..., Any]:
    def counted(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        cost.statements += 1
        return execute(sql, params, many, context)

    return counted
