"""The report as it was written, as far as it may be shown today."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import Http404

from classroom import queries
from classroom.models import Lesson, Report
from reports.aggregates import policies_today, shown_under
from reports.periods import is_past
from reports.values import PolicyInForce, Summary, UnknownSummaryVersion


def stored_summary(lesson: Lesson) -> Summary | None:
    """None while the report is not ready, and where another version of the product wrote it."""
    return stored_summaries([lesson]).get(lesson.id)


def stored_summaries(lessons: Iterable[Lesson]) -> dict[int, Summary]:
    """Those that may be shown, by lesson: two statements, however many lessons."""
    ready = [one for one in lessons if one.report_state == Lesson.ReportState.READY]
    reports = Report.objects.filter(lesson__in=ready)
    as_text = Cast("summary", TextField())
    if not (stored := dict(reports.values_list("lesson_id", as_text))):
        return {}
    today = policies_today(ready)
    shown = ((one, _shown(summary, today[one])) for one, summary in stored.items())
    return {one: summary for one, summary in shown if summary is not None}


def _shown(stored: str, today: PolicyInForce | None) -> Summary | None:
    try:
        return shown_under(Summary.from_json(stored), today)
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
