"""A teacher's course groups."""

from datetime import datetime

from django.db import transaction

from classroom.access_log import log_removal
from classroom.errors import (
    ClassroomArchived,
    ClassroomGone,
    LessonInTheWay,
    SchoolLeft,
    SchoolMissing,
    SchoolSuspended,
)
from classroom.models import (
    AccessLogEntry,
    AccountChange,
    Classroom,
    Flag,
    Lesson,
    Participant,
    Removal,
    School,
    User,
)
from classroom.models.people import new_join_code, new_join_token
from classroom.personal import log_entries
from classroom.services.account_log import log_change


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


def check_school(classroom_id: int) -> None:
    """The policy in force is that of the owner's school. Inside a transaction, as `check_in_service`.

    Raises SchoolMissing, SchoolLeft, SchoolSuspended.
    """
    classroom = Classroom.objects.select_related("teacher").get(id=classroom_id)
    if classroom.teacher.school_id is None:
        raise SchoolMissing
    if classroom.teacher.school_id != classroom.school_id:
        raise SchoolLeft
    check_in_service(classroom.school_id)


def check_in_service(school_id: int) -> School:
    """The school as it is now. Inside a transaction, which then keeps it from being suspended or set anew.
    Raises SchoolSuspended.

    The lock is shared: those who join do not wait for each other.
    """
    (school,) = School.objects.raw("SELECT * FROM classroom_school WHERE id = %s FOR SHARE", [school_id])
    if school.suspended_at is not None:
        raise SchoolSuspended
    return school


def change_classroom(
    *,
    classroom_id: int,
    name: str,
    interval_ms: int,
    sad_share: float,
    disengaged_share: float,
    minimum_minutes: int,
    minimum_coverage: float,
    asks_at_random: bool,
    held_words: str,
) -> None:
    """Shares in [0, 1]. A lesson that is open keeps its own interval.

    What is asked at random and which words hold a question back changes at once.
    """
    Classroom.objects.filter(id=classroom_id).update(
        name=name,
        interval_ms=interval_ms,
        sad_share=sad_share,
        disengaged_share=disengaged_share,
        minimum_minutes=minimum_minutes,
        minimum_coverage=minimum_coverage,
        asks_at_random=asks_at_random,
        held_words=held_words,
    )


def archive_classroom(*, classroom_id: int, now: datetime) -> None:
    """No lesson starts in it and nobody joins it; reports stay. Raises ClassroomGone, LessonInTheWay."""
    with transaction.atomic():
        classroom = idle(classroom_id)
        if classroom.archived_at is None:
            classroom.archived_at = now
            classroom.save(update_fields=["archived_at"])


def unarchive_classroom(*, classroom_id: int) -> None:
    Classroom.objects.filter(id=classroom_id).update(archived_at=None)


def delete_classroom(*, classroom_id: int, by: User, now: datetime) -> None:
    """With its lessons, reports and participants, and all that hangs on them.

    The log keeps that it was deleted, and how many looks at its students went with it.
    Raises ClassroomGone, LessonInTheWay.
    """
    with transaction.atomic():
        classroom = idle(classroom_id)
        looks = AccessLogEntry.objects.filter(lesson__classroom=classroom).count()
        log_removal(by=by, kind=Removal.Kind.CLASSROOM, classroom=classroom, looks=looks, now=now)
        forget_classroom(classroom)


def forget_classroom(classroom: Classroom) -> None:
    """Inside a transaction: all of it, and what the administration's log says of its students."""
    lessons = Lesson.objects.filter(classroom=classroom).order_by("id")
    list(lessons.select_for_update().values_list("id", flat=True))
    for model, rows in (
        (Participant, Participant.objects.filter(classroom=classroom)),
        (Flag, Flag.objects.filter(lesson__classroom=classroom)),
    ):
        log_entries(model, list(rows.values_list("id", flat=True))).delete()
    classroom.delete()


def check_in_use(classroom_id: int) -> None:
    """Inside a transaction, which then keeps it from being archived.

    Raises ClassroomGone, ClassroomArchived.
    """
    if locked(classroom_id).archived_at is not None:
        raise ClassroomArchived


def renew_code(*, classroom_id: int, actor: User, now: datetime) -> None:
    """Another code and link; those of before lead nowhere. Who has a place keeps it."""
    with transaction.atomic():
        classroom = locked(classroom_id)
        classroom.join_code, classroom.join_token = new_join_code(), new_join_token()
        classroom.code_made_at = now
        classroom.save(update_fields=["join_code", "join_token", "code_made_at"])
        kind = AccountChange.Kind.CODE
        log_change(school=classroom.school, kind=kind, actor=actor, detail=classroom.name, now=now)


def idle(classroom_id: int) -> Classroom:
    """The classroom, held so that no lesson opens meanwhile. Raises ClassroomGone, LessonInTheWay."""
    classroom = locked(classroom_id, no_key=False)
    if Lesson.objects.open().filter(classroom=classroom).exists():
        raise LessonInTheWay
    return classroom


def locked(classroom_id: int, *, no_key: bool = True) -> Classroom:
    """Inside a transaction. Raises ClassroomGone."""
    found = Classroom.objects.select_for_update(no_key=no_key).filter(id=classroom_id).first()
    if found is None:
        raise ClassroomGone
    return found
