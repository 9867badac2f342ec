"""What a teacher changes of a student's place: its name, two that are one, and whether it may be used."""

from datetime import datetime
from functools import partial

from django.db import transaction

from classroom import queries
from classroom.errors import BadName, NobodysPlace, PlaceGone
from classroom.merging import kept_apart, who_stays
from classroom.models import AccountChange, Consent, Lesson, Participant, User
from classroom.names import TAKEN, as_read
from classroom.personal import hand_on, log_entries
from classroom.services.account_log import log_change
from classroom.services.consents import end_seats
from classroom.services.erasure import held, lessons_of_place, lock_lessons
from classroom.services.guardians import hand_on_refusal
from classroom.services.mood_history import send_out
from classroom.wire import events


def rename_participant(*, participant_id: int, name: str, note: str) -> None:
    """`name` as `clean_name` leaves it. Raises PlaceGone, NobodysPlace, and BadName where another
    place of the class has it."""
    with transaction.atomic():
        participant = held(participant_id)
        if participant.is_left_behind:
            raise NobodysPlace
        others = Participant.objects.filter(classroom=participant.classroom_id).exclude(id=participant.id)
        if as_read(name) in map(as_read, others.values_list("display_name", flat=True)):
            raise BadName(TAKEN)
        participant.display_name, participant.note = name, note
        participant.save(update_fields=["display_name", "note"])


def block_participant(*, participant_id: int, now: datetime) -> None:
    """Out of the open lesson at once, and into none any more. What is stored stays, and can still be read,
    withdrawn and erased by its student. Nobody is counted in the class's words from then on, until enough
    others came, so it does not tell who was. Raises PlaceGone."""
    with transaction.atomic():
        participant = held(participant_id)
        lessons = Lesson.objects.open().filter(classroom=participant.classroom_id)
        for lesson in lessons.select_for_update(no_key=True):
            own = Consent.objects.active().filter(lesson=lesson, participant=participant)
            list(own.select_for_update().order_by("id"))
            if lessons_of_place(participant.id).filter(id=lesson.id).exists():
                send_out(lesson, participant, now)
            own.update(ended_at=now)
            transaction.on_commit(partial(end_seats, lesson.id, participant.id, events.RIGHTS_LOST_CODE))
        participant.blocked_at = now
        participant.save(update_fields=["blocked_at"])


def unblock_participant(*, participant_id: int) -> None:
    """Of a place that is nothing but a block nothing stays: who comes in again is new here."""
    place = Participant.objects.filter(id=participant_id)
    place.filter(is_left_behind=True, user__isnull=False).delete()
    place.update(blocked_at=None)


def merge_participants(*, one_id: int, other_id: int, name_of: int, by: User, now: datetime) -> Participant:
    """One place of two, under the name of one of them; both of one classroom.

    The account's place stays, else the one that was used last: its browser goes on, the other's has none.
    Each lesson keeps the consents that were given in it, and those that move are marked: teachers see as much
    as before, and whoever has the place that stays is told nothing of lessons that came from the other. It is
    logged for administrators, since nobody withdraws from those lessons any more.
    Raises PlaceGone, NobodysPlace, BothInLesson, TwoAccounts, TrialPlace, StillInLesson.
    """
    with transaction.atomic():
        classroom = held(one_id).classroom
        lock_lessons(one_id, other_id)
        places = Participant.objects.select_for_update().filter(classroom=classroom).order_by("id")
        both = queries.traced(places.filter(id__in={one_id, other_id}))
        if len(both) < 2:
            raise PlaceGone
        one, other = both
        if (why := kept_apart(one, other)) is not None:
            raise why
        stays, goes = (traced.place for traced in who_stays(one, other))
        Consent.objects.given_here().filter(participant=goes).update(moved_at=now)
        hand_on(from_id=goes.id, to_id=stays.id)
        hand_on_refusal(goes=goes, stays=stays)
        named = next(place for place in (stays, goes) if place.id == name_of)
        stays.display_name = named.display_name
        _take_over(stays, goes)
        log_entries(Participant, [goes.id]).delete()
        goes.delete()
        kind = AccountChange.Kind.MERGED
        log_change(school=classroom.school, kind=kind, actor=by, detail=classroom.name, now=now)
    return stays


def _take_over(stays: Participant, goes: Participant) -> None:
    """Known no longer than before, on the roster as long as either was; blocked if either was.

    The note is the own one: whoever has the place reads it, and the other's was about the other.
    """
    since = stays.since
    stays.blocked_at = stays.blocked_at or goes.blocked_at
    stays.created_at = min(stays.created_at, goes.created_at)
    stays.came_at = None if stays.is_expected or since == stays.created_at else since
    stays.save()
