"""A classroom as those see it who run it: its places, its teachers, what it holds."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q, QuerySet

from classroom.merging import Traced, kept_apart
from classroom.models import (
    Attendance,
    Classroom,
    ClassroomTeacher,
    Consent,
    Flag,
    Lesson,
    Participant,
    User,
)
from classroom.names import as_read, without_number


@dataclass(frozen=True, slots=True)
class Seen:
    """A place with the first and the last lesson in which somebody had it; `shares_name` where another
    differs by nothing but a number."""

    place: Participant
    first_at: datetime | None
    last_at: datetime | None
    shares_name: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes with a classroom. Counts of what was measured would tell how many had a camera."""

    lessons: int
    reports: int
    participants: int
    expected: int


def places_of(classroom: Classroom) -> list[Seen]:
    """All but simulated students, by name."""
    places = Participant.objects.filter(classroom=classroom, is_simulated=False).order_by(
        "display_name", "id"
    )
    names = Counter(_alike(one) for one in places)
    seen = {
        one: (first_at, last_at)
        for one, first_at, last_at in Attendance.objects.filter(participant__in=places)
        .order_by()
        .values_list("participant")
        .annotate(Min("lesson__started_at"), Max("lesson__started_at"))
    }
    return [Seen(one, *seen.get(one.id, (None, None)), names[_alike(one)] > 1) for one in places]


def traced(places: Iterable[Participant]) -> list[Traced]:
    """Places of one class with what decides whether two may be made one, in the order given."""
    given = list(places)
    pairs: set[tuple[int, int]] = set()
    for model in (Consent, Attendance, Flag):
        rows = model._default_manager.filter(participant__in=given).order_by()
        pairs.update(rows.values_list("participant", "lesson").distinct())
    lessons = Lesson.objects.in_bulk({lesson for _place, lesson in pairs})
    seen = dict(
        Attendance.objects.filter(participant__in=given)
        .order_by()
        .values_list("participant")
        .annotate(Max("last_seen_at"))
    )
    found: dict[int, dict[int, Lesson]] = {one.id: {} for one in given}
    for place, lesson in pairs:
        found[place][lesson] = lessons[lesson]
    return [Traced(one, found[one.id], seen.get(one.id)) for one in given]


def merges_of(place: Participant) -> tuple[list[Participant], dict[str, list[Participant]]]:
    """Which other places may be the same student's, by name, and of the others why not."""
    students = Participant.objects.filter(classroom=place.classroom_id, is_simulated=False, is_trial=False)
    (own,) = traced([place])
    possible: list[Participant] = []
    refused: dict[str, list[Participant]] = defaultdict(list)
    for other in traced(students.exclude(id=place.id).order_by("display_name", "id")):
        if (why := kept_apart(own, other)) is None:
            possible.append(other.place)
        else:
            refused[str(why)].append(other.place)
    return possible, dict(refused)


def contents_of(classroom: Classroom) -> Contents:
    lessons = Lesson.objects.filter(classroom=classroom)
    places = Participant.objects.filter(classroom=classroom, is_simulated=False)
    return Contents(
        lessons=lessons.count(),
        reports=lessons.filter(report__isnull=False).count(),
        participants=places.filter(is_expected=False).count(),
        expected=places.filter(is_expected=True).count(),
    )


def colleagues_of(classroom: Classroom) -> QuerySet[User]:
    """Whom it may be shared with or handed to."""
    active = User.objects.filter(school=classroom.school_id, role=User.Role.TEACHER, is_active=True)
    return active.exclude(id=classroom.teacher_id).order_by("last_name", "first_name", "username")


def shares_of(classroom: Classroom) -> QuerySet[ClassroomTeacher]:
    shares = ClassroomTeacher.objects.in_force().filter(classroom=classroom).select_related("teacher")
    return shares.exclude(teacher=classroom.teacher_id)


def with_owners(classrooms: QuerySet[Classroom]) -> QuerySet[Classroom]:
    """For an administrator: who owns each, how many lessons it has, and nothing about a student."""
    counted = classrooms.select_related("teacher").annotate(lesson_count=Count("lessons"))
    return counted.order_by("name", "id")


def orphaned(classrooms: QuerySet[Classroom], school_id: int | None) -> QuerySet[Classroom]:
    """Those whose owner teaches there no more."""
    teaches = Q(teacher__is_active=True, teacher__role=User.Role.TEACHER, teacher__school=school_id)
    return classrooms.exclude(teaches)


def _alike(place: Participant) -> str:
    return as_read(without_number(place.display_name))
