"""A lesson at work, for tests of what happens to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.utils import timezone

from classroom import services
from classroom.models import Lesson
from tests.faces import Camera
from tests.factories import make_classroom, make_school, make_teacher
from tests.live import Connection, Student, Teacher, Visitor, until

PASSWORD = "a broken lesson 1"
FLOWING_AGAIN_S = 40.0  # a worker that starts anew loads its models first


@dataclass
class Class:
    """Its teacher's socket, two cameras, and one student without."""

    lesson: Lesson
    office: Visitor
    teacher: Teacher
    students: list[Student] = field(default_factory=list)

    @property
    def connections(self) -> list[Connection]:
        return [self.teacher, *self.students]

    def readings_flow(self, since: float = 0.0) -> bool:
        return all(student.messages("reading", since) for student in self.students if student.camera)


@contextmanager
def class_at_work(url: str, lesson: Lesson | None = None) -> Iterator[Class]:
    """Of the product at that address; once readings flow."""
    lesson = lesson or start_lesson()
    office = Visitor(url)
    office.log_in("t.harris", PASSWORD)
    it = Class(lesson, office, Teacher(office, lesson.id))
    for look, choice in enumerate(("own_results", "own_results", "no_camera")):
        visitor = Visitor(url)
        visitor.join(lesson.classroom.join_token, f"Student {look}")
        visitor.agree(lesson.id, choice)
        it.students.append(Student(visitor, lesson.id, Camera(look) if choice != "no_camera" else None))
    for connection in it.connections:
        connection.start()
    try:
        until(it.readings_flow, FLOWING_AGAIN_S, "readings flow at first")
        yield it
    finally:
        for connection in it.connections:
            connection.leave()


def start_lesson() -> Lesson:
    teacher = make_teacher(school=make_school(), username="t.harris", password=PASSWORD)
    return services.open_lesson(
        classroom=make_classroom(teacher=teacher), title="Waves", now=timezone.now(), interval_ms=500
    )
