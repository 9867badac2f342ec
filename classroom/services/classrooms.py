"""A teacher's course groups."""

from classroom.errors import SchoolLeft, SchoolMissing, SchoolSuspended
from classroom.models import Classroom, User


def create_classroom(*, teacher: User, name: str) -> Classroom:
    """Raises SchoolMissing."""
    if teacher.school is None:
        raise SchoolMissing
    return Classroom.objects.create(school=teacher.school, teacher=teacher, name=name)


def demo_classroom(teacher: User) -> Classroom:
    """The teacher's demonstration classroom, in the own school, also after a change of schools.

    Raises SchoolMissing.
    """
    if teacher.school is None:
        raise SchoolMissing
    classroom, _created = Classroom.objects.get_or_create(
        teacher=teacher, is_demo=True, defaults={"school": teacher.school, "name": "Demonstration"}
    )
    if classroom.school_id != teacher.school_id:
        classroom.school = teacher.school
        classroom.save(update_fields=["school"])
    return classroom


def check_school(classroom: Classroom) -> None:
    """The policy in force is that of the teacher's school.

    Raises SchoolMissing, SchoolLeft, SchoolSuspended.
    """
    if classroom.teacher.school_id is None:
        raise SchoolMissing
    if classroom.teacher.school_id != classroom.school_id:
        raise SchoolLeft
    if classroom.school.suspended_at:
        raise SchoolSuspended


def change_classroom(
    *,
    classroom_id: int,
    name: str,
    interval_ms: int,
    sad_share: float,
    disengaged_share: float,
    minimum_minutes: int,
    minimum_coverage: float,
) -> None:
    """Shares in [0, 1]. A lesson that is open keeps its own interval."""
    Classroom.objects.filter(id=classroom_id).update(
        name=name,
        interval_ms=interval_ms,
        sad_share=sad_share,
        disengaged_share=disengaged_share,
        minimum_minutes=minimum_minutes,
        minimum_coverage=minimum_coverage,
    )
