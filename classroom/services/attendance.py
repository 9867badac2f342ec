"""Coming, staying and leaving, as the sockets tell it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import DurationField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.crypto import constant_time_compare

from classroom import access, queries
from classroom.errors import ConsentMissing, LessonClosed, SchoolSuspended
from classroom.models import Attendance, Consent, Lesson, Participant, User
from classroom.services.places import check_may_take_part
from classroom.stays import HEARD_WITHIN
from classroom.wire.events import ENDED_CODE, RESEATED_CODE, RIGHTS_LOST_CODE
from classroom.wire.messages import ErrorCode, StudentState

BACK_WITHIN = timedelta(minutes=1)
"""Lesson time. Whoever is away for less was there: the report and the administration tell no such gap."""
BACK_WITHIN_REAL = timedelta(seconds=10)
"""What loading a page may take, however fast a lesson runs."""


@dataclass(frozen=True, slots=True)
class Login:
    """The account, the session and the password's digest under which a socket was opened."""

    user_id: int
    session_key: str
    password: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A participant connected to a lesson. `refusal` is why snapshots are not accepted, or None; from
    `quiet_from` on, real time, none is."""

    lesson_id: int
    participant_id: int
    consent_id: int
    attendance_id: int
    refusal: ErrorCode | None
    quiet_from: datetime | None
    lesson: Lesson
    state: StudentState
    login: Login | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a seat is worth now; `code` is why it has to be left, or None."""

    refusal: ErrorCode | None
    code: int | None = None
    quiet_from: datetime | None = None


def enter_lesson(
    *,
    user: access.Visitor,
    cookies: Mapping[str, str],
    lesson_id: int,
    now: datetime,
    session_key: str | None = None,
) -> Seat:
    """Raises Http404 for a stranger, LessonClosed, SchoolSuspended, DemonstrationClosed, ConsentMissing."""
    lesson = access.any_lesson(lesson_id)
    if access.is_barred(user):
        raise SchoolSuspended
    participant = access.own_participant(user, cookies, lesson)
    if not lesson.is_open:
        raise LessonClosed
    check_may_take_part(lesson=lesson, participant=participant)
    consent = queries.active_consent(lesson.id, participant.id)
    if consent is None:
        raise ConsentMissing
    attendance = _stay(lesson, participant, now)
    state = queries.student_state(lesson, consent, now)
    return Seat(
        lesson_id=lesson.id,
        participant_id=participant.id,
        consent_id=consent.id,
        attendance_id=attendance.id,
        refusal=state.get("camera_refused"),
        quiet_from=_quiet_from(consent, now),
        lesson=lesson,
        state=state,
        login=login_of(user, session_key),
    )


def _stay(lesson: Lesson, participant: Participant, now: datetime) -> Attendance:
    """A new stay, or the one that ended just now: why a page connects anew is nobody's business."""
    at = lesson.time_at(now)
    lately = min(at - BACK_WITHIN, lesson.time_at(now - BACK_WITHIN_REAL))
    own = Attendance.objects.filter(lesson=lesson, participant=participant)
    last = own.filter(left_at__gte=lately).order_by("left_at").last()
    if last is not None and own.filter(id=last.id, left_at=last.left_at).update(
        left_at=None, last_seen_at=at
    ):
        return last
    return Attendance.objects.create(lesson=lesson, participant=participant, joined_at=at, last_seen_at=at)


def login_of(user: access.Visitor, session_key: str | None) -> Login | None:
    """None for a guest."""
    if not isinstance(user, User) or session_key is None:
        return None
    return Login(user.pk, session_key, user.get_session_auth_hash())


def keep_seats(*, seats: Collection[Seat], now: datetime) -> dict[int, Standing]:
    """Note that all these are still there; answers what each is worth now, by its attendance.

    A web process calls this for all its sockets at once: one UPDATE, one SELECT with its joins, and one
    for the sessions where any of them has an account.
    """
    note_presence(attendance_ids=[seat.attendance_id for seat in seats], now=now)
    rows = Consent.objects.filter(id__in={seat.consent_id for seat in seats}).select_related(
        "lesson__classroom__school__policy", "participant__user__school"
    )
    consents = {consent.id: consent for consent in rows}
    keys = {seat.login.session_key for seat in seats if seat.login}
    sessions = _living(keys, now) if keys else set()
    cameras = queries.cameras_of(consents.values())
    return {
        seat.attendance_id: _standing(seat, consents.get(seat.consent_id), sessions, cameras, now)
        for seat in seats
    }


def leave_lesson(*, seat: Seat, now: datetime) -> None:
    at = seat.lesson.time_at(now)
    Attendance.objects.filter(id=seat.attendance_id, left_at=None).update(last_seen_at=at, left_at=at)


def note_presence(*, attendance_ids: Collection[int], now: datetime) -> None:
    """All these are still there. One UPDATE; where some were taken for lost, because their web process hung
    or the clock jumped, another one that takes them back."""
    stays = Attendance.objects.filter(id__in=attendance_ids)
    at = Subquery(_lesson_time(now))
    if stays.filter(left_at=None).update(last_seen_at=at) < len(attendance_ids):
        # Not those that just left, and are noted a moment too late.
        lost = stays.filter(left_at=F("last_seen_at"), left_at__lt=Subquery(_lesson_time(now - HEARD_WITHIN)))
        lost.filter(lesson__in=Lesson.objects.open()).update(last_seen_at=at, left_at=None)


def end_lost_stays(*, now: datetime) -> int:
    """Those whose web process died end when they were last heard of; answers how many.

    Where the pace has just changed, it is not known yet which lesson time ten seconds ago was.
    """
    steady = Lesson.objects.open().exclude(paced_from__gt=now - HEARD_WITHIN)
    lost = Attendance.objects.filter(left_at=None, lesson__in=steady)
    heard_from = Subquery(_lesson_time(now - HEARD_WITHIN))
    return lost.filter(last_seen_at__lt=heard_from).update(left_at=F("last_seen_at"))


def _lesson_time(now: datetime) -> "QuerySet[Lesson, Any]":
    """`Lesson.time_at` in SQL, of the lesson of a stay: each may be of another one."""
    paced_from, paced_at = Coalesce("paced_from", "started_at"), Coalesce("paced_at", "started_at")
    real = ExpressionWrapper(Value(now) - paced_from, DurationField())
    lesson_time = paced_at + ExpressionWrapper(real * F("pace"), DurationField())
    return Lesson.objects.filter(id=OuterRef("lesson")).values(at=lesson_time)


def _living(session_keys: Collection[str], now: datetime) -> set[str]:
    sessions = Session.objects.filter(session_key__in=session_keys, expire_date__gt=now)
    return set(sessions.values_list("session_key", flat=True))


def _standing(
    seat: Seat,
    consent: Consent | None,
    sessions: Collection[str],
    cameras: Mapping[int, queries.Camera],
    now: datetime,
) -> Standing:
    if consent is None or not _is_logged_in(seat.login, consent.participant.user, sessions):
        return Standing("no_consent", RIGHTS_LOST_CODE)
    if consent.lesson.classroom.school.suspended_at is not None:
        return Standing("no_consent", RIGHTS_LOST_CODE)
    if not consent.lesson.is_open:
        return Standing("ended", ENDED_CODE)
    if consent.ended_at is not None:
        return Standing("no_consent", RESEATED_CODE)
    camera = cameras[consent.id]
    terms, refusal = camera.terms, queries.refusal_at(camera, consent, now)
    signals, readers = (sorted(terms.signals), sorted(terms.readers)) if terms else ([], [])
    today = (refusal, signals, readers, camera.asks_again)
    state = seat.state
    then = (seat.refusal, state["signals"], state["readers"], state["asks_again"])
    return Standing(refusal, None if today == then else RESEATED_CODE, _quiet_from(consent, now))


def _quiet_from(consent: Consent, now: datetime) -> datetime | None:
    """Those who are simulated have no quiet hours."""
    if consent.participant.is_simulated:
        return None
    return consent.lesson.classroom.school.hours.quiet_from(now)


def _is_logged_in(login: Login | None, user: User | None, sessions: Collection[str]) -> bool:
    """A guest has no login to lose."""
    if login is None or user is None:
        return login is None and user is None
    is_same = user.pk == login.user_id and constant_time_compare(user.get_session_auth_hash(), login.password)
    return is_same and user.is_active and not access.is_barred(user) and login.session_key in sessions
