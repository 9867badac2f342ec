"""Until when what a report is made from is kept."""

from datetime import datetime, timedelta

from django.db.models import Min

from classroom import queries
from classroom.models import Consent, Lesson


def is_past(lesson: Lesson, now: datetime, *periods: str) -> bool:
    """Rows of any of these periods are deleted by now, or will be within the hour.

    The policy's days, or fewer that one student agreed to: whatever that one did, so it tells nothing of it.
    """
    policy = queries.policy_of(lesson)
    if policy is None or lesson.ended_at is None:
        return False
    agreed = Consent.objects.filter(lesson=lesson).aggregate(*map(Min, periods))
    days = [getattr(policy, name) for name in (*periods, "names_days")]
    days += [one for one in agreed.values() if one is not None]
    return now > lesson.ended_at + timedelta(days=min(days))
