"""A way back to a guest's place whose cookie is lost: made by the teacher, used once, within minutes.

A teacher can be mistaken, or curious. So whoever comes back this way has the place from now on and is told
nothing of the lessons before, as after a merge; cookies that opened it until then open nothing any more.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from classroom.errors import (
    AnticipatedError,
    ClassroomArchived,
    ClassSuspended,
    InOpenLesson,
    NobodysPlace,
    NoWayBack,
    PlaceGone,
    SchoolSuspended,
    WayBackClosed,
)
from classroom.models import AccountChange, Consent, Lesson, Participant, School, User
from classroom.models.accounts import digest_of
from classroom.models.people import JOIN_CODE_ALPHABET, WAY_BACK_CODE_LENGTH
from classroom.services.account_log import log_change
from classroom.services.classrooms import check_in_service
from classroom.services.erasure import held, lock_lessons

WAY_BACK_LASTS = timedelta(minutes=15)


def make_way_back(*, participant_id: int, actor: User, now: datetime) -> str:
    """Its code, told here and never again: only the digest is kept. An earlier one ends.

    Raises PlaceGone, ClassSuspended, ClassroomArchived, NobodysPlace, NoWayBack,
    InOpenLesson.
    """
    code = "".join(secrets.choice(JOIN_CODE_ALPHABET) for _ in range(WAY_BACK_CODE_LENGTH))
    with transaction.atomic():
        place = _locked(participant_id)
        _check_may_go_on(place)
        place.way_back_digest, place.way_back_until = digest_of(code), now + WAY_BACK_LASTS
        place.save(update_fields=["way_back_digest", "way_back_until"])
        classroom = place.classroom
        kind = AccountChange.Kind.WAY_BACK
        log_change(school=classroom.school, kind=kind, actor=actor, detail=classroom.name, now=now)
    return code


def place_behind(*, code: str, now: datetime) -> Participant:
    """Raises WayBackClosed, ClassSuspended, ClassroomArchived, NobodysPlace, NoWayBack, InOpenLesson."""
    places = Participant.objects.select_related("classroom__school")
    place = places.filter(way_back_digest=digest_of(read(code)), way_back_until__gt=now).first()
    if place is None:
        raise WayBackClosed
    _check_may_go_on(place)
    return place


def take_way_back(*, code: str, now: datetime) -> Participant:
    """The place, held from now on by whoever asks; of two at once, one gets it.

    Raises WayBackClosed, ClassSuspended, ClassroomArchived, NobodysPlace, NoWayBack,
    InOpenLesson.
    """
    found = place_behind(code=code, now=now)
    with transaction.atomic():
        try:
            place = _locked(found.id)
        except PlaceGone as error:
            raise WayBackClosed from error
        if place.way_back_digest != digest_of(read(code)):
            raise WayBackClosed
        _check_may_go_on(place)
        Consent.objects.given_here().filter(participant=place).update(moved_at=now)
        place.held_since, place.way_back_digest, place.way_back_until = now, "", None
        place.save(update_fields=["held_since", "way_back_digest", "way_back_until"])
    return place


def read(code: str) -> str:
    """Typed in lower case, with spaces or dashes, it is the same."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _locked(participant_id: int) -> Participant:
    """School, class, lessons and consents, place: in the order in which others lock them. A choice that is
    being made in the open lesson is waited for."""
    for school_id in School.objects.filter(classrooms__participants=participant_id).values_list(
        "id", flat=True
    ):
        try:
            check_in_service(school_id)
        except SchoolSuspended as error:
            raise ClassSuspended from error
    place = held(participant_id)
    list(Lesson.objects.open().filter(classroom=place.classroom_id).select_for_update(no_key=True))
    lock_lessons(participant_id)
    places = Participant.objects.select_related("classroom__school").select_for_update(of=("self",))
    return places.get(id=participant_id)


def refusal_of(place: Participant) -> AnticipatedError | None:
    """Why nobody may go on with the place now."""
    if place.classroom.school.suspended_at is not None:
        return ClassSuspended()
    if place.classroom.archived_at is not None:
        return ClassroomArchived()
    if place.is_left_behind:
        return NobodysPlace()
    is_guests = not (place.user_id or place.is_trial or place.is_simulated or place.is_expected)
    if not is_guests or place.is_blocked:
        return NoWayBack()
    in_open_lesson = Consent.objects.filter(participant=place, lesson__ended_at=None).exists()
    return InOpenLesson() if in_open_lesson else None


def _check_may_go_on(place: Participant) -> None:
    if (refusal := refusal_of(place)) is not None:
        raise refusal
