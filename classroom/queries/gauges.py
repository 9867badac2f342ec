"""What whoever watches the server sees at a glance: figures of the whole install, nobody's name or value.

Counted where all processes meet, in PostgreSQL and Redis: any web process answers the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Max, Min, Q

from classroom.models import Attendance, Lesson, ParticipantState, Report
from classroom.queries.installation import deletion_age, last_deletion, storage
from classroom.stays import HEARD_WITHIN
from classroom.wire import waiting
from classroom.wire.waiting import Flow

# Of the reports that were built in this time the slowest is told.
LATELY = timedelta(hours=1)
# Beat ends the stays of a web process that died; nobody is told of them as here meanwhile.
ENDED_WITHIN = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class Gauges:
    """Times in seconds. `flows` and `reading_ages_s` by the id of an open lesson; an age is that of the
    newest reading, in lessons that get any.

    Who is `present` was heard of within ten seconds; each of `sockets` is a stay. `ghosts` are stays that
    nobody ended for two minutes: of a lesson that has, or of a socket that was not heard of. A report
    takes from the lesson's end until it is written; `report_s` is the slowest of the last hour, or None.
    """

    open_lessons: int
    simulations: int
    present: int
    sockets: int
    ghosts: int
    flows: Mapping[int, Flow]
    reading_ages_s: Mapping[int, float]
    queues: Mapping[str, int]
    reports_waiting: int
    oldest_report_s: float
    reports_failed: int
    report_s: float | None
    deletion_age_s: float
    database_bytes: int
    free_bytes: int


def gauges(now: datetime) -> Gauges:
    lessons = {lesson.id: lesson for lesson in Lesson.objects.filter(ended_at=None)}
    stays = list(
        Attendance.objects.filter(left_at=None, lesson__in=lessons).values_list(
            "lesson_id", "participant_id", "last_seen_at"
        )
    )
    heard_from = {number: lesson.time_at(now - HEARD_WITHIN) for number, lesson in lessons.items()}
    lost_before = {number: lesson.time_at(now - ENDED_WITHIN) for number, lesson in lessons.items()}
    here = [(lesson, who) for lesson, who, seen_at in stays if seen_at >= heard_from[lesson]]
    silent = sum(seen_at < lost_before[lesson] for lesson, _, seen_at in stays)
    forgotten = Attendance.objects.filter(left_at=None, lesson__ended_at__lt=now - ENDED_WITHIN)
    reports = Lesson.objects.filter(report_state__in=("pending", "building", "failed")).aggregate(
        waiting=Count("id", filter=~Q(report_state="failed")),
        since=Min("ended_at", filter=~Q(report_state="failed")),
        failed=Count("id", filter=Q(report_state="failed")),
    )
    disk = storage()
    return Gauges(
        open_lessons=len(lessons),
        simulations=sum(lesson.is_simulation for lesson in lessons.values()),
        present=len(set(here)),
        sockets=len(here),
        ghosts=silent + forgotten.count(),
        flows=waiting.flows(lessons, now),
        reading_ages_s=_reading_ages(lessons, now),
        queues=waiting.queue_lengths(),
        reports_waiting=reports["waiting"],
        oldest_report_s=(now - (reports["since"] or now)).total_seconds(),
        reports_failed=reports["failed"],
        report_s=_slowest_report(now),
        deletion_age_s=deletion_age(last_deletion(), now).total_seconds(),
        database_bytes=disk.database_bytes,
        free_bytes=disk.free_bytes,
    )


def _reading_ages(lessons: Mapping[int, Lesson], now: datetime) -> dict[int, float]:
    newest = (
        ParticipantState.objects.filter(lesson__in=lessons, measured_at__isnull=False)
        .values_list("lesson_id")
        .annotate(newest=Max("measured_at"))
    )
    return {
        lesson_id: (lessons[lesson_id].time_at(now) - at).total_seconds() / lessons[lesson_id].pace
        for lesson_id, at in newest
    }


def _slowest_report(now: datetime) -> float | None:
    """Of lessons held in real time: the end of a faster one lies in its own time."""
    took = Report.objects.filter(
        built_at__gt=now - LATELY, lesson__speed=1, lesson__ended_at__gt=now - LATELY
    )
    slowest = took.aggregate(slowest=Max(F("built_at") - F("lesson__ended_at")))["slowest"]
    return None if slowest is None else slowest.total_seconds()
