"""Who teaches a classroom besides its owner, and who owns it."""

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now
from django.utils.text import Truncator

from classroom.change_words import HANDED_OVER
from classroom.errors import EndPassed, NotAColleague, OwnerAlready, OwnerChanged, WrongClassroom
from classroom.models import AccountChange, Classroom, ClassroomTeacher, User
from classroom.services.account_log import log_change
from classroom.services.classrooms import locked


def share_classroom(
    *, classroom_id: int, teacher_id: int, now: datetime, ends_at: datetime | None = None
) -> ClassroomTeacher:
    """With a co-teacher, or until `ends_at` with a substitute; sharing again changes the end.

    Raises ClassroomGone, NotAColleague, OwnerAlready, EndPassed, WrongClassroom.
    """
    if ends_at is not None and ends_at <= now:
        raise EndPassed
    with transaction.atomic():
        classroom, teacher = _classroom_and_colleague(classroom_id, teacher_id)
        share, _created = ClassroomTeacher.objects.update_or_create(
            classroom=classroom,
            teacher=teacher,
            defaults={"ends_at": ends_at},
            create_defaults={"ends_at": ends_at, "given_at": now},
        )
    return share


def end_share(*, classroom_id: int, teacher_id: int) -> None:
    """At once: sockets of an open lesson are closed. The row stays, so that no learning platform shares again
    what the owner has ended."""
    for share in ClassroomTeacher.objects.in_force().filter(classroom=classroom_id, teacher=teacher_id):
        share.ends_at = Now()
        share.save(update_fields=["ends_at"])


def hand_over(
    *, classroom_id: int, owner_id: int, teacher_id: int, stays: bool, actor: User, now: datetime
) -> None:
    """Another teacher owns the classroom and its lessons; with `stays` the one before goes on as co-teacher,
    else not until the new owner says so.

    `owner_id` is whose it was when this was decided: of two hand-overs at once the first holds.
    Raises ClassroomGone, NotAColleague, OwnerAlready, OwnerChanged, WrongClassroom.
    """
    with transaction.atomic():
        classroom, teacher = _classroom_and_colleague(classroom_id, teacher_id)
        before = classroom.teacher
        if before.id != owner_id:
            raise OwnerChanged
        ClassroomTeacher.objects.filter(classroom=classroom, teacher__in=(before, teacher)).delete()
        classroom.teacher = teacher
        classroom.save(update_fields=["teacher"])
        ends_at = None if stays and _is_colleague(before, classroom) else Now()
        ClassroomTeacher.objects.create(classroom=classroom, teacher=before, given_at=now, ends_at=ends_at)
        log_hand_over(classroom, before=before, actor=actor, now=now)


def log_hand_over(classroom: Classroom, *, before: User, actor: User, now: datetime) -> None:
    """`before` is whose it was; the new owner may read that it was done, and by whom."""
    words = str(HANDED_OVER) % {"classroom": classroom.name, "name": before.shown_name}
    log_change(
        school=classroom.school,
        kind=AccountChange.Kind.HANDED_OVER,
        actor=actor,
        subject=classroom.teacher,
        detail=Truncator(words).chars(200),
        now=now,
    )


def _classroom_and_colleague(classroom_id: int, teacher_id: int) -> tuple[Classroom, User]:
    classroom = locked(classroom_id)
    if classroom.is_demo:
        raise WrongClassroom
    if teacher_id == classroom.teacher_id:
        raise OwnerAlready
    teacher = User.objects.filter(id=teacher_id).first()
    if teacher is None or not _is_colleague(teacher, classroom):
        raise NotAColleague
    return classroom, teacher


def _is_colleague(teacher: User, classroom: Classroom) -> bool:
    return teacher.is_active and teacher.is_teacher and teacher.school_id == classroom.school_id
