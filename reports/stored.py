"""The report as it was written."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from classroom import queries
from classroom.models import Consent, Flag, Lesson, Report
from reports.values import Summary, UnknownSummaryVersion


def stored_summary(lesson: Lesson) -> Summary | None:
    """None while the report is not ready, and where another version of the product wrote it."""
    if lesson.report_state != Lesson.ReportState.READY:
        return None
    stored = Report.objects.filter(lesson=lesson).values_list("summary", flat=True).first()
    try:
        return Summary.from_dict(stored) if stored else None
    except UnknownSummaryVersion:
        return None


def past_retention(lesson: Lesson, now: datetime) -> bool:
    """Measurements of persons are deleted by now, or will be within the hour."""
    policy = queries.policy_of(lesson)
    if policy is None or lesson.ended_at is None:
        return False
    return now > lesson.ended_at + timedelta(days=policy.retention_days)


def shown_flags(lesson: Lesson) -> QuerySet[Flag]:
    """The flags of those who share their own results, with who reviewed them."""
    sharing = Consent.objects.filter(lesson=lesson, ended_at=None, choice=Consent.Choice.OWN_RESULTS)
    flags = Flag.objects.filter(lesson=lesson, participant__in=sharing.values("participant"))
    return flags.select_related("participant", "reviewed_by").order_by(
        "participant__display_name", "participant_id", "kind"
    )
