"""Deletes what is past its period: the school's, or a shorter one that a student agreed to.

In small pieces, a lesson and a participant at a time: a year of readings in one statement would hold the
tables for minutes.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from classroom.access_log import delete_old_removals
from classroom.models import AccessLogEntry, Attendance, Consent, Lesson, Participant, Policy, School
from classroom.personal import PERSONAL, Personal, delete_rows, log_entries
from classroom.services.account_log import delete_old_changes
from classroom.services.guardians import delete_old_asking
from classroom.services.invitations import delete_old_invitations

PLACES_AT_ONCE = 200
# A consent has these periods of its own.
AGREED = ("retention_days", "sums_days")


def delete_past_retention(*, school_id: int, now: datetime) -> Counter[str]:
    """Of one school; one that has chosen no policy is held to the periods a new one would have."""
    policy = _periods(School.objects.select_related("policy").get(id=school_id))
    deleted = delete_past_periods(policy=policy, now=now)
    delete_old_changes(policy, now)
    delete_old_removals(policy, now)
    delete_old_invitations(policy, now)
    return deleted


def delete_past_periods(*, policy: Policy, now: datetime) -> Counter[str]:
    """What the school of `policy` keeps no longer; answers how many rows of each kind went."""
    deleted: Counter[str] = Counter()
    for kind in PERSONAL:
        for rows in past(kind, policy, now):
            deleted[kind.name] += delete_rows(rows)
    deleted["places"] += _delete_places(policy, now)
    delete_old_asking(policy, now)
    return deleted


def past(kind: Personal, policy: Policy, now: datetime) -> Iterator[QuerySet[Any]]:
    """The rows of one kind that are past their period, a lesson and a participant at a time."""
    if kind.model is AccessLogEntry:
        yield from _by_lesson(kind, _lessons_of(policy), at__lt=now - timedelta(days=days_of(kind, policy)))
        return
    ended = _lessons_of(policy).filter(ended_at__lt=now - timedelta(days=days_of(kind, policy)))
    yield from _by_lesson(kind, ended)
    if kind.days in AGREED:
        for lesson_id, participant_id in _agreed_to_less(kind, policy, now):
            yield kind.rows(lesson=lesson_id, participant=participant_id)


def days_of(kind: Personal, policy: Policy) -> int:
    """Nothing about a person is kept for longer than the name."""
    days: int = getattr(policy, kind.days)
    return min(days, policy.names_days)


def _by_lesson(kind: Personal, lessons: QuerySet[Lesson], **fields: object) -> Iterator[QuerySet[Any]]:
    its = kind.rows(lesson=OuterRef("id"), **fields)
    for lesson_id in _with_any(lessons, its).values_list("id", flat=True):
        rows = kind.rows(lesson=lesson_id, **fields)
        for participant_id in rows.order_by().values_list("participant", flat=True).distinct():
            yield rows.filter(participant=participant_id)


def _with_any(holders: QuerySet[Any], rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of which there are any rows, each looked for by an index.

    EXISTS may be made a join, and then every reading of every school is read to find that none is left.
    """
    one = rows.order_by().values("lesson")[:1]
    return holders.alias(holds=Subquery(one)).filter(holds__isnull=False)


def _agreed_to_less(kind: Personal, policy: Policy, now: datetime) -> QuerySet[Any]:
    """Lesson and participant of consents whose own, shorter period is over while rows are left."""
    kept_until = ExpressionWrapper(
        F("lesson__ended_at") + F("shortest") * Value(timedelta(days=1)), output_field=DateTimeField()
    )
    left = kind.rows(lesson=OuterRef("lesson"), participant=OuterRef("participant"))
    shorter = {"lesson__in": _lessons_of(policy), f"{kind.days}__lt": days_of(kind, policy)}
    consents = Consent.objects.order_by().filter(**shorter, lesson__ended_at__isnull=False)
    return (
        _with_any(consents, left)
        .values("lesson", "participant")
        .annotate(shortest=Min(kind.days))
        .annotate(kept_until=kept_until)
        .filter(kept_until__lt=now)
        .values_list("lesson", "participant")
    )


def _delete_places(policy: Policy, now: datetime) -> int:
    """Guests' places of which no lesson is left; an account's lasts until somebody deletes it."""
    places = past_places(policy, now)
    deleted = 0
    while ids := list(places.values_list("id", flat=True)[:PLACES_AT_ONCE]):
        log_entries(Participant, ids).delete()
        Participant.objects.filter(id__in=ids).delete()
        deleted += len(ids)
    return deleted


def past_places(policy: Policy, now: datetime) -> QuerySet[Participant]:
    before = now - timedelta(days=policy.names_days)
    younger = [
        Exists(model._default_manager.filter(participant=OuterRef("id")).exclude(lesson__ended_at__lt=before))
        for model in (Attendance, Consent)
    ]
    came_before = Q(came_at=None) | Q(came_at__lt=before)
    came_before &= Q(held_since=None) | Q(held_since__lt=before)
    old = Participant.objects.filter(came_before, user=None, created_at__lt=before)
    return old.filter(~younger[0], ~younger[1], classroom__school=policy.school_id)


def _lessons_of(policy: Policy) -> QuerySet[Lesson]:
    return Lesson.objects.filter(classroom__school=policy.school_id)


def _periods(school: School) -> Policy:
    try:
        return school.policy
    except Policy.DoesNotExist:
        return Policy(school=school)
