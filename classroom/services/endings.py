"""After a restore: what ended since the backup ends once more, as it ended then."""

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from classroom.endings import Ending, Kind, minutes_of
from classroom.errors import LessonStillOpen, NothingToStrike, PlaceGone
from classroom.models import (
    ApiToken,
    Classroom,
    Consent,
    Lesson,
    ParticipantState,
    PlatformClass,
    RecordStore,
    School,
    User,
    Webhook,
)
from classroom.services.classrooms import forget_classroom
from classroom.services.consents import end_seats, withdraw_consent
from classroom.services.erased_members import note_again
from classroom.services.erasure import erase_own_place, remove_place
from classroom.services.guardian_answers import narrow_answer
from classroom.services.retention import delete_past_retention
from classroom.services.strikes import strike_minutes
from classroom.wire import events


def repeat_endings(*, endings: Iterable[Ending], now: datetime) -> Counter[Kind]:
    """Each whose row is there, in the order of their kinds; then every login, and what is past its period.

    Logins end whether they had ended or not: a backup holds the keys of all that were open when it was made.
    Answers how many of each kind there were.
    """
    repeated: Counter[Kind] = Counter()
    order = list(Kind)
    for ending in sorted(endings, key=lambda one: (order.index(one.kind), one.number)):
        with suppress(PlaceGone):
            repeated[ending.kind] += HOW[ending.kind](ending, now)
    UserSession.objects.all().delete()
    Session.objects.all().delete()
    for school_id in School.objects.order_by("id").values_list("id", flat=True):
        delete_past_retention(school_id=school_id, now=now)
    return repeated


def _erase_place(ending: Ending, now: datetime) -> bool:
    return bool(erase_own_place(participant_id=ending.number, now=now))


def _leave_place(ending: Ending, now: datetime) -> bool:
    """What had come by a merge was not erased with the rest: it stays for the teacher, and nobody's."""
    with transaction.atomic():
        Consent.objects.given_here().filter(participant=ending.number).update(moved_at=now)
        return _erase_place(ending, now)


def _remove_place(ending: Ending, now: datetime) -> bool:
    return bool(remove_place(participant_id=ending.number, by=None, now=now))


def _delete(model: type[Model], ending: Ending, _now: datetime) -> bool:
    return model._default_manager.filter(pk=ending.number).delete()[0] > 0


def _note_member(ending: Ending, _now: datetime) -> bool:
    course = PlatformClass.objects.filter(id=ending.number).first()
    return course is not None and note_again(course, ending.detail)


def _narrow_answer(ending: Ending, now: datetime) -> bool:
    return narrow_answer(answer_id=ending.number, choice=ending.detail, now=now)


def _delete_account(ending: Ending, _now: datetime) -> bool:
    """One that still owns a class, which was handed over since, is deactivated instead."""
    account = User.objects.filter(id=ending.number).first()
    if account is None:
        return False
    try:
        with transaction.atomic():
            account.delete()
    except ProtectedError:
        account.is_active = False
        account.save(update_fields=["is_active"])
    return True


def _delete_class(ending: Ending, _now: datetime) -> bool:
    with transaction.atomic():
        classroom = Classroom.objects.select_for_update().filter(id=ending.number).first()
        if classroom is not None:
            forget_classroom(classroom)
    return classroom is not None


def _withdraw(ending: Ending, now: datetime) -> bool:
    of = Consent.objects.filter(id=ending.number).values_list("lesson", "participant").first()
    if of is not None:
        withdraw_consent(lesson_id=of[0], participant_id=of[1], now=now)
    return of is not None


def _end_choice(ending: Ending, now: datetime) -> bool:
    """As another choice ended it, and nothing measured before it is told: the student chooses again."""
    with transaction.atomic():
        lessons = Lesson.objects.filter(consents=ending.number)
        lesson = lessons.select_for_update(no_key=True, of=("self",)).first()
        given = Consent.objects.active().filter(id=ending.number).select_for_update(of=("self",)).first()
        if lesson is None or given is None:
            return False
        Consent.objects.filter(id=given.id).update(ended_at=now)
        ParticipantState.objects.filter(lesson=lesson, participant=given.participant_id).delete()
        transaction.on_commit(partial(end_seats, lesson.id, given.participant_id, events.RESEATED_CODE))
    return True


def _strike(ending: Ending, now: datetime) -> bool:
    """Of a lesson that was open when the backup was made: all that was measured of the student until then."""
    of = Consent.objects.filter(id=ending.number).values("lesson_id", "participant_id").first()
    if of is None:
        return False
    first, last = minutes_of(ending)
    try:
        strike_minutes(**of, first=first, last=last, reason=_("Struck again after a restore."), now=now)
    except NothingToStrike:
        return False
    except LessonStillOpen:
        withdraw_consent(**of, now=now)
    return True


HOW: dict[Kind, Callable[[Ending, datetime], bool]] = {
    Kind.PLACE_ERASED: _erase_place,
    Kind.PLACE_LEFT: _leave_place,
    Kind.PLACE_REMOVED: _remove_place,
    Kind.ACCOUNT_DELETED: _delete_account,
    Kind.CLASS_DELETED: _delete_class,
    Kind.CONSENT_WITHDRAWN: _withdraw,
    Kind.CONSENT_ENDED: _end_choice,
    Kind.MINUTES_STRUCK: _strike,
    Kind.ANSWER_NARROWED: _narrow_answer,
    Kind.TOKEN_REVOKED: partial(_delete, ApiToken),
    Kind.WEBHOOK_REMOVED: partial(_delete, Webhook),
    Kind.STORE_REMOVED: partial(_delete, RecordStore),
    Kind.MEMBER_ERASED: _note_member,
}
