"""A student's place in a classroom, erased: the name and everything that hangs on it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from classroom.models import Consent, Lesson, Participant
from classroom.models.lessons import LessonQuerySet
from classroom.personal import delete_everything, log_entries
from classroom.services.consents import close_mailbox, end_seats, forget_measured


@dataclass(frozen=True, slots=True)
class Erasure:
    """The receipt: what was deleted, and when. It names nobody."""

    classroom: str
    lessons: int
    readings: int
    bins: int
    self_reports: int
    flags: int
    stays: int
    consents: int
    looks: int
    at: datetime


COUNTED = ("readings", "bins", "self_reports", "flags", "stays", "consents", "looks")


def erase_place(*, participant_id: int, now: datetime) -> Erasure:
    """Delete a participant: name, attendance, consents, measurements, log. Reports are written anew.

    As with a withdrawal the consents are locked first, so a batch in flight is dropped.
    """
    for lesson_id in lessons_of_place(participant_id).open().values_list("id", flat=True):
        close_mailbox(lesson_id, participant_id)
    with transaction.atomic():
        participant = Participant.objects.select_related("classroom").get(id=participant_id)
        lessons = list(lessons_of_place(participant_id).select_for_update(no_key=True).order_by("id"))
        deleted: Counter[str] = Counter()
        for lesson in lessons:
            deleted += _forget(lesson, participant_id)
        log_entries(Participant, [participant_id]).delete()
        participant.delete()
    return Erasure(
        classroom=participant.classroom.name,
        lessons=len(lessons),
        at=now,
        **{name: deleted[name] for name in COUNTED},
    )


def _forget(lesson: Lesson, participant_id: int) -> Counter[str]:
    own = Consent.objects.filter(lesson=lesson, participant=participant_id)
    consents = list(own.select_for_update().order_by("id"))
    # Ended and marked first: the figures are told again from those who still share.
    own.update(was_withdrawn=True)
    own.active().update(ended_at=lesson.started_at)
    deleted = forget_measured(lesson, participant_id, shared=any(c.shares_own_results for c in consents))
    deleted += delete_everything(lesson.id, participant_id)
    transaction.on_commit(lambda: end_seats(lesson.id, participant_id))
    return deleted


def lessons_of_place(participant_id: int) -> LessonQuerySet:
    """Where the participant left any trace."""
    traces = Q(consents__participant=participant_id) | Q(attendances__participant=participant_id)
    found = Lesson.objects.filter(traces | Q(flags__participant=participant_id)).values("id")
    return Lesson.objects.filter(id__in=found)
