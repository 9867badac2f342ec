"""Attendance on its way to a learning platform: asked for, announced to students, claimed, sent."""

import logging
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils.dateformat import format as written
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from classroom import disclosure
from classroom.errors import LaunchRefused
from classroom.lti.gradebook import return_attendance
from classroom.models import AttendanceReturn, Lesson, Participant, PlatformAccount, PlatformClass, User
from classroom.services.platforms import endpoints_of
from classroom.services.tool_keys import tool_key
from classroom.viewer import language_and_zone_of

logger = logging.getLogger(__name__)

# A claim older than this belongs to a worker that died; a class of five hundred takes some minutes.
CLAIM_LASTS = timedelta(minutes=20)
# How long after each attempt that failed the next one waits; after as many and one more it is given up.
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


def due_returns(*, now: datetime) -> list[int]:
    return list(AttendanceReturn.objects.filter(_may_be_tried(now)).values_list("id", flat=True))


def claim_return(*, return_id: int, now: datetime) -> AttendanceReturn | None:
    """The row, for the one task that may send it: the row count of a filtered UPDATE decides."""
    found = AttendanceReturn.objects.filter(_may_be_tried(now), id=return_id)
    if not found.update(state=State.SENDING, claimed_at=now, attempts=F("attempts") + 1):
        return None
    related = ("platform_class__platform", "lesson__classroom__teacher")
    return AttendanceReturn.objects.select_related(*related).filter(id=return_id, claimed_at=now).first()


def send_return(*, claimed: AttendanceReturn, now: datetime) -> bool:
    """Whether there is nothing more to do. False where the platform is away or refuses."""
    lesson, course = claimed.lesson, claimed.platform_class
    if not (subjects := subjects_told(lesson, course)):
        return True
    assert lesson.ended_at is not None
    try:
        return_attendance(
            endpoints_of(course.platform),
            course.items_url,
            tool_key(now=now),
            resource=f"lesson-{lesson.pk}",
            label=_label(lesson),
            subjects=subjects,
            at=lesson.ended_at,
            now=now,
        )
    except LaunchRefused as error:
        name = type(error).__name__
        logger.warning(
            "Attendance of lesson %s was not sent, attempt %s: %s", lesson.pk, claimed.attempts, name
        )
        return False
    return True


def finish_return(*, claimed: AttendanceReturn, was_sent: bool, now: datetime) -> None:
    """Sent, or to be tried again a few times; unless another claim has passed this one."""
    rows = AttendanceReturn.objects.filter(id=claimed.pk, state=State.SENDING, claimed_at=claimed.claimed_at)
    if was_sent:
        rows.update(state=State.SENT)
    elif claimed.attempts < ATTEMPTS:
        rows.update(state=State.WAITING, due_at=now + WAITS[claimed.attempts - 1])
    else:
        rows.update(state=State.FAILED)


def subjects_told(lesson: Lesson, course: PlatformClass) -> list[str]:
    """The platform's numbers of those who may be told to it: who attended, and not how or for how long."""
    present = Participant.objects.filter(attendances__lesson=lesson).distinct()
    users = [place.user_id for place in present if disclosure.tells_platform_of(place)]
    rows = PlatformAccount.objects.filter(platform=course.platform, role=User.Role.STUDENT, user__in=users)
    return sorted(rows.values_list("subject", flat=True))


def _label(lesson: Lesson) -> str:
    with language_and_zone_of(lesson.classroom.teacher):
        date = written(localtime(lesson.started_at), "j N Y")
        return _("Attended: %(title)s, %(date)s") % {"title": lesson.title[:120], "date": date}


def _may_be_tried(now: datetime) -> Q:
    waiting = Q(state=State.WAITING, due_at__lte=now)
    abandoned = Q(state=State.SENDING, claimed_at__lt=now - CLAIM_LASTS)
    is_over = Q(lesson__ended_at__isnull=False, attempts__lt=ATTEMPTS)
    in_service = Q(platform_class__platform__active_since__isnull=False)
    return (waiting | abandoned) & is_over & in_service & Q(lesson__classroom__school__suspended_at=None)
