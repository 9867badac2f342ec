"""The teachers' course: what is kept of it, and where a school asks for it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from classroom import queries
from classroom.change_words import COURSE_NEEDED, COURSE_NOT_NEEDED
from classroom.errors import CourseMissing
from classroom.guide.course import QUESTIONS, VERSION, settled_by
from classroom.models import AccountChange, Classroom, CourseProgress, School, User
from classroom.services.account_log import log_change


@transaction.atomic
def answer_course(*, account: User, given: Mapping[str, str], now: datetime) -> None:
    """Keep which questions were answered rightly; with the last of them this version is done.

    A wrong answer is kept nowhere, and takes nothing back.
    """
    right = settled_by(given)
    if not right:
        return
    User.objects.select_for_update(no_key=True).get(id=account.id)
    row, _made = CourseProgress.objects.get_or_create(account=account, version=VERSION)
    row.settled = sorted((right | set(row.settled)) & QUESTIONS.keys())
    if row.done_at is None and len(row.settled) == len(QUESTIONS):
        row.done_at = now
    row.save(update_fields=["settled", "done_at"])


@transaction.atomic
def require_course(*, school_id: int, is_required: bool, actor: User, now: datetime) -> None:
    """Whether a teacher does the course before a lesson with cameras. Lessons that are open go on."""
    school = School.objects.select_for_update(no_key=True).get(id=school_id)
    if school.requires_course == is_required:
        return
    school.requires_course = is_required
    school.save(update_fields=["requires_course"])
    detail = str(COURSE_NEEDED if is_required else COURSE_NOT_NEEDED)
    log_change(school=school, kind=AccountChange.Kind.COURSE, actor=actor, detail=detail, now=now)


def check_course(*, classroom: Classroom, teacher: User, is_without_cameras: bool) -> bool:
    """Whether a lesson is held without cameras. Without the course it is, whatever the school's policy says
    later while it is open.

    Raises CourseMissing where cameras would be asked for now.
    """
    if is_without_cameras or not queries.is_kept_from_cameras(classroom.school_id, teacher.id):
        return is_without_cameras
    policy = queries.policy_at_the_door(classroom)
    if policy is not None and policy.signals:
        raise CourseMissing
    return True
