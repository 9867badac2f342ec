"""The roster of a learning platform's course, as places in the class that nobody has taken yet."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from classroom.errors import ClassroomArchived, ClassroomGone, LaunchRefused
from classroom.lti.roster import members
from classroom.lti.values import CourseRole, Member
from classroom.models import Participant, PlatformAccount, PlatformClass, User
from classroom.names import told_apart
from classroom.services.classrooms import check_in_use
from classroom.services.erased_members import erased_among
from classroom.services.launches import taken_name
from classroom.services.platforms import endpoints_of
from classroom.services.tool_keys import tool_key
from classroom.viewer import language_and_zone_of

logger = logging.getLogger(__name__)


def read_course_roster(*, course_id: int, now: datetime) -> None:
    """Ask the platform, and make a place for each student who has none; the row says why that did not work.

    Of a student the name is kept, as far as the school takes it, and the platform's number until the place is
    taken; of everybody else nothing.
    """
    rows = PlatformClass.objects.select_related("platform__school", "classroom__teacher")
    course = rows.filter(id=course_id, platform__active_since__isnull=False).first()
    if course is None or not course.members_url or course.platform.school.suspended_at is not None:
        return
    try:
        found = members(endpoints_of(course.platform), course.members_url, tool_key(now=now), now=now)
        keep_roster(course=course, found=found)
    except LaunchRefused as error:
        logger.warning("The roster of course %s was not read: %s", course_id, type(error).__name__)
        with language_and_zone_of(course.classroom.teacher):
            PlatformClass.objects.filter(id=course_id).update(sync_problem=str(error))
    except (ClassroomArchived, ClassroomGone):
        return
    else:
        PlatformClass.objects.filter(id=course_id).update(synced_at=now, sync_problem="")


def keep_roster(*, course: PlatformClass, found: Iterable[Member]) -> None:
    """Names of those who have left the course go where nobody has taken the place; a place that somebody has
    stays, as on any roster. Who erased the own place gets none. Raises ClassroomGone, ClassroomArchived."""
    students = {one.subject: one for one in found if one.role is CourseRole.STUDENT}
    with transaction.atomic():
        check_in_use(course.classroom_id)
        places = Participant.objects.filter(classroom=course.classroom_id)
        of_course = places.filter(is_expected=True).exclude(platform_subject="")
        of_course.exclude(platform_subject__in=students).delete()
        known = _known(course) | erased_among(course, students)
        taken = list(places.values_list("display_name", flat=True))
        new = []
        for subject, member in students.items():
            name = taken_name(member.name, course.platform.names)
            if subject in known or not name:
                continue
            shown = told_apart(name, taken)
            taken.append(shown)
            new.append(_expected(course, subject, shown))
        Participant.objects.bulk_create(new)


def _known(course: PlatformClass) -> set[str]:
    """Numbers of those who have a place here, or for whom one waits."""
    waiting = Participant.objects.filter(classroom=course.classroom_id).exclude(platform_subject="")
    came = PlatformAccount.objects.filter(
        platform=course.platform, role=User.Role.STUDENT, user__participations__classroom=course.classroom_id
    )
    return {
        *waiting.values_list("platform_subject", flat=True),
        *came.values_list("subject", flat=True),
    }


def _expected(course: PlatformClass, subject: str, name: str) -> Participant:
    return Participant(
        classroom_id=course.classroom_id, display_name=name, is_expected=True, platform_subject=subject
    )
