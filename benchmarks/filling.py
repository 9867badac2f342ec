"""A school with so many readings: classes that met in each of some months, and one that is being taught.

Everything else that a lesson leaves is there too; readings and sums are written by PostgreSQL itself, for by
rows they would take hours. Whatever the database held before is gone.
"""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from classroom import access, services
from classroom.models import Attendance, Classroom, Consent, Lesson, Participant, School, User
from classroom.partitions import PARTITIONED, Month
from classroom.wire.measurement import Measurement
from emotion.judgement.persistence import BIN_S
from tests.analyses import attentive
from tests.factories import (
    make_admin,
    make_classroom,
    make_consent,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
)
from tests.reports.scenes import make_mood, make_stay

MONTHS = 4
# What is kept for longer than the months, and when the class met once more, of which nothing is left.
KEPT_DAYS, GONE = 365, timedelta(days=400)
STUDENTS, READINGS_EACH, EVERY_S = 10, 250, 4
MINUTES = READINGS_EACH * EVERY_S / 60
READINGS_A_CLASS = MONTHS * STUDENTS * READINGS_EACH
NOW_IN_CLASS = 30
# How long the lesson that is open has lasted, and of how many seconds of it there are readings.
TAUGHT, RECORDED_BEFORE = timedelta(minutes=50), 20
AT_ONCE = 5_000


@dataclass(slots=True)
class Taught:
    """A class that is being taught, and its earlier lessons, the oldest first. `at` is its newest reading."""

    admin: User
    teacher: User
    lesson: Lesson
    consents: Sequence[Consent]
    past: Sequence[Lesson]
    at: datetime

    @property
    def cookie(self) -> tuple[str, str]:
        """Name and value, of a student of the lesson."""
        return access.guest_cookie(self.consents[0].participant)

    def record(self) -> None:
        """A batch: a reading of everybody, each time of the next second."""
        self.at += timedelta(seconds=1)
        services.record_readings(
            lesson_id=self.lesson.id,
            measurements=[
                Measurement(one.participant_id, one.id, self.at, attentive()) for one in self.consents
            ],
        )

    def go_on(self, now: datetime) -> None:
        """Everybody is there and was just read."""
        self.at = max(self.at, now - timedelta(seconds=1))
        self.record()
        Attendance.objects.filter(lesson=self.lesson).update(last_seen_at=now)


def classes_for(readings: int) -> int:
    """How many classes have as many readings together, in whole classes."""
    return max(1, round(readings / READINGS_A_CLASS))


def starts(now: datetime) -> Iterator[datetime]:
    """When a class met: once in each of the months before, and once in this one, or shortly before it."""
    month = Month.of(now)
    for _ in range(MONTHS - 1):
        month = Month.of(month.starts_at - timedelta(days=1))
    for _ in range(MONTHS - 1):
        yield month.starts_at + timedelta(days=10, hours=9)
        month = month.next
    yield now - timedelta(hours=3)


def fill(readings: int, *, now: datetime) -> Taught:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {School._meta.db_table} CASCADE")
        for each in PARTITIONED:
            each.make_months(min(starts(now)))
            each.make_months(now)
        school = make_school()
        school.policy.retention_days = school.policy.sums_days = KEPT_DAYS
        school.policy.save()
        own = make_classroom(school=school, teacher=make_teacher(school=school))
        past = _met(own, now)
        _others(past, classes_for(readings) - 1)
        _made(_long_ago(one, now) for one in Classroom.objects.all())
        # PostgreSQL would else look for the lesson, the student and the school of every row.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(READINGS, [EVERY_S, READINGS_EACH])
        cursor.execute(SUMS, [BIN_S, int(MINUTES * 60) // BIN_S])
        cursor.execute("SET LOCAL session_replication_role = origin")
    taught = _being_taught(own, past, now)
    for _ in range(RECORDED_BEFORE):
        taught.record()
    return taught


def _met(classroom: Classroom, now: datetime) -> list[Lesson]:
    """Its lessons, each with everybody's consent and stay, and with what the class was told."""
    students = [make_participant(classroom=classroom) for _ in range(STUDENTS)]
    lessons = []
    for started_at in starts(now):
        lesson = make_lesson(
            classroom=classroom, started_at=started_at, minutes=round(MINUTES), report_state="ready"
        )
        for student in students:
            make_consent(lesson=lesson, participant=student)
            make_stay(lesson, student, minutes=(0, MINUTES))
        make_mood(lesson, minutes=(0, MINUTES), counted=STUDENTS)
        lessons.append(lesson)
    return lessons


def _others(lessons: Sequence[Lesson], count: int) -> None:
    """So many classes that met at the same times, all of another teacher."""
    own = lessons[0].classroom
    other = make_teacher(school=own.school)
    classrooms = _made(Classroom(teacher=other, school=own.school, name=f"Course {n}") for n in range(count))
    students = _made(
        Participant(classroom=one, display_name=f"Student {n}") for one in classrooms for n in range(STUDENTS)
    )
    held = _made(_copied(lesson, classroom=one) for one in classrooms for lesson in lessons)
    for model in (Consent, Attendance):
        rows = list(model._default_manager.filter(lesson__in=lessons).order_by("lesson_id", "id"))
        by_lesson = [[row for row in rows if row.lesson_id == lesson.id] for lesson in lessons]
        _made(
            _copied(row, lesson=held[number * len(lessons) + which], participant=students[first + n])
            for number, first in enumerate(range(0, len(students), STUDENTS))
            for which, its in enumerate(by_lesson)
            for n, row in enumerate(its)
        )


def _long_ago(classroom: Classroom, now: datetime) -> Lesson:
    started_at = now - GONE
    ended_at = started_at + timedelta(minutes=MINUTES)
    return Lesson(
        classroom=classroom, title="Waves", started_at=started_at, ended_at=ended_at, report_state="ready"
    )


def _being_taught(classroom: Classroom, past: Sequence[Lesson], now: datetime) -> Taught:
    lesson = make_lesson(classroom=classroom, started_at=now - TAUGHT)
    more = (make_participant(classroom=classroom) for _ in range(NOW_IN_CLASS - STUDENTS))
    students = [*Participant.objects.filter(classroom=classroom, consents__lesson=past[0]), *more]
    consents = [make_consent(lesson=lesson, participant=one) for one in students]
    minutes = (0, TAUGHT.total_seconds() / 60)
    for student in students:
        make_stay(lesson, student, minutes=minutes, left=False)
    make_mood(lesson, minutes=minutes, counted=NOW_IN_CLASS)
    admin = make_admin(school=classroom.school)
    at = now - timedelta(seconds=RECORDED_BEFORE)
    return Taught(admin, classroom.teacher, lesson, consents, past, at)


def _copied(row: Any, **fields: Any) -> Any:
    other = copy.copy(row)
    other._state = copy.copy(row._state)
    other._state.fields_cache = {}
    other.pk = None
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def _made(rows: Iterator[Any]) -> list[Any]:
    made = list(rows)
    return type(made[0])._default_manager.bulk_create(made, batch_size=AT_ONCE) if made else []


# Values as a class has them, none the same for all, so that a row is as wide as a real one.
READINGS = """
    INSERT INTO classroom_reading
        (lesson_id, participant_id, taken_at, school_id, consent_id, reader, network, faces, probabilities,
         uncertain, yaw, pitch, roll, eye_openness, gaze_x, gaze_y, engagement, level, was_folded)
    SELECT lesson.id, consent.participant_id, lesson.started_at + n * interval '1 second' * %s,
        room.school_id, consent.id, 'server', '', 1,
        ARRAY[.02, .02, .03, .1 + n %% 7 * .01, .05, .04, .74 - n %% 7 * .01]::real[],
        false, sin(n), cos(n), .1, .8, .05, .02, .8,
        CASE n %% 9 WHEN 0 THEN 'drifting' ELSE 'engaged' END, true
    FROM classroom_consent consent
    JOIN classroom_lesson lesson ON lesson.id = consent.lesson_id
    JOIN classroom_classroom room ON room.id = lesson.classroom_id,
    generate_series(0, %s - 1) AS n
"""
# Two readings and three in turn: one each four seconds.
SUMS = """
    INSERT INTO classroom_rollupbin
        (lesson_id, participant_id, starts_at, school_id, readings, faces, expressions, certain,
         expression_sums, sad, engagement_permille, engagements, engaged, drifting, away)
    SELECT lesson.id, consent.participant_id, lesson.started_at + n * interval '1 second' * %s,
        room.school_id, 2 + n %% 2, 2 + n %% 2, 2 + n %% 2, 2,
        ARRAY[40, 40, 60, 240, 100, 80, 1440], 0,
        800 * (2 + n %% 2), 2 + n %% 2, 2 + n %% 2, 0, 0
    FROM classroom_consent consent
    JOIN classroom_lesson lesson ON lesson.id = consent.lesson_id
    JOIN classroom_classroom room ON room.id = lesson.classroom_id,
    generate_series(0, %s - 1) AS n
"""
