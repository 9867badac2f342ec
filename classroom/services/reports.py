"""The report's way from asked for to ready."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q

from classroom.models import Lesson
from classroom.models.outgoing import Event
from classroom.services.dispatch import send_report_task
from classroom.services.outbox import announce
from classroom.services.summaries import ask_for_summaries

# A claim older than this belongs to a worker that died; the report is built again.
CLAIM_LASTS = timedelta(minutes=5)
WRITTEN = (Lesson.ReportState.READY, Lesson.ReportState.FAILED)
UNFINISHED = (Lesson.ReportState.PENDING, Lesson.ReportState.BUILDING)


def ask_for_report(lesson: Lesson) -> None:
    """Have the report written; what a worker is writing at this moment counts no more.

    Inside a transaction that holds the lesson's row. Its end is saved with it: a row has both or neither.
    """
    lesson.report_state = Lesson.ReportState.PENDING
    lesson.report_claimed_at = None
    lesson.report_progress = 0
    lesson.save(update_fields=["ended_at", "report_state", "report_claimed_at", "report_progress"])
    transaction.on_commit(partial(send_report_task, lesson.id))


def ask_for_report_again(*, lesson_id: int) -> bool:
    """Have a failed or a finished report written again; False if that is already under way."""
    with transaction.atomic():
        written = Lesson.objects.filter(id=lesson_id, report_state__in=WRITTEN)
        lesson = written.select_for_update().first()
        if lesson is not None:
            ask_for_report(lesson)
    return lesson is not None


def unfinished_reports() -> list[int]:
    """The lessons whose report waits, or was claimed and is not done."""
    return list(Lesson.objects.filter(report_state__in=UNFINISHED).values_list("id", flat=True))


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
    """Ready or failed, unless a withdrawal asked meanwhile for another build.

    What is ready is mailed to who asked for that, and told to webhooks.
    """
    claimed = Lesson.objects.filter(
        id=lesson_id, report_state=Lesson.ReportState.BUILDING, report_claimed_at=claimed_at
    )
    with transaction.atomic():
        is_written = claimed.update(report_state=state, report_progress=100) == 1
        if is_written and state == Lesson.ReportState.READY:
            ask_for_summaries(lesson_id=lesson_id, now=claimed_at)
            announce(lesson_id=lesson_id, event=Event.REPORT_READY, now=claimed_at)
