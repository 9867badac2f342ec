"""The report as it was written, as far as it may be shown today."""

from datetime import datetime, timedelta

from django.http import Http404

from classroom import queries
from classroom.models import Lesson, Report
from reports.aggregates import policy_today, shown_under
from reports.periods import is_past
from reports.values import Summary, UnknownSummaryVersion


def stored_summary(lesson: Lesson) -> Summary | None:
    """None while the report is not ready, and where another version of the product wrote it."""
    if lesson.report_state != Lesson.ReportState.READY:
        return None
    stored = Report.objects.filter(lesson=lesson).values_list("summary", flat=True).first()
    try:
        return shown_under(Summary.from_dict(stored), policy_today(lesson)) if stored else None
    except UnknownSummaryVersion:
        return None


def summary_or_404(lesson: Lesson) -> Summary:
    if (summary := stored_summary(lesson)) is None:
        raise Http404
    return summary


def past_retention(lesson: Lesson, now: datetime) -> bool:
    """The ten-second sums are deleted by now, or will be within the hour."""
    policy = queries.policy_of(lesson)
    if policy is None or lesson.ended_at is None:
        return False
    return now > lesson.ended_at + timedelta(days=policy.sums_days)


def is_final(lesson: Lesson, now: datetime) -> bool:
    """Something that the report was made from is deleted: written again, it would say less, or draft anew."""
    return is_past(lesson, now, "retention_days", "sums_days")
