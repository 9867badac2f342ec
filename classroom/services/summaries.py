"""The way of a report's sentences to a teacher who asked for them by mail: asked for, claimed, sent."""

from datetime import datetime, timedelta
from functools import partial

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from classroom.models import Classroom, Lesson, SummaryMail, User
from classroom.services.dispatch import send_summary_task

# A claim older than this belongs to a worker that died.
CLAIM_LASTS = timedelta(minutes=5)
# How long after each attempt that failed the next one waits; after as many and one more it is given up.
WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
ATTEMPTS = len(WAITS) + 1
# A report that is written again days later is no news.
NEWS_FOR = timedelta(days=1)
State = SummaryMail.State


def choose_summaries(*, user: User, origin: str) -> None:
    """Have them mailed, with links to this server at `origin`; an empty one ends it."""
    user.summary_origin = origin
    user.save(update_fields=["summary_origin"])
    if not origin:
        SummaryMail.objects.filter(teacher=user, state=State.WAITING).delete()


def summary_address(teacher: User, classroom: Classroom) -> str:
    """Where a summary of the class goes now; empty: nowhere.

    To an active teacher of the class who asked for it and confirmed an address, where mail is set up.
    """
    if not (settings.EMAIL_HOST and teacher.summary_origin and teacher.is_active and teacher.is_teacher):
        return ""
    if classroom.school.suspended_at or not Classroom.objects.taught_by(teacher).filter(id=classroom.id):
        return ""
    address = EmailAddress.objects.filter(user=teacher, verified=True).first()
    return address.email if address else ""


def ask_for_summaries(*, lesson_id: int, now: datetime) -> None:
    """Of a lesson that has just been held, for each of its teachers; of one that was asked for never again.

    Inside the transaction in which the report is ready.
    """
    held = Lesson.objects.filter(id=lesson_id, is_simulation=False, ended_at__gt=now - NEWS_FOR)
    if (lesson := held.select_related("classroom__school", "classroom__teacher").first()) is None:
        return
    shares = lesson.classroom.shares.in_force().select_related("teacher")
    teachers = {lesson.classroom.teacher, *(share.teacher for share in shares)}
    for teacher in sorted(teachers, key=lambda one: one.id):
        if not summary_address(teacher, lesson.classroom):
            continue
        mail, is_new = SummaryMail.objects.get_or_create(
            lesson=lesson, teacher=teacher, defaults={"due_at": now}
        )
        if is_new:
            transaction.on_commit(partial(send_summary_task, mail.id))


def due_summaries(*, now: datetime) -> list[int]:
    """One over which a worker died at each attempt has failed as any other."""
    SummaryMail.objects.filter(_left_by_worker(now), attempts__gte=ATTEMPTS).update(state=State.FAILED)
    return list(SummaryMail.objects.filter(_may_be_tried(now)).values_list("id", flat=True))


def claim_summary(*, mail_id: int, now: datetime) -> SummaryMail | None:
    """The mail, for the one task that may send it: the row count of a filtered UPDATE decides."""
    found = SummaryMail.objects.filter(_may_be_tried(now), id=mail_id)
    if _waits_for_quiet_hours(found, now):
        return None
    if not found.update(state=State.SENDING, claimed_at=now, attempts=F("attempts") + 1):
        return None
    related = ("teacher", "lesson__classroom__school__policy")
    return SummaryMail.objects.select_related(*related).filter(id=mail_id, claimed_at=now).first()


def _waits_for_quiet_hours(found: QuerySet[SummaryMail], now: datetime) -> bool:
    """Nobody is mailed in quiet hours of the school: it is put off until they are over."""
    mail = found.select_related("lesson__classroom__school").first()
    hours = mail.lesson.classroom.school.hours if mail else None
    if hours is None or not hours.is_quiet(now):
        return False
    found.update(state=State.WAITING, due_at=hours.open_from(now))
    return True


def finish_summary(*, mail: SummaryMail, was_sent: bool, now: datetime) -> None:
    """Sent, or to be tried again a few times; unless another claim has passed this one."""
    claimed = SummaryMail.objects.filter(id=mail.id, state=State.SENDING, claimed_at=mail.claimed_at)
    if was_sent:
        claimed.update(state=State.SENT)
    elif mail.attempts < ATTEMPTS:
        claimed.update(state=State.WAITING, due_at=now + WAITS[mail.attempts - 1])
    else:
        claimed.update(state=State.FAILED)


def _may_be_tried(now: datetime) -> Q:
    waiting = Q(state=State.WAITING, due_at__lte=now)
    return (waiting | _left_by_worker(now)) & Q(attempts__lt=ATTEMPTS)


def _left_by_worker(now: datetime) -> Q:
    return Q(state=State.SENDING, claimed_at__lt=now - CLAIM_LASTS)
