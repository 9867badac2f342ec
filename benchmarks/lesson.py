"""Lessons at work: simulated students over real sockets, with rendered faces."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import cv2
import numpy as np
from django.utils import timezone

from classroom import access, services
from classroom.models import Lesson
from tests.faces import Camera
from tests.factories import make_classroom, make_school, make_teacher
from tests.live import Student, Teacher, Visitor, until

PASSWORD = "only for measuring 1"
LOOKS = 12


@dataclass(frozen=True, slots=True)
class Change:
    """A face came before the camera or went, at a monotonic time."""

    at: float
    has_face: bool


class RestlessCamera:
    """A face that leaves the picture for three seconds out of ten: a change that a tile shows at once."""

    def __init__(self, number: int) -> None:
        self._camera = Camera(number % LOOKS)
        self._empty = cv2.imencode(".jpg", np.full((240, 320, 3), 90, np.uint8))[1].tobytes()
        self._offset_s = number
        self._has_face = True
        self.changes: list[Change] = []

    def picture(self) -> bytes:
        now = time.monotonic()
        has_face = (now + self._offset_s) % 10 < 7
        if has_face != self._has_face:
            self._has_face = has_face
            self.changes.append(Change(now, has_face))
        return self._camera.picture() if has_face else self._empty


@dataclass(frozen=True)
class LiveClass:
    lesson: Lesson
    teacher: Teacher
    students: Sequence[Student]


@contextmanager
def live_class(url: str, *, students: int, interval_ms: int, restless: bool = False) -> Iterator[LiveClass]:
    """Everybody connected, names shown, the first readings in.

    The students' snapshots are spread over the interval; `restless` ones leave the picture now and then.
    """
    teacher = make_teacher(school=make_school(), password=PASSWORD)
    lesson = services.open_lesson(
        classroom=make_classroom(teacher=teacher), title="Waves", now=timezone.now(), interval_ms=interval_ms
    )
    office = Visitor(url)
    office.log_in(teacher.username, PASSWORD)
    it = LiveClass(
        lesson,
        Teacher(office, lesson.id),
        [_student(url, lesson, number, restless=restless) for number in range(students)],
    )
    it.teacher.say(type="reveal", on=True)
    it.teacher.start()
    for student in it.students:
        student.start()
        time.sleep(interval_ms / 1000 / students)
    try:
        until(lambda: any(student.messages("reading") for student in it.students), 120, "readings come")
        yield it
    finally:
        for connection in (it.teacher, *it.students):
            connection.leave()
        services.end_lesson(lesson_id=lesson.id, now=timezone.now())


def _student(url: str, lesson: Lesson, number: int, *, restless: bool) -> Student:
    visitor = Visitor(url)
    # Not by the link: one address lets only so many guests in within a minute.
    participant = services.join_classroom(classroom=lesson.classroom, display_name=f"Student {number}")
    visitor.keep(*access.guest_cookie(participant))
    visitor.agree(lesson.id, "own_results")
    camera = RestlessCamera(number) if restless else Camera(number % LOOKS)
    return Student(visitor, lesson.id, camera)
