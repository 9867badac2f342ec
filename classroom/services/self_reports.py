"""What a student says by one tap; it needs no camera."""

from datetime import datetime

from classroom import queries
from classroom.access import any_lesson
from classroom.errors import ConsentMissing, LessonClosed, NoPolicy, SelfReportNotAllowed, UnknownSelfReport
from classroom.models import SelfReport


def report_self(*, lesson_id: int, participant_id: int, kind: str, now: datetime) -> SelfReport:
    """Raises UnknownSelfReport, LessonClosed, NoPolicy, SelfReportNotAllowed, ConsentMissing."""
    if kind not in SelfReport.Kind:
        raise UnknownSelfReport
    lesson = any_lesson(lesson_id)
    if not lesson.is_open:
        raise LessonClosed
    policy = queries.policy_of(lesson)
    if policy is None:
        raise NoPolicy
    if not policy.allows_self_report:
        raise SelfReportNotAllowed
    if queries.active_consent(lesson_id, participant_id) is None:
        raise ConsentMissing
    return SelfReport.objects.create(
        lesson=lesson, participant_id=participant_id, at=lesson.time_at(now), kind=kind
    )
