"""Coming, staying and leaving, as the sockets tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from classroom import access, queries
from classroom.errors import ConsentMissing, LessonClosed
from classroom.messages import ErrorCode, StudentState
from classroom.models import Attendance, Consent, Lesson
from classroom.services.places import check_may_take_part


@dataclass(frozen=True, slots=True)
class Seat:
    """A participant connected to a lesson. `refusal` is why snapshots are not accepted, or None."""

    lesson_id: int
    participant_id: int
    consent_id: int
    attendance_id: int
    refusal: ErrorCode | None
    lesson: Lesson
    state: StudentState


def enter_lesson(*, user: access.Visitor, cookies: Mapping[str, str], lesson_id: int, now: datetime) -> Seat:
    """Raises Http404 for a stranger, LessonClosed, DemonstrationClosed, ConsentMissing."""
    lesson = access.any_lesson(lesson_id)
    participant = access.own_participant(user, cookies, lesson)
    if not lesson.is_open:
        raise LessonClosed
    check_may_take_part(lesson=lesson, participant=participant)
    consent = queries.active_consent(lesson.id, participant.id)
    if consent is None:
        raise ConsentMissing
    at = lesson.time_at(now)
    attendance = Attendance.objects.create(
        lesson=lesson, participant=participant, joined_at=at, last_seen_at=at
    )
    return Seat(
        lesson_id=lesson.id,
        participant_id=participant.id,
        consent_id=consent.id,
        attendance_id=attendance.id,
        refusal=queries.camera_refusal(lesson, consent),
        lesson=lesson,
        state=queries.student_state(lesson, consent, now),
    )


def keep_seat(*, seat: Seat, now: datetime) -> ErrorCode | None:
    """Note that the participant is still there; answers why snapshots are not accepted now, or None."""
    at = seat.lesson.time_at(now)
    Attendance.objects.filter(id=seat.attendance_id, left_at=None).update(last_seen_at=at)
    consent = Consent.objects.filter(id=seat.consent_id, ended_at=None).first()
    if consent is None:
        return "no_consent"
    return queries.camera_refusal(access.any_lesson(seat.lesson_id), consent)


def leave_lesson(*, seat: Seat, now: datetime) -> None:
    at = seat.lesson.time_at(now)
    Attendance.objects.filter(id=seat.attendance_id, left_at=None).update(last_seen_at=at, left_at=at)
