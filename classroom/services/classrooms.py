"""A teacher's course groups."""

from django.utils.translation import gettext_lazy as _

from classroom.errors import AnticipatedError
from classroom.models import Classroom, User


class SchoolMissing(AnticipatedError):
    sentence = _("Your account belongs to no school yet. An administrator can change that.")


def create_classroom(*, teacher: User, name: str) -> Classroom:
    """Raises SchoolMissing."""
    if teacher.school is None:
        raise SchoolMissing
    return Classroom.objects.create(school=teacher.school, teacher=teacher, name=name)


def demo_classroom(teacher: User) -> Classroom:
    """The teacher's demonstration classroom, in the own school. Raises SchoolMissing."""
    if teacher.school is None:
        raise SchoolMissing
    classroom, _created = Classroom.objects.get_or_create(
        teacher=teacher, is_demo=True, defaults={"school": teacher.school, "name": "Demonstration"}
    )
    return classroom


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
