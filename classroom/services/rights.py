"""Rights end while sockets are open: what takes one away announces itself here, and closes them.

Signals carry what goes through a row's `save`; what goes around it is found by the sockets' own checks.
"""

from collections.abc import Collection
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import Http404, HttpRequest

from classroom import access
from classroom.models import Classroom, ClassroomTeacher, Lesson, Policy, User
from classroom.wire import events

# What a login writes takes no right away.
HARMLESS = {"last_login"}


def teacher_now(*, session_key: str | None, lesson_id: int) -> tuple[User, Lesson]:
    """Who is logged in under the key at this instant, and the lesson.

    Raises Http404 where the session, the account or the right to this lesson has ended, or the school is
    suspended.
    """
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    teacher = access.require_teacher(get_user(request))
    if access.is_barred(teacher):
        raise Http404
    return teacher, access.lesson_of_teacher(teacher, lesson_id)


@receiver(user_logged_out)
def end_sockets_of_login(request: HttpRequest, **signal: Any) -> None:
    """Only the sockets of the browser that logged out."""
    if (key := request.session.session_key) is not None:
        events.end_all(events.login_of(key), code=events.RIGHTS_LOST_CODE)


@receiver(post_save, sender=User)
def check_sockets_of_user(
    instance: User, created: bool, update_fields: Collection[str] | None, **signal: Any
) -> None:
    """Deactivated, another role or school, a new password: every socket of the account looks for itself."""
    if not created and not (update_fields and set(update_fields) <= HARMLESS):
        _once_committed(events.check_rights, events.user_of(instance.pk))


@receiver(post_delete, sender=User)
def end_sockets_of_user(instance: User, **signal: Any) -> None:
    _once_committed(events.end_all, events.user_of(instance.pk), code=events.RIGHTS_LOST_CODE)


@receiver(post_save, sender=Classroom)
def check_teachers_of_classroom(instance: Classroom, created: bool, **signal: Any) -> None:
    """It may have been handed to another teacher."""
    if not created:
        for lesson_id in _open_lessons(classroom=instance.pk):
            _once_committed(events.check_rights, events.teachers_of(lesson_id))


@receiver([post_save, post_delete], sender=ClassroomTeacher)
def check_sharers_of_classroom(instance: ClassroomTeacher, **signal: Any) -> None:
    """Shared no longer, or until an earlier day."""
    for lesson_id in _open_lessons(classroom=instance.classroom_id):
        _once_committed(events.check_rights, events.teachers_of(lesson_id))


@receiver([post_save, post_delete], sender=Policy)
def reseat_school(instance: Policy, **signal: Any) -> None:
    """Everybody in an open lesson of the school comes back to what is allowed now."""
    for lesson_id in _open_lessons(classroom__school=instance.school_id):
        for group in (events.students_of(lesson_id), events.teachers_of(lesson_id)):
            _once_committed(events.end_all, group, code=events.RESEATED_CODE)


def _open_lessons(**where: Any) -> list[int]:
    return list(Lesson.objects.open().filter(**where).values_list("id", flat=True))


def _once_committed(announce: Any, group: str, **how: int) -> None:
    transaction.on_commit(lambda: announce(group, **how))
