"""Writing a lesson's report: computed from rows, written in one transaction, the same however often."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from classroom import queries
from classroom.models import Lesson, Report
from emotion.values import Signal
from reports.aggregates import class_summary
from reports.cameras import cameras_of
from reports.drafts import contradicted, findings, write_drafts
from reports.individuals import Individual
from reports.periods import is_past
from reports.phases import with_phases
from reports.roster import individuals_that_count
from reports.values import Summary


def build_report(*, lesson_id: int, now: datetime, progress: Callable[[int], None]) -> Report:
    """The report of an ended lesson. `progress` is told per cent; the caller keeps `report_state`."""
    lesson = Lesson.objects.select_related("classroom__school__policy").get(id=lesson_id)
    progress(5)
    summary = class_summary(lesson, now)
    progress(20)
    summary = _concluded(summary, lesson, now)
    progress(40)
    found = findings(lesson, taught_s=summary.taught_s) if summary.policy else {}
    against = contradicted(lesson, found)
    progress(80)
    with transaction.atomic():
        write_drafts(lesson, found, now, against)
        report, _created = Report.objects.update_or_create(
            lesson=lesson, defaults={"built_at": now, "summary": summary.to_dict()}
        )
    progress(100)
    return report


def _concluded(summary: Summary, lesson: Lesson, now: datetime) -> Summary:
    """With what is made of the ten-second sums: of none of them once anybody's are past their period."""
    sharing: list[Individual] = []
    if not is_past(lesson, now, "sums_days"):
        sharing = individuals_that_count(lesson, summary.taught_s)
    return replace(
        with_phases(summary, sharing, seed=lesson.id),
        cameras=cameras_of(sharing, summary.policy, interval_ms=lesson.interval_ms),
        network=queries.expression_network() if summary.allows(Signal.EXPRESSION) else "",
    )
