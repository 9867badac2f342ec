"""Quiet remarks to the teacher: at most one a minute, about the class again only after a while."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from classroom import disclosure, queries
from classroom.disclosure import Amount
from classroom.models import Hint
from classroom.queries import ClassNow
from classroom.wire import events

BETWEEN_HINTS = timedelta(minutes=1)
SAME_KIND_AFTER = timedelta(minutes=10)
# Of those who share, this part has to drift, or look down or away; of the whole class few with the lesson.
DRIFTING_SHARE = 0.4
SAY_SO_AT_LEAST = 3
LOOK_EVERY = timedelta(minutes=1)
LOOKS_BACK = timedelta(minutes=10)

Due = tuple[str, int | None]
"""A kind of remark, and the student whom it is about."""


def give_hint(*, now: ClassNow) -> None:
    """Write and announce the first remark that is due, if any."""
    given = list(Hint.objects.filter(lesson=now.lesson).values_list("at", "kind", "participant"))
    if any(at > now.at - BETWEEN_HINTS for at, _kind, _who in given):
        return
    for kind, participant_id in _due(now):
        if not _was_said(given, kind, participant_id, now.at):
            hint = Hint.objects.create(lesson=now.lesson, at=now.at, kind=kind, participant_id=participant_id)
            transaction.on_commit(partial(_announce, hint))
            return


def _was_said(
    given: Sequence[tuple[datetime, str, int | None]], kind: str, participant_id: int | None, at: datetime
) -> bool:
    """Lately about the class; about a student ever."""
    return any(
        (its, who) == (kind, participant_id) and (who is not None or said_at > at - SAME_KIND_AFTER)
        for said_at, its, who in given
    )


def _announce(hint: Hint) -> None:
    """A remark that names somebody goes to those screens alone that show names."""
    info = queries.hint_info(hint)
    if hint.participant_id is None:
        events.announce_to_teachers(hint.lesson_id, {"type": "hint", "hint": info})
    else:
        events.announce_to_revealing(hint.lesson_id, {"type": "hint", "hint": info})


def _due(now: ClassNow) -> list[Due]:
    said = queries.self_report_counts(now) or {}
    due: list[Due] = []
    if said.get("lost", 0) >= SAY_SO_AT_LEAST:
        due.append((Hint.Kind.SEVERAL_LOST, None))
    if said.get("need_a_break", 0) >= SAY_SO_AT_LEAST:
        due.append((Hint.Kind.BREAK_WANTED, None))
    if is_drifting(now):
        due.append((Hint.Kind.CLASS_DRIFTING, None))
    return due + _persistent(now)


def is_drifting(now: ClassNow) -> bool:
    """By what the teacher is told and nothing else: the class's word, or the figures of those who share."""
    told = now.told
    if told is None:
        return False
    if told.words is not None and told.words["level"] == Amount.FEW:
        return True
    if told.shared is None or told.shared_at != told.stepped_at:
        return False
    shared = told.shared
    return bool(shared["drifting"] + shared["away"] >= DRIFTING_SHARE * shared["counted"])


def _persistent(now: ClassNow) -> list[Due]:
    """Sharing participants only; looked at once a minute, when the grid passes a full one."""
    lesson, lesson_s = now.lesson, now.lesson.seconds_at(now.at)
    thresholds = queries.hint_thresholds_of(lesson.classroom)
    if lesson_s < thresholds.minutes * 60 or lesson_s % LOOK_EVERY.total_seconds() >= 10:
        return []
    found = queries.findings(
        lesson,
        disclosure.shared_since(now.consents),
        from_at=now.at - LOOKS_BACK,
        lesson_s=min(lesson_s, LOOKS_BACK.total_seconds()),
        thresholds=thresholds,
    )
    return [(kind.value, participant_id) for participant_id, kind in sorted(found)]
