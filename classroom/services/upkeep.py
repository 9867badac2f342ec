"""What every school needs each hour: what is past its period deleted, a policy chosen lately enforced again.

Each school is a task of its own, so no task walks them all. Redis may lose one: what is left to do is a time
in the school's row, from which the next round sends it again.
"""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q

from classroom.models import MoodGroup, RetentionRun, School
from classroom.personal import NAMED_IN_LOG, orphaned_log_entries
from classroom.services.narrowing import enforce_policy
from classroom.services.outbox import delete_old_deliveries
from classroom.services.retention import delete_past_retention
from classroom.services.sessions import delete_ended_logins

EVERY = timedelta(hours=1)
# A school that was asked for so long ago and is not looked after yet is asked for again.
TRIED_AGAIN_AFTER = timedelta(minutes=20)
# Each minute; a school that waits longer than others comes first.
SCHOOLS_A_ROUND = 100


def take_due_schools(*, now: datetime) -> list[int]:
    """The schools to be looked after now, each of which is then left alone for a while."""
    due = School.objects.filter(_is_past("tended_at", EVERY, now))
    due = due.filter(_is_past("tending_since", TRIED_AGAIN_AFTER, now)).order_by(
        F("tended_at").asc(nulls_first=True), "id"
    )
    ids = list(due.values_list("id", flat=True)[:SCHOOLS_A_ROUND])
    School.objects.filter(id__in=ids).update(tending_since=now)
    return ids


def _is_past(field: str, period: timedelta, now: datetime) -> Q:
    """Never, so long ago, or at a time to come: then the clock was wrong, and is not any more."""
    is_wrong = Q(**{f"{field}__gt": now + period})
    return Q(**{field: None}) | Q(**{f"{field}__lte": now - period}) | is_wrong


def look_after_school(*, school_id: int, now: datetime) -> Counter[str]:
    """Answers how many rows of each kind were changed or deleted. A second time at once does no harm."""
    try:
        done = enforce_policy(school_id=school_id, now=now)
    finally:
        deleted = delete_past_retention(school_id=school_id, now=now)
    School.objects.filter(id=school_id).update(tended_at=now)
    _note_deletion()
    return done + deleted


def delete_what_is_nobodys(*, now: datetime) -> None:
    """What belongs to no school, or to none any more."""
    MoodGroup.objects.filter(lesson__ended_at__isnull=False).delete()
    delete_ended_logins(now=now)
    delete_old_deliveries(now=now)
    for model in NAMED_IN_LOG:
        orphaned_log_entries(model).delete()
    RetentionRun.objects.update_or_create(id=1, defaults={"common_at": now})
    _note_deletion()


def _note_deletion() -> None:
    """All is deleted that was past its period when the one was looked after that waits longest."""
    schools = School.objects.aggregate(longest=Min("tended_at"), never=Count("id", filter=Q(tended_at=None)))
    run = RetentionRun.objects.filter(id=1).first()
    if run is None or run.common_at is None or schools["never"]:
        return
    finished_at = min(filter(None, (schools["longest"], run.common_at)))
    RetentionRun.objects.filter(id=1).update(finished_at=finished_at)
