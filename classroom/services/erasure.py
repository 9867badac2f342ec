"""A student's place in a classroom, erased: the name and everything that hangs on it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from classroom.access_log import log_removal
from classroom.errors import PlaceGone
from classroom.models import AccessLogEntry, Classroom, Consent, Lesson, Participant, Question, Removal, User
from classroom.models.lessons import LessonQuerySet
from classroom.names import told_apart
from classroom.personal import delete_everything, hand_on, log_entries
from classroom.services.consents import MEASURED, close_mailbox, end_seats, forget_measured
from classroom.services.erased_members import note_erased
from classroom.services.guardians import forget_child
from classroom.services.mood_history import send_out
from classroom.wire import events


@dataclass(frozen=True, slots=True)
class Erasure:
    """The receipt: what was deleted, and when. It names nobody."""

    classroom: str
    lessons: int
    readings: int
    bins: int
    self_reports: int
    answers: int
    questions: int
    votes: int
    flags: int
    stays: int
    consents: int
    looks: int
    at: datetime


COUNTED = (*MEASURED, "stays", "consents", "looks")


def erase_own_place(*, participant_id: int, now: datetime) -> Erasure:
    """As its student asks for it: the place, with all that is the student's own.

    What came by a merge is not. It stays for the teacher, in a place without a name that nobody has. No
    roster of a learning platform brings the name back before its student comes again. Of an account that is
    blocked here the bare block stays. Raises PlaceGone.
    """
    _close_mailboxes(participant_id)
    with transaction.atomic():
        participant = held(participant_id)
        lock_lessons(participant_id)
        note_erased(participant)
        _leave_behind(participant)
        erasure = _erase(participant, now, code=events.WITHDRAWN_CODE)
        if participant.is_blocked and participant.user_id:
            _nameless(participant, user_id=participant.user_id, blocked_at=participant.blocked_at)
        return erasure


def remove_place(*, participant_id: int, by: User | None, now: datetime) -> Erasure:
    """As a teacher or an administrator does it: all that hangs on the place, however it came there.

    What is told of its lessons after that tells nothing of who is gone: see `disclosure`. The log keeps that
    somebody was removed, and how many looks at that one went with the place; where it is done again after a
    restore, by nobody, nothing new is logged. Raises PlaceGone.
    """
    _close_mailboxes(participant_id)
    with transaction.atomic():
        participant = held(participant_id)
        lock_lessons(participant_id)
        for lesson in lessons_of_place(participant_id).order_by("id"):
            send_out(lesson, participant, now)
        if not participant.is_trial:
            lessons_of_place(participant_id).update(lacks_somebody=True)
            hide_questions(lessons_of_place(participant_id))
        if by is not None:
            looks = AccessLogEntry.objects.filter(participant=participant).count()
            log_removal(by=by, kind=Removal.Kind.PLACE, classroom=participant.classroom, looks=looks, now=now)
        return _erase(participant, now, code=events.RIGHTS_LOST_CODE)


def hide_questions(lessons: LessonQuerySet) -> None:
    """Everybody's: those that were gone with one who was removed would be that one's."""
    Question.objects.filter(lesson__in=lessons).update(state=Question.State.HIDDEN)


def held(participant_id: int) -> Participant:
    """With the classroom locked, as whoever joins it locks it. Raises PlaceGone."""
    places = Participant.objects.select_related("classroom").filter(id=participant_id)
    classrooms = Classroom.objects.filter(id__in=places.values("classroom"))
    list(classrooms.select_for_update(no_key=True).values_list("id"))
    if (participant := places.first()) is None:
        raise PlaceGone
    return participant


def lock_lessons(*participant_ids: int) -> None:
    """Lessons, then consents, each in the order of their ids: as withdrawals, readings and reports do."""
    numbers = {
        one for place in participant_ids for one in lessons_of_place(place).values_list("id", flat=True)
    }
    lessons = Lesson.objects.filter(id__in=numbers).order_by("id")
    list(lessons.select_for_update(no_key=True).values_list("id", flat=True))
    consents = Consent.objects.filter(participant__in=participant_ids).order_by("id")
    list(consents.select_for_update().values_list("id", flat=True))


def _close_mailboxes(participant_id: int) -> None:
    for lesson_id in lessons_of_place(participant_id).open().values_list("id", flat=True):
        close_mailbox(lesson_id, participant_id)


def _erase(participant: Participant, now: datetime, *, code: int) -> Erasure:
    """Name, attendance, consents, measurements, log. Reports are written anew.

    As with a withdrawal the consents are locked before, so a batch in flight is dropped.
    """
    lessons = list(lessons_of_place(participant.id).order_by("id"))
    deleted: Counter[str] = Counter()
    for lesson in lessons:
        deleted += _forget(lesson, participant.id, code)
    log_entries(Participant, [participant.id]).delete()
    forget_child(participant)
    participant.delete()
    for lesson in lessons:
        if lesson.is_open:
            transaction.on_commit(partial(events.tell_anew, lesson.id))
    return Erasure(
        classroom=participant.classroom.name,
        lessons=len(lessons),
        at=now,
        **{name: deleted[name] for name in COUNTED},
    )


def _leave_behind(participant: Participant) -> None:
    moved = Consent.objects.filter(participant=participant, moved_at__isnull=False)
    lesson_ids = set(moved.values_list("lesson", flat=True))
    if not lesson_ids:
        return
    rest = _nameless(participant)
    Participant.objects.filter(id=rest.id).update(created_at=participant.created_at)
    hand_on(from_id=participant.id, to_id=rest.id, lesson_ids=lesson_ids)


def _nameless(participant: Participant, **fields: object) -> Participant:
    """A new place beside the one whose name is deleted, or was."""
    names = Participant.objects.filter(classroom=participant.classroom_id)
    return Participant.objects.create(
        classroom=participant.classroom,
        display_name=told_apart(_("Name deleted"), names.values_list("display_name", flat=True)),
        is_left_behind=True,
        **fields,
    )


def _forget(lesson: Lesson, participant_id: int, code: int) -> Counter[str]:
    own = Consent.objects.filter(lesson=lesson, participant=participant_id)
    shared = own.filter(choice=Consent.Choice.OWN_RESULTS).exists()
    # Ended and marked first: the figures are told again from those who still share.
    own.update(was_withdrawn=True)
    own.active().update(ended_at=lesson.started_at)
    deleted = forget_measured(lesson, participant_id, shared=shared)
    deleted += delete_everything(lesson.id, participant_id)
    transaction.on_commit(lambda: end_seats(lesson.id, participant_id, code))
    return deleted


def lessons_of_place(participant_id: int) -> LessonQuerySet:
    """Where the participant left any trace."""
    traces = Q(consents__participant=participant_id) | Q(attendances__participant=participant_id)
    found = Lesson.objects.filter(traces | Q(flags__participant=participant_id)).values("id")
    return Lesson.objects.filter(id__in=found)
