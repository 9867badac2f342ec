"""Who was in a lesson, and the measurements of those who show their own results to the teacher.

Everybody else has no individual data here, whether they declined, had no camera or joined for the class
mood only: this module never says which.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import DurationField, ExpressionWrapper, F, IntegerField, QuerySet, Sum, Value
from django.db.models.functions import Cast, Extract, Floor
from django.utils.translation import gettext as _

from classroom import disclosure, queries
from classroom.models import Consent, Lesson, Participant, RollupBin
from classroom.partitions import months_of
from classroom.queries.evidence import shared_since
from classroom.stays import Stay, connected_seconds, merged
from emotion.judgement.persistence import BLOCK_S
from emotion.labels import EMOTIONS
from reports.blocks import COUNTED, Blocks, Integers
from reports.conclusions import Attended
from reports.individuals import Individual, individual
from reports.shown import Signals, shown_signals

APART = timedelta(minutes=1)
LAST_MINUTES = timedelta(minutes=5)
"""Who is there in the last of a lesson stayed."""
LONG_ENOUGH = timedelta(minutes=15)
"""The last minutes of a shorter lesson are most of it: that somebody was there in them says little."""


@dataclass(frozen=True, slots=True)
class Attendee:
    """One participant's stay. `share` is of the whole lesson, from its start to its end.

    `stays` are apart by at least `APART`, and `connected_s` is all of them: a shorter gap tells how somebody
    connects, not who was there.

    A trial is a place that a teacher or administrator made to see what students see.
    """

    participant_id: int
    display_name: str
    is_trial: bool
    joined_at: datetime
    left_at: datetime
    connected_s: int
    share: float
    stays: tuple[Stay, ...]

    @property
    def name(self) -> str:
        return name_of(self)


def name_of(one: Attendee | Participant) -> str:
    """The name as every list has it."""
    return _("%(name)s (trial)") % {"name": one.display_name} if one.is_trial else one.display_name


def attendees(lesson: Lesson) -> tuple[Attendee, ...]:
    """Everybody who was connected, by name."""
    assert lesson.ended_at is not None
    rows = lesson.attendances.order_by("participant__display_name", "participant_id", "joined_at")
    who = ("participant_id", "participant__display_name", "participant__is_trial")
    stays: dict[tuple[int, str, bool], list[Stay]] = {}
    for *one, joined_at, left_at, last_seen_at in rows.values_list(
        *who, "joined_at", "left_at", "last_seen_at"
    ):
        left = min(left_at or last_seen_at, lesson.ended_at)
        stays.setdefault(tuple(one), []).append((joined_at, left))
    return tuple(_attendee(who, its, lesson) for who, its in stays.items())


def attended(present: Iterable[Attendee], lesson: Lesson) -> Attended | None:
    """How many joined and how many stayed; trials left out. None where nobody is known to have been there."""
    assert lesson.ended_at is not None
    left_at = [one.left_at for one in present if not one.is_trial]
    stayed = None
    if lesson.ended_at - lesson.started_at >= LONG_ENOUGH:
        stayed = sum(at >= lesson.ended_at - LAST_MINUTES for at in left_at)
    return Attended(joined=len(left_at), stayed=stayed) if left_at else None


def names_of_missing(lesson: Lesson) -> tuple[str, ...]:
    """Members of the classroom at the time, and names on its roster, that never connected.

    Simulated students and trials come and go; who was blocked is not waited for, nor who left.
    """
    members = Participant.objects.filter(
        classroom=lesson.classroom_id, created_at__lte=lesson.ended_at, is_simulated=False, is_trial=False
    )
    missing = members.filter(blocked_at=None, is_left_behind=False).exclude(attendances__lesson=lesson)
    return tuple(missing.values_list("display_name", flat=True))


def individuals(lesson: Lesson, taught_s: int, shown: Signals | None = None) -> dict[int, Individual]:
    """Those who share and of whom there is anything: sharing without a camera looks like not sharing.

    Of each only what policy and consent allow now: `shown` of those who are asked for, where it is at hand.
    """
    shown = shown_signals(lesson) if shown is None else shown
    since = {one: shared_at for one, shared_at in shared_since(lesson).items() if shown.get(one)}
    found: dict[int, Individual] = {}
    for participant_id, blocks in _blocks(lesson, since):
        shared = blocks.where(blocks.starts >= _first_block(lesson, since[participant_id]))
        if len(shared):
            found[participant_id] = individual(participant_id, shared.under(shown[participant_id]), taught_s)
    return found


def individuals_that_count(lesson: Lesson, taught_s: int) -> list[Individual]:
    """Those of them who count towards figures of the class, in the order of their places."""
    active = Consent.objects.active().filter(lesson=lesson)
    counting = {one.participant_id for one in disclosure.counting(active, queries.policy_of(lesson))}
    measured = individuals(lesson, taught_s)
    return [one for participant_id, one in sorted(measured.items()) if participant_id in counting]


def _first_block(lesson: Lesson, shared_at: datetime) -> int:
    """The first block that lies wholly in the time that is shared."""
    return -(-int(lesson.seconds_at(lesson.time_at(shared_at))) // BLOCK_S) * BLOCK_S


def _blocks(lesson: Lesson, participant_ids: Iterable[int]) -> Iterable[tuple[int, Blocks]]:
    since_start = ExpressionWrapper(F("starts_at") - Value(lesson.started_at), output_field=DurationField())
    number = Cast(Floor(Extract(since_start, "epoch") / BLOCK_S), IntegerField())
    sums = {f"{name}_sum": Sum(name) for name in COUNTED}
    sums |= {f"expression_{index}": Sum(f"expression_sums__{index}") for index in range(len(EMOTIONS))}
    rows = (
        RollupBin.objects.filter(
            months_of(lesson, RollupBin), lesson=lesson, participant__in=list(participant_ids)
        )
        .annotate(number=number)
        .values("participant_id", "number")
        .annotate(**sums)
        .order_by("participant_id", "number")
        .values_list("participant_id", "number", *sums)
    )
    table = _integers(rows, len(sums) + 2)
    participants, first = np.unique(table[:, 0], return_index=True)
    clear_from = queries.clear_from()
    for participant_id, its in zip(participants.tolist(), np.split(table, first[1:]), strict=False):
        yield participant_id, Blocks(np.maximum(its[:, 1], 0) * BLOCK_S, its[:, 2:], clear_from)


def _integers(rows: QuerySet[Any, tuple[int, ...]], columns: int) -> Integers:
    """int64 (rows, columns), without Django's look at each cell: of a large class there are a million."""
    try:
        statement, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return np.empty((0, columns), np.int64)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return np.array(cursor.fetchall(), np.int64).reshape(-1, columns)


def _attendee(who: tuple[int, str, bool], stays: list[Stay], lesson: Lesson) -> Attendee:
    assert lesson.ended_at is not None
    within = [(max(joined, lesson.started_at), left) for joined, left in stays]
    stayed = merged(within, APART)
    connected_s = connected_seconds(stayed)
    lesson_s = int(lesson.seconds_at(lesson.ended_at))
    return Attendee(
        participant_id=who[0],
        display_name=who[1],
        is_trial=who[2],
        joined_at=min(joined for joined, _left in within),
        left_at=max(left for _joined, left in within),
        connected_s=connected_s,
        share=min(1.0, connected_s / lesson_s) if lesson_s else 0.0,
        stays=stayed,
    )
