"""Learning platforms: those of a school, and what one is told or tells about a class."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from classroom.models import AttendanceReturn, Classroom, Lesson, Platform, PlatformClass, School

FAILED_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Course:
    """The course that a class is. `failed` are the newest lessons whose attendance could not be told."""

    row: PlatformClass
    failed: tuple[Lesson, ...]

    @property
    def may_tell_attendance(self) -> bool:
        return bool(self.row.items_url)


def platforms_of(school: School) -> QuerySet[Platform]:
    """With how many classes each has."""
    return Platform.objects.filter(school=school).annotate(class_count=Count("classes"))


def course_of(classroom: Classroom) -> Course | None:
    row = PlatformClass.objects.select_related("platform").filter(classroom=classroom).first()
    if row is None:
        return None
    failed = Lesson.objects.filter(
        attendance_return__state=AttendanceReturn.State.FAILED, classroom=classroom
    )
    return Course(row, tuple(failed.order_by("-started_at")[:FAILED_SHOWN]))


def platform_told(lesson: Lesson) -> str:
    """The name of the platform that is told who attends the lesson; empty where none is."""
    told = AttendanceReturn.objects.filter(lesson=lesson)
    return told.values_list("platform_class__platform__name", flat=True).first() or ""
