"""Tells class-only students with how many, and of which kind, they are counted."""

from collections.abc import Mapping

from django.db import transaction

from classroom import queries
from classroom.models import Lesson
from classroom.wire import events
from classroom.wire.messages import CountedChanged, CountedWith


def announce_counted(
    lesson: Lesson, before: frozenset[int], after: frozenset[int], standings: Mapping[int, str]
) -> None:
    """After the commit: to those who are counted with others now, and to those who no longer are.

    `standings` are those of `after`, where it is another than before.
    """
    if before == after:
        return
    counted_with = queries.company(standings[one] for one in after) if after else None
    transaction.on_commit(lambda: _announce(lesson.id, before - after, None))
    transaction.on_commit(lambda: _announce(lesson.id, after, counted_with))


def _announce(lesson_id: int, participant_ids: frozenset[int], counted_with: CountedWith | None) -> None:
    message: CountedChanged = {"type": "counted", "counted_with": counted_with}
    for participant_id in sorted(participant_ids):
        events.announce_to_participant(lesson_id, participant_id, message)
