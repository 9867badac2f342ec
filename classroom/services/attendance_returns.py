"""Attendance on its way to a learning platform: asked for, announced to students, claimed, sent."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils.dateformat import format as written
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from classroom import disclosure
from classroom.errors import LaunchRefused
from classroom.lti.gradebook import tell_attendance
from classroom.models import (
    AttendanceReturn,
    Consent,
    Lesson,
    Participant,
    PlatformAccount,
    PlatformClass,
    User,
)
from classroom.services.platforms import endpoints_of
from classroom.services.tool_keys import tool_key
from classroom.viewer import language_and_zone_of

logger = logging.getLogger(__name__)

# A claim older than this belongs to a worker that died: a turn ends after some seconds and a request or two.
CLAIM_LASTS = timedelta(minutes=3)
# How long after each attempt that failed the next one waits; after as many and one more in a row, none of
# which told of anybody, it is given up.
WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
ATTEMPTS = len(WAITS) + 1
State = AttendanceReturn.State
RETURNED = Q(returns_attendance=True, platform__active_since__isnull=False) & ~Q(items_url="")


def choose_attendance(*, course_id: int, is_told: bool) -> None:
    """From the next lesson on: students are told before they join, so an open one stays as it began."""
    PlatformClass.objects.filter(id=course_id).update(returns_attendance=is_told)


def announce_attendance(*, lesson: Lesson, now: datetime) -> None:
    """Inside the transaction in which the lesson opens: its pages say so from then on."""
    course = PlatformClass.objects.filter(RETURNED, classroom=lesson.classroom_id).first()
    if course is not None:
        AttendanceReturn.objects.create(lesson=lesson, platform_class=course, due_at=now)


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of one turn: the last account of the platform that was told of, whether there is nothing
    more to do, and whether the platform was away or refused."""

    told_until: int
    is_done: bool = False
    has_failed: bool = False


def due_returns(*, now: datetime) -> list[AttendanceReturn]:
    """Those that wait longest first, each with its course. One over which a worker died at each attempt has
    failed as any other."""
    left = AttendanceReturn.objects.filter(_left_by_worker(now), attempts__gte=ATTEMPTS)
    for lesson_id in left.values_list("lesson", flat=True):
        if left.filter(lesson=lesson_id).update(state=State.FAILED):
            logger.error("Attendance of lesson %s is given up: %s workers died over it", lesson_id, ATTEMPTS)
    rows = AttendanceReturn.objects.filter(_may_be_tried(now)).select_related("platform_class")
    return list(rows.order_by("due_at", "id"))


def claim_return(*, return_id: int, now: datetime) -> AttendanceReturn | None:
    """The row, for the one task that may send it: the row count of a filtered UPDATE decides."""
    found = AttendanceReturn.objects.filter(_may_be_tried(now), id=return_id)
    if not found.update(state=State.SENDING, claimed_at=now, attempts=F("attempts") + 1):
        return None
    related = ("platform_class__platform", "lesson__classroom__teacher")
    return AttendanceReturn.objects.select_related(*related).filter(id=return_id, claimed_at=now).first()


def take_turn(*, claimed: AttendanceReturn, is_over: Callable[[], bool], now: datetime) -> Turn:
    """Tell of one student after another, from where the last turn came to; `is_over` is asked after each."""
    lesson, course = claimed.lesson, claimed.platform_class
    left = [one for one in accounts_told(lesson, course) if one.pk > claimed.told_until]
    told_until = claimed.told_until
    if not left:
        return Turn(told_until, is_done=True)
    assert lesson.ended_at is not None
    telling = tell_attendance(
        endpoints_of(course.platform),
        course.items_url,
        tool_key(now=now),
        resource=f"lesson-{lesson.pk}",
        label=_label(lesson),
        subjects=[one.subject for one in left],
        at=lesson.ended_at,
        now=now,
    )
    try:
        for account, _subject in zip(left, telling, strict=True):
            told_until = account.pk
            if is_over():
                break
    except LaunchRefused as error:
        name = type(error).__name__
        logger.warning(
            "Attendance of lesson %s was not sent, attempt %s: %s", lesson.pk, claimed.attempts, name
        )
        return Turn(told_until, has_failed=True)
    return Turn(told_until, is_done=told_until == left[-1].pk)


def finish_turn(*, claimed: AttendanceReturn, turn: Turn, now: datetime) -> None:
    """Sent, to go on, or to be tried again a few times; unless another claim has passed this one.

    A slow platform gets its next turn after as long as this one took.
    """
    rows = AttendanceReturn.objects.filter(id=claimed.pk, state=State.SENDING, claimed_at=claimed.claimed_at)
    attempts = 1 if turn.told_until > claimed.told_until else claimed.attempts
    waits: dict[str, object] = {"state": State.WAITING, "told_until": turn.told_until}
    if turn.is_done:
        rows.update(state=State.SENT, told_until=turn.told_until)
    elif not turn.has_failed:
        took = now - (claimed.claimed_at or now)
        rows.update(**waits, attempts=0, due_at=now + took)
    elif attempts < ATTEMPTS:
        rows.update(**waits, attempts=attempts, due_at=now + WAITS[attempts - 1])
    else:
        rows.update(state=State.FAILED, told_until=turn.told_until)


def accounts_told(lesson: Lesson, course: PlatformClass) -> list[PlatformAccount]:
    """Whom the platform may be told of, in a fixed order: who attended, and not how or for how long."""
    present = Participant.objects.filter(attendances__lesson=lesson).distinct()
    moved = set(Consent.objects.moved().filter(lesson=lesson).values_list("participant", flat=True))
    users = [
        place.user_id
        for place in present
        if disclosure.tells_platform_of(place, came_by_merge=place.pk in moved)
    ]
    rows = PlatformAccount.objects.filter(platform=course.platform, role=User.Role.STUDENT, user__in=users)
    return list(rows.order_by("id"))


def _label(lesson: Lesson) -> str:
    with language_and_zone_of(lesson.classroom.teacher):
        date = written(localtime(lesson.started_at), "j N Y")
        return _("Attended: %(title)s, %(date)s") % {"title": lesson.title[:120], "date": date}


def _may_be_tried(now: datetime) -> Q:
    waiting = Q(state=State.WAITING, due_at__lte=now)
    is_over = Q(lesson__ended_at__isnull=False, attempts__lt=ATTEMPTS)
    in_service = Q(platform_class__platform__active_since__isnull=False)
    is_due = waiting | _left_by_worker(now)
    return is_due & is_over & in_service & Q(lesson__classroom__school__suspended_at=None)


def _left_by_worker(now: datetime) -> Q:
    return Q(state=State.SENDING, claimed_at__lt=now - CLAIM_LASTS)
