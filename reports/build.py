"""Writing a lesson's report: computed from rows, written in one transaction, the same however often."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from classroom.models import Lesson, Report
from reports.aggregates import class_summary
from reports.drafts import findings, write_drafts


def build_report(*, lesson_id: int, now: datetime, progress: Callable[[int], None]) -> Report:
    """The report of an ended lesson. `progress` is told per cent; the caller keeps `report_state`."""
    lesson = Lesson.objects.select_related("classroom__school__policy").get(id=lesson_id)
    progress(5)
    summary = class_summary(lesson, now)
    progress(40)
    found = findings(lesson, taught_s=summary.taught_s) if summary.policy else {}
    progress(80)
    with transaction.atomic():
        write_drafts(lesson, found, now)
        report, _created = Report.objects.update_or_create(
            lesson=lesson, defaults={"built_at": now, "summary": summary.to_dict()}
        )
    progress(100)
    return report
