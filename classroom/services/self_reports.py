"""What a student says by one tap; it needs no camera."""

from datetime import datetime, timedelta

from django.db import transaction

from classroom import queries
from classroom.access import any_lesson
from classroom.errors import (
    ConsentMissing,
    LessonClosed,
    NoPolicy,
    SelfReportNotAllowed,
    TooManySelfReports,
    UnknownSelfReport,
)
from classroom.models import Consent, Lesson, SelfReport

TAPS_A_MINUTE = 6


def report_self(*, lesson_id: int, participant_id: int, kind: str, now: datetime) -> SelfReport:
    """Raises what `check_allowed` does, UnknownSelfReport, ConsentMissing, TooManySelfReports.

    The consent is locked: a tap comes before a withdrawal and is deleted with the rest, or after it and
    is refused, and taps over several sockets are counted one after the other.
    """
    if kind not in SelfReport.Kind:
        raise UnknownSelfReport
    lesson = any_lesson(lesson_id)
    check_allowed(lesson)
    at = lesson.time_at(now)
    with transaction.atomic():
        own = {"lesson": lesson, "participant": participant_id}
        consent = Consent.objects.active().filter(**own)
        if consent.select_for_update(no_key=True).first() is None:
            raise ConsentMissing
        if SelfReport.objects.filter(**own, at__gt=at - timedelta(minutes=1)).count() >= TAPS_A_MINUTE:
            raise TooManySelfReports
        return SelfReport.objects.create(lesson=lesson, participant_id=participant_id, at=at, kind=kind)


def check_allowed(lesson: Lesson) -> None:
    """Raises LessonClosed, NoPolicy, SelfReportNotAllowed."""
    if not lesson.is_open:
        raise LessonClosed
    policy = queries.policy_of(lesson)
    if policy is None:
        raise NoPolicy
    if not policy.allows_self_report:
        raise SelfReportNotAllowed
