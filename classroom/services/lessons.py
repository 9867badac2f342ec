"""A lesson from its opening to its end, and what the teacher does in it."""

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Max, OuterRef, Q

from classroom import queries
from classroom.errors import (
    BadBreak,
    BadInterval,
    BadSpeed,
    DemonstrationNeedsCameras,
    LessonAlreadyOpen,
    LessonClosed,
    PlannedEndPassed,
    QuietHours,
    WrongClassroom,
)
from classroom.models import Attendance, Classroom, Hint, Lesson, MoodGroup, Pause, User
from classroom.models.outgoing import Event
from classroom.models.people import INTERVAL_MS_RANGE
from classroom.services.attendance_returns import announce_attendance
from classroom.services.classrooms import check_in_use, check_school, demo_classroom
from classroom.services.course import check_course
from classroom.services.outbox import announce
from classroom.services.pulse import close_pulse_checks
from classroom.services.reports import ask_for_report
from classroom.stays import HEARD_WITHIN
from classroom.wire import events

logger = logging.getLogger(__name__)

FORGOTTEN_AFTER = timedelta(hours=1)
BREAK_MINUTES = (5, 10, 15)
LONGEST_LESSON = timedelta(hours=12)
# The others are closed in the next round.
CLOSED_AT_ONCE = 200
# A simulated camera sends a snapshot in so many real milliseconds, as far as the longest interval allows.
DEMO_CAPTURE_MS = 800
# The part of the speed asked for to which a busy machine may slow a demonstration down.
SLOWEST = 0.1


def open_lesson(
    *,
    classroom: Classroom,
    title: str,
    now: datetime,
    teacher: User | None = None,
    speed: int = 1,
    interval_ms: int | None = None,
    is_simulation: bool = False,
    is_without_cameras: bool = False,
    planned_end_at: datetime | None = None,
) -> Lesson:
    """A demonstration in a demonstration classroom, any other lesson in any other classroom.

    `teacher` is who starts it: the owner, if nobody is named. A demonstration begins at its slowest pace and
    takes its speed when its students are read.
    Raises LessonAlreadyOpen, BadSpeed, WrongClassroom, DemonstrationNeedsCameras, SchoolMissing, SchoolLeft,
    SchoolSuspended, ClassroomArchived, CourseMissing, QuietHours, PlannedEndPassed.
    """
    if not 1 <= speed <= 20:
        raise BadSpeed
    if planned_end_at is not None and not now < planned_end_at <= now + LONGEST_LESSON:
        raise PlannedEndPassed
    _check_kind(classroom, is_simulation=is_simulation, is_without_cameras=is_without_cameras)
    if not (is_simulation or is_without_cameras):
        _check_quiet_hours(classroom, now)
    try:
        with transaction.atomic():
            check_school(classroom.id)
            check_in_use(classroom.id)
            if not is_simulation:
                is_without_cameras = check_course(
                    classroom=classroom,
                    teacher=teacher or classroom.teacher,
                    is_without_cameras=is_without_cameras,
                )
            lesson = Lesson.objects.create(
                classroom=classroom,
                title=title,
                started_at=now,
                speed=speed,
                pace=speed * SLOWEST if is_simulation else speed,
                interval_ms=interval_ms or classroom.interval_ms,
                is_simulation=is_simulation,
                is_without_cameras=is_without_cameras,
                planned_end_at=planned_end_at,
            )
            announce_attendance(lesson=lesson, now=now)
            return lesson
    except IntegrityError as error:
        raise LessonAlreadyOpen from error


def _check_kind(classroom: Classroom, *, is_simulation: bool, is_without_cameras: bool) -> None:
    if classroom.is_demo != is_simulation:
        raise WrongClassroom
    if is_simulation and is_without_cameras:
        raise DemonstrationNeedsCameras


def _check_quiet_hours(classroom: Classroom, now: datetime) -> None:
    """Raises QuietHours where the lesson would ask for cameras now."""
    policy = queries.policy_chosen(classroom.school)
    if policy and policy.signals and classroom.school.hours.is_quiet(now):
        raise QuietHours


def start_demo(*, teacher: User, speed: int, now: datetime) -> Lesson:
    """A lesson with simulated students in the teacher's demonstration classroom.

    Raises SchoolMissing, SchoolSuspended, LessonAlreadyOpen, BadSpeed.
    """
    classroom = demo_classroom(teacher)
    return open_lesson(
        classroom=classroom,
        title="Demonstration lesson",
        now=now,
        speed=speed,
        interval_ms=min(INTERVAL_MS_RANGE[1], max(1000, DEMO_CAPTURE_MS * speed)),
        is_simulation=True,
    )


def end_lesson(*, lesson_id: int, now: datetime) -> None:
    """Close the lesson and leave its report to be built. Raises LessonClosed."""
    with transaction.atomic():
        lesson = _open(lesson_id)
        close_pulse_checks(queries.ClassNow.load(lesson, now), is_last=True)
        lesson.ended_at = max(lesson.time_at(now), _known_to_last(lesson))
        lesson.open_pauses.update(ended_at=lesson.ended_at)
        _end_stays(lesson, now)
        MoodGroup.objects.filter(lesson=lesson).delete()
        transaction.on_commit(lambda: _announce_change(lesson_id, now))
        ask_for_report(lesson)
        announce(lesson_id=lesson_id, event=Event.LESSON_ENDED, now=now)


def pause_lesson(*, lesson_id: int, now: datetime) -> None:
    """Raises LessonClosed. A lesson that is paused stays so."""
    with transaction.atomic():
        lesson = _open(lesson_id)
        if not lesson.open_pauses.exists():
            Pause.objects.create(lesson=lesson, started_at=lesson.time_at(now))
        transaction.on_commit(lambda: _announce_change(lesson_id, now))


def resume_lesson(*, lesson_id: int, now: datetime) -> None:
    with transaction.atomic():
        lesson = _open(lesson_id)
        lesson.open_pauses.update(ended_at=lesson.time_at(now))
        transaction.on_commit(lambda: _announce_change(lesson_id, now))


def set_interval(*, lesson_id: int, interval_ms: int, now: datetime) -> None:
    """Raises BadInterval, LessonClosed."""
    if not INTERVAL_MS_RANGE[0] <= interval_ms <= INTERVAL_MS_RANGE[1]:
        raise BadInterval
    with transaction.atomic():
        lesson = _open(lesson_id)
        lesson.interval_ms = interval_ms
        lesson.save(update_fields=["interval_ms"])
        transaction.on_commit(lambda: _announce_change(lesson_id, now))


def set_break(*, lesson_id: int, minutes: int, now: datetime) -> None:
    """Give a break from now on; 0 minutes end it. Raises BadBreak, LessonClosed."""
    if minutes not in (0, *BREAK_MINUTES):
        raise BadBreak
    with transaction.atomic():
        lesson = _open(lesson_id)
        lesson.break_ends_at = lesson.time_at(now) + timedelta(minutes=minutes) if minutes else None
        lesson.save(update_fields=["break_ends_at"])
        transaction.on_commit(lambda: _announce_change(lesson_id, now))


def set_pace(*, lesson_id: int, pace: float, now: datetime) -> Lesson:
    """Let lesson time run at another pace from now on, between `SLOWEST` and the speed that was asked for.

    Lesson time goes on where it is. Raises LessonClosed.
    """
    with transaction.atomic():
        lesson = _open(lesson_id)
        pace = min(max(pace, lesson.speed * SLOWEST), lesson.speed)
        # The row's clock never goes back, whatever the clocks of two machines say.
        now = max(now, lesson.paced_from or lesson.started_at)
        if pace != lesson.pace:
            lesson.paced_at, lesson.paced_from, lesson.pace = lesson.time_at(now), now, pace
            lesson.save(update_fields=["pace", "paced_from", "paced_at"])
            transaction.on_commit(lambda: _announce_change(lesson_id, now))
    return lesson


def dismiss_hint(*, lesson_id: int, hint_id: int, now: datetime) -> None:
    dismissed = Hint.objects.filter(lesson=lesson_id, id=hint_id, dismissed_at=None).update(dismissed_at=now)
    if dismissed:
        events.announce_to_teachers(lesson_id, {"type": "hint_dismissed", "id": hint_id})


def close_forgotten_lessons(*, now: datetime) -> int:
    """End lessons that nobody has attended for an hour, and those that run for half a day.

    A stay that is open counts as attended, however old: where the clock jumped ahead nobody was heard of.
    """
    lately = Q(last_seen_at__gte=now - FORGOTTEN_AFTER) | Q(left_at=None)
    seen = Attendance.objects.filter(lately, lesson=OuterRef("id"))
    runs_in_real_time = Q(pace=1, paced_from=None)
    looked_at = ~runs_in_real_time | ~Exists(seen) | Q(started_at__lt=now - LONGEST_LESSON)
    lessons = Lesson.objects.open().filter(looked_at, started_at__lt=now - FORGOTTEN_AFTER)
    closed = 0
    for lesson in lessons.order_by("started_at")[:CLOSED_AT_ONCE]:
        lately = Q(last_seen_at__gte=lesson.time_at(now - FORGOTTEN_AFTER)) | Q(left_at=None)
        attended = Attendance.objects.filter(lately, lesson=lesson).exists()
        if not attended or lesson.started_at < now - LONGEST_LESSON:
            closed += _ended(lesson.id, now)
    return closed


def _ended(lesson_id: int, now: datetime) -> bool:
    """One that cannot be ended keeps no other open."""
    try:
        end_lesson(lesson_id=lesson_id, now=now)
    except Exception:
        logger.exception("Lesson %s could not be ended", lesson_id)
        return False
    return True


def _open(lesson_id: int) -> Lesson:
    lesson = Lesson.objects.select_for_update(no_key=True).get(id=lesson_id)
    if not lesson.is_open:
        raise LessonClosed
    return lesson


def _known_to_last(lesson: Lesson) -> datetime:
    """Until when, at least: the clock may have been set back in the middle of it."""
    stays = Attendance.objects.filter(lesson=lesson)
    return max(lesson.started_at, stays.aggregate(last=Max("last_seen_at"))["last"] or lesson.started_at)


def _end_stays(lesson: Lesson, now: datetime) -> None:
    """Whose web process died was last seen before; everybody else stayed to the end."""
    stays = Attendance.objects.filter(lesson=lesson, left_at=None)
    stays.filter(last_seen_at__lt=lesson.time_at(now - HEARD_WITHIN)).update(left_at=F("last_seen_at"))
    stays.update(left_at=lesson.ended_at)


def _announce_change(lesson_id: int, now: datetime) -> None:
    lesson = Lesson.objects.select_related("classroom").get(id=lesson_id)
    info = queries.lesson_info(lesson, now)
    events.announce_to_teachers(lesson_id, {"type": "lesson", "lesson": info})
    events.announce_to_students(lesson_id, {"type": "lesson", "lesson": info})
