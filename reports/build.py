"""Writing a lesson's report: computed from rows, written in one transaction, the same however often."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from classroom.models import Flag, Lesson, Report
from classroom.services.dispatch import send_report_task
from reports.aggregates import class_summary
from reports.drafts import findings, write_drafts

FLAG_LIFE = timedelta(days=14)
"""A draft that nobody reviewed in this time expires: a late judgement helps nobody."""


def build_report(*, lesson_id: int, now: datetime, progress: Callable[[int], None]) -> Report:
    """The report of an ended lesson. `progress` is told per cent; the caller keeps `report_state`."""
    lesson = Lesson.objects.select_related("classroom").get(id=lesson_id)
    progress(5)
    summary = class_summary(lesson)
    progress(40)
    group_size = summary.policy.minimum_group_size if summary.policy else 0
    found = findings(lesson, taught_s=summary.taught_s, group_size=group_size) if summary.policy else {}
    progress(80)
    with transaction.atomic():
        write_drafts(lesson, found, now)
        report, _created = Report.objects.update_or_create(
            lesson=lesson, defaults={"built_at": now, "summary": summary.to_dict()}
        )
    progress(100)
    return report


def ask_again(*, lesson_id: int) -> bool:
    """Have a failed or a finished report written again; False if that is already under way."""
    finished = (Lesson.ReportState.FAILED, Lesson.ReportState.READY)
    waiting = Lesson.objects.filter(id=lesson_id, report_state__in=finished)
    asked = waiting.update(report_state=Lesson.ReportState.PENDING, report_progress=0, report_claimed_at=None)
    if asked:
        transaction.on_commit(lambda: send_report_task(lesson_id))
    return bool(asked)


def expire_flags(*, now: datetime) -> int:
    """Close the drafts that nobody reviewed in time; the number closed."""
    old = Flag.objects.filter(state=Flag.State.DRAFT, drafted_at__lt=now - FLAG_LIFE)
    return old.update(state=Flag.State.EXPIRED)
