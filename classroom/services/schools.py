"""What a platform administrator does to a school, and how a school gets its name."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from classroom.errors import LessonClosed, OwnSchool
from classroom.models import AccountChange, Lesson, School, User
from classroom.services.account_log import log_change
from classroom.services.lessons import end_lesson
from classroom.services.sessions import end_sessions

Kind = AccountChange.Kind


@transaction.atomic
def create_school(*, name: str, actor: User, now: datetime) -> School:
    school = School.objects.create(name=name)
    log_change(school=school, kind=Kind.CREATED, actor=actor, detail=name, now=now)
    return school


@transaction.atomic
def name_school(*, school_id: int, name: str, actor: User, now: datetime) -> None:
    school = _locked(school_id)
    if school.name != name:
        school.name = name
        school.save(update_fields=["name"])
        log_change(school=school, kind=Kind.NAMED, actor=actor, detail=name, now=now)


@transaction.atomic
def suspend_school(*, school_id: int, actor: User, now: datetime) -> None:
    """Nobody of it logs in, its lessons end, none opens, nobody joins, and nothing of it is deleted.

    Raises OwnSchool.
    """
    if actor.school_id == school_id:
        raise OwnSchool
    school = _locked(school_id)
    if school.suspended_at:
        return
    school.suspended_at = now
    school.save(update_fields=["suspended_at"])
    for lesson_id in Lesson.objects.open().filter(classroom__school=school).values_list("id", flat=True):
        with suppress(LessonClosed):
            end_lesson(lesson_id=lesson_id, now=now)
    barred = User.objects.filter(school=school, is_superuser=False)
    end_sessions(user_ids=list(barred.values_list("id", flat=True)), now=now)
    log_change(school=school, kind=Kind.SUSPENDED, actor=actor, now=now)


@transaction.atomic
def resume_school(*, school_id: int, actor: User, now: datetime) -> None:
    school = _locked(school_id)
    if school.suspended_at:
        school.suspended_at = None
        school.save(update_fields=["suspended_at"])
        log_change(school=school, kind=Kind.RESUMED, actor=actor, now=now)


def _locked(school_id: int) -> School:
    """Who opens a lesson or joins holds the row too; who only refers to it does not wait."""
    return School.objects.select_for_update(no_key=True).get(id=school_id)
