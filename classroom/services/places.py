"""Whose a place in a classroom may be: a demonstration has none for real people but its teacher."""

from classroom.access import Visitor
from classroom.errors import ClassSuspended, DemonstrationClosed, PlaceBlocked
from classroom.models import Classroom, Lesson, Participant, School, User


def check_may_join(*, classroom: Classroom, user: Visitor | None) -> None:
    """Nobody real joins a demonstration but its own teacher. Raises DemonstrationClosed."""
    if classroom.is_demo and not _teaches(classroom, user.pk if user else None):
        raise DemonstrationClosed


def check_may_take_part(*, lesson: Lesson, participant: Participant) -> None:
    """The same again wherever a place is used, however it came about. Raises DemonstrationClosed,
    ClassSuspended, PlaceBlocked."""
    if lesson.classroom.school.suspended_at is not None:
        raise ClassSuspended
    if participant.is_blocked:
        raise PlaceBlocked
    is_closed = lesson.is_simulation or lesson.classroom.is_demo
    if is_closed and not participant.is_simulated and not _teaches(lesson.classroom, participant.user_id):
        raise DemonstrationClosed


def is_trial(user: Visitor | None) -> bool:
    """A place made in the browser of a teacher or administrator is one to try the product with."""
    return isinstance(user, User) and (user.is_teacher or user.is_admin or user.is_staff)


def tries_it_out(user: Visitor | None, school: School) -> bool:
    """Staff of the school, whom none of its rules of joining keeps out; those of another are guests here."""
    return is_trial(user) and isinstance(user, User) and user.school_id == school.id


def _teaches(classroom: Classroom, user_id: int | None) -> bool:
    return user_id is not None and user_id == classroom.teacher_id
