"""Quiet remarks to the teacher: at most one a minute, about the class again only after a while."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q

from classroom import events, queries
from classroom.models import Hint, Lesson
from classroom.mood import Member, Mood
from emotion.engagement import Level
from emotion.persistence import HINT_THRESHOLDS, Finding, FindingKind, find

BETWEEN_HINTS = timedelta(minutes=1)
SAME_KIND_AFTER = timedelta(minutes=10)
# A remark about the class wants at least this many counted, and this share of them.
COUNTED_AT_LEAST = 5
SHARE_AT_LEAST = 0.4
SAY_SO_AT_LEAST = 3
LOOK_EVERY = timedelta(minutes=1)


def give_hint(*, lesson: Lesson, members: Sequence[Member], mood: Mood, now: datetime) -> None:
    """Write and announce the first remark that is due, if any."""
    at = lesson.time_at(now)
    if Hint.objects.filter(lesson=lesson, at__gt=at - BETWEEN_HINTS).exists():
        return
    said_lately = Q(at__gt=at - SAME_KIND_AFTER) | Q(participant__isnull=False)  # of a student only once
    said = set(Hint.objects.filter(said_lately, lesson=lesson).values_list("kind", "participant"))
    for kind, participant_id in _due(lesson, members, mood, at):
        if (kind, participant_id) not in said:
            hint = Hint.objects.create(lesson=lesson, at=at, kind=kind, participant_id=participant_id)
            transaction.on_commit(partial(_announce, hint))
            return


def _announce(hint: Hint) -> None:
    """What names a student goes to screens that reveal, and to no other."""
    announce = events.announce_to_teachers if hint.participant_id is None else events.announce_to_revealing
    announce(hint.lesson_id, {"type": "hint", "hint": queries.hint_info(hint)})


def _due(lesson: Lesson, members: Sequence[Member], mood: Mood, at: datetime) -> list[tuple[str, int | None]]:
    said = queries.self_report_counts(lesson, at)
    due: list[tuple[str, int | None]] = []
    if said["lost"] >= SAY_SO_AT_LEAST:
        due.append((Hint.Kind.SEVERAL_LOST, None))
    if said["need_a_break"] >= SAY_SO_AT_LEAST:
        due.append((Hint.Kind.BREAK_WANTED, None))
    drifting = mood.levels[Level.DRIFTING] + mood.levels[Level.AWAY]
    if mood.counted >= COUNTED_AT_LEAST and drifting >= SHARE_AT_LEAST * mood.counted:
        due.append((Hint.Kind.CLASS_DRIFTING, None))
    return due + _persistent(lesson, members, at)


def _persistent(lesson: Lesson, members: Sequence[Member], at: datetime) -> list[tuple[str, int | None]]:
    """Sharing participants only; looked at once a minute, when the grid passes a full one."""
    lesson_s = (at - lesson.started_at).total_seconds()
    if lesson_s < HINT_THRESHOLDS.minutes * 60 or lesson_s % LOOK_EVERY.total_seconds() >= 10:
        return []
    bins = queries.bins_by_participant(lesson, since=at - timedelta(minutes=10))
    sharing = {member.participant_id for member in members if member.shares_own_results}
    due: list[tuple[str, int | None]] = []
    for kind in FindingKind:
        verdicts = find(bins, kind=kind, lesson_s=min(lesson_s, 600.0), thresholds=HINT_THRESHOLDS)
        found = [one for one, verdict in verdicts.items() if isinstance(verdict, Finding) and one in sharing]
        due.extend((kind.value, participant_id) for participant_id in sorted(found))
    return due
