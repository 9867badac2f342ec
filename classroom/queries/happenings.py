"""What a school's record store is told of a lesson that has ended."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime

from classroom import disclosure
from classroom.models import Attendance, Consent, Lesson, Marker, RecordStore, SelfReport
from classroom.models.outgoing import Told
from classroom.queries.lessons import school_policy
from classroom.sealed import key_for
from classroom.terms import Sending, Sent
from classroom.xapi import Did, Happening


def happenings(lesson: Lesson, store: RecordStore) -> list[Happening]:
    """Of students what policy AND consent let go to this store now, if the teacher is told it by name.

    Nobody who withdrew, tried it out or was simulated is in it. `lesson` with its classroom and school.
    """
    found: list[Happening] = []
    if Told.LESSON in store.told and lesson.ended_at is not None:
        found += [_by_teacher(Did.INITIALIZED, lesson, lesson.started_at)]
        found += [_by_teacher(Did.TERMINATED, lesson, lesson.ended_at)]
    if Told.KEY_MOMENT in store.told:
        markers = Marker.objects.filter(lesson=lesson)
        found += [_by_teacher(Did.BOOKMARKED, lesson, one.at) for one in markers]
    told = _told_of(lesson, store)
    return [*found, *_attended(lesson, told[Sent.ATTENDANCE]), *_taps(lesson, told[Sent.SELF_REPORT])]


def made_up_name(school_id: int, whose: str) -> str:
    """The same for one person in one school, and nobody's outside; only this server can tell whose."""
    key = key_for(f"names of school {school_id}")
    return hmac.digest(key, whose.encode(), hashlib.sha256).hex()[:32]


def _told_of(lesson: Lesson, store: RecordStore) -> dict[Sent, list[Consent]]:
    """The consents under which each kind may be told."""
    policy = school_policy(lesson)
    allowed = policy.terms.sendings if policy else frozenset()
    consents = Consent.objects.active().given_here().filter(lesson=lesson, was_withdrawn=False)
    real = consents.filter(participant__is_trial=False, participant__is_simulated=False)
    agreed = list(real.select_related("participant").order_by("id"))
    return {
        what: [one for one in agreed if Sending(what, store.host) in allowed & one.terms.sendings]
        for what in Sent
    }


def _attended(lesson: Lesson, consents: list[Consent]) -> Iterator[Happening]:
    """That somebody was there, as the attendance lists everybody: without times."""
    present = set(Attendance.objects.filter(lesson=lesson).values_list("participant", flat=True))
    for one in consents:
        if one.participant_id in present and lesson.ended_at is not None:
            yield _by_student(Did.ATTENDED, lesson, one, lesson.ended_at)


def _taps(lesson: Lesson, consents: list[Consent]) -> Iterator[Happening]:
    """Of those whose taps stand beside their names, since they agreed to that."""
    showing = {one.participant_id: one for one in consents if disclosure.tells_own_taps(one)}
    for tap in SelfReport.objects.filter(lesson=lesson, participant__in=showing):
        consent = showing[tap.participant_id]
        if tap.at >= lesson.time_at(consent.given_at):
            yield _by_student(Did.RESPONDED, lesson, consent, tap.at, tap.kind)


def _by_teacher(did: Did, lesson: Lesson, at: datetime) -> Happening:
    return _happening(did, lesson, f"account {lesson.classroom.teacher_id}", at)


def _by_student(did: Did, lesson: Lesson, consent: Consent, at: datetime, said: str = "") -> Happening:
    participant = consent.participant
    account = participant.user_id
    whose = f"account {account}" if account else f"participant {participant.id}"
    return _happening(did, lesson, whose, at, said)


def _happening(did: Did, lesson: Lesson, whose: str, at: datetime, said: str = "") -> Happening:
    return Happening(
        who=made_up_name(lesson.classroom.school_id, whose),
        did=did,
        lesson_id=lesson.id,
        classroom_id=lesson.classroom_id,
        at=at,
        said=said,
    )
