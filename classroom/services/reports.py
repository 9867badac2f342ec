"""The report's way from asked for to ready."""

import logging
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q

from classroom.models import Lesson
from classroom.models.lessons import LessonQuerySet
from classroom.models.outgoing import Event
from classroom.services.dispatch import send_report_task
from classroom.services.outbox import announce
from classroom.services.summaries import ask_for_summaries

logger = logging.getLogger(__name__)

# A claim older than this belongs to a worker that died; the report is built again, a few times.
CLAIM_LASTS = timedelta(minutes=5)
ATTEMPTS = 5
# Between two tasks for the same report: twice as long each time; as many as are sent in a day.
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=10)
SENDS = 150
WRITTEN = (Lesson.ReportState.READY, Lesson.ReportState.FAILED)
REPORT_FIELDS = (
    "report_state",
    "report_claimed_at",
    "report_progress",
    "report_attempts",
    "report_sends",
    "report_due_at",
)
UNFINISHED = (Lesson.ReportState.PENDING, Lesson.ReportState.BUILDING)


def ask_for_report(lesson: Lesson) -> None:
    """Have the report written; what a worker is writing at this moment counts no more.

    Inside a transaction that holds the lesson's row. Its end is saved with it: a row has both or neither.
    """
    lesson.report_state = Lesson.ReportState.PENDING
    lesson.report_claimed_at = None
    lesson.report_progress = lesson.report_attempts = lesson.report_sends = 0
    lesson.report_due_at = None
    lesson.save(update_fields=["ended_at", *REPORT_FIELDS])
    transaction.on_commit(partial(send_report_task, lesson.id))


def ask_for_report_again(*, lesson_id: int) -> bool:
    """Have a failed or a finished report written again; False if that is already under way."""
    with transaction.atomic():
        written = Lesson.objects.filter(id=lesson_id, report_state__in=WRITTEN)
        lesson = written.select_for_update().first()
        if lesson is not None:
            ask_for_report(lesson)
    return lesson is not None


def due_reports(*, now: datetime) -> list[int]:
    """The lessons whose report waits, or was left by a worker that died: each once, and again after a pause
    that grows. What no worker has written after that is given up, as failed as any."""
    due = Q(report_due_at=None) | Q(report_due_at__lte=now)
    found = []
    for lesson in Lesson.objects.filter(due, report_state__in=UNFINISHED).order_by("id"):
        if lesson.report_state == Lesson.ReportState.BUILDING and not _is_left(lesson, now):
            continue
        if why := _why_given_up(lesson):
            _give_up(lesson, why)
            continue
        pause = min(SHORTEST_PAUSE * 2 ** min(lesson.report_sends, 10), LONGEST_PAUSE)
        _as_it_was(lesson).update(report_sends=F("report_sends") + 1, report_due_at=now + pause)
        found.append(lesson.id)
    return found


def claim_report(*, lesson_id: int, now: datetime) -> bool:
    """True for the one task that may build: the row count of a filtered UPDATE decides."""
    waiting = Q(report_state=Lesson.ReportState.PENDING)
    abandoned = Q(report_state=Lesson.ReportState.BUILDING, report_claimed_at__lt=now - CLAIM_LASTS)
    claimed = Lesson.objects.filter(waiting | abandoned, id=lesson_id).update(
        report_state=Lesson.ReportState.BUILDING,
        report_claimed_at=now,
        report_progress=0,
        report_attempts=F("report_attempts") + 1,
    )
    return claimed == 1


def _is_left(lesson: Lesson, now: datetime) -> bool:
    """Its worker died; one that takes workers along is begun again ever later."""
    since = lesson.report_claimed_at
    return since is None or since < now - CLAIM_LASTS * 2 ** (max(lesson.report_attempts, 1) - 1)


def _why_given_up(lesson: Lesson) -> str:
    if lesson.report_attempts >= ATTEMPTS:
        return f"{lesson.report_attempts} workers died while they wrote it"
    if lesson.report_sends >= SENDS:
        return "no worker has taken it for a day"
    return ""


def _give_up(lesson: Lesson, why: str) -> None:
    if _as_it_was(lesson).update(report_state=Lesson.ReportState.FAILED):
        logger.error("The report of lesson %s is given up: %s", lesson.id, why)


def _as_it_was(lesson: Lesson) -> LessonQuerySet:
    """Unless a worker or a withdrawal came first."""
    return Lesson.objects.filter(
        id=lesson.id,
        report_state=lesson.report_state,
        report_claimed_at=lesson.report_claimed_at,
        report_sends=lesson.report_sends,
    )


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
