"""The report's way from pending to ready."""

from datetime import datetime, timedelta

from django.db.models import Q

from classroom.models import Lesson

# A claim older than this belongs to a worker that died; the report is built again.
CLAIM_LASTS = timedelta(minutes=5)


def claim_report(*, lesson_id: int, now: datetime) -> bool:
    """True for the one task that may build: the row count of a filtered UPDATE decides."""
    waiting = Q(report_state=Lesson.ReportState.PENDING)
    abandoned = Q(report_state=Lesson.ReportState.BUILDING, report_claimed_at__lt=now - CLAIM_LASTS)
    claimed = Lesson.objects.filter(waiting | abandoned, id=lesson_id).update(
        report_state=Lesson.ReportState.BUILDING, report_claimed_at=now, report_progress=0
    )
    return claimed == 1


def report_progress(*, lesson_id: int, percent: int) -> None:
    Lesson.objects.filter(id=lesson_id, report_state=Lesson.ReportState.BUILDING).update(
        report_progress=percent
    )


def finish_report(*, lesson_id: int, claimed_at: datetime, state: str) -> None:
    """Ready or failed, unless a withdrawal asked meanwhile for another build."""
    Lesson.objects.filter(
        id=lesson_id, report_state=Lesson.ReportState.BUILDING, report_claimed_at=claimed_at
    ).update(report_state=state, report_progress=100)
