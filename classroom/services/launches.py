"""Somebody comes from a learning platform: who that is here, and which class it is about."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from classroom.addresses import network_of
from classroom.errors import (
    AccountClosed,
    BadName,
    CourseNotOpened,
    NotAColleague,
    NotATeachersAccount,
    PlatformRefuses,
    PlatformUnknown,
    ShareEnded,
    TooManyRequests,
)
from classroom.lti import keyset, tokens
from classroom.lti.launch import check_meant, read_launch
from classroom.lti.tries import Taken
from classroom.lti.values import CourseRole, Launch, Name
from classroom.models import (
    AccountChange,
    Classroom,
    Participant,
    Platform,
    PlatformAccount,
    PlatformClass,
    User,
)
from classroom.names import clean_name, told_apart
from classroom.services.account_log import log_change
from classroom.services.classrooms import check_in_service, check_in_use, create_classroom
from classroom.services.dispatch import send_roster_task
from classroom.services.erased_members import forget_erased
from classroom.services.guardians import hand_on_to_account
from classroom.services.joining import join_classroom
from classroom.services.platforms import endpoints_of
from classroom.services.rates import counted
from classroom.services.teachers import share_classroom

Names = Platform.Names
TRIES_A_MINUTE = 1500


def check_launch_rate(*, address: str, now: datetime) -> None:
    """Count one try from this network, behind which a whole school may be. Raises TooManyRequests."""
    if counted(f"lti-tries:{network_of(address)}:{now:%Y%m%d%H%M}", 60) > TRIES_A_MINUTE:
        raise TooManyRequests


def find_platform(*, school_id: int, issuer: str, client_id: str = "") -> Platform:
    """One that the school has switched on. A platform need not name its client where there is one only.

    Raises PlatformUnknown.
    """
    active = Platform.objects.select_related("school").filter(
        school=school_id, issuer=issuer, active_since__isnull=False
    )
    found = list(active.filter(client_id=client_id) if client_id else active[:2])
    if len(found) != 1:
        raise PlatformUnknown
    return found[0]


def platform_of_try(*, platform_id: int, school_id: int) -> Platform:
    """The one that was asked, if it is still there and of this school. Raises PlatformUnknown."""
    active = Platform.objects.select_related("school").filter(active_since__isnull=False)
    if (found := active.filter(id=platform_id, school=school_id).first()) is None:
        raise PlatformUnknown
    return found


def read_message(
    *, platform: Platform, token: str, taken: Taken, targets: tuple[str, ...], now: datetime
) -> Launch:
    """What the platform signed. Raises LaunchRefused, each reason by its own class."""
    if not token:
        raise PlatformRefuses
    name, algorithm = tokens.signed_with(token)
    key = keyset.key_of(endpoints_of(platform), name, algorithm)
    claims = tokens.opened(token, key, algorithm)
    check_meant(claims, issuer=platform.issuer, client_id=platform.client_id, nonce=taken.nonce, now=now)
    return read_launch(claims, deployment_ids=platform.deployment_ids, targets=targets)


def known_account(*, platform: Platform, launch: Launch) -> User | None:
    """Whoever has this number and role there; None where nobody is known by it yet. Raises AccountClosed."""
    rows = PlatformAccount.objects.select_related("user__school")
    found = rows.filter(platform=platform, subject=launch.subject, role=launch.role).first()
    if found is None:
        return None
    user = found.user
    if not user.is_active or user.school_id != platform.school_id or user.role != launch.role:
        raise AccountClosed
    # A school chooses who signs for it; who runs all schools comes in by no school's word.
    if user.is_superuser:
        raise AccountClosed
    return user


def make_platform_account(*, platform: Platform, launch: Launch, now: datetime) -> User:
    """A new account without a password; of two clicks at once both get the same. Raises AccountClosed."""
    try:
        with transaction.atomic():
            check_in_service(platform.school_id)
            user = User(
                username=f"{launch.role}-{secrets.token_hex(5)}",
                first_name=taken_name(launch.name, platform.names),
                role=User.Role(launch.role),
                school=platform.school,
                language=_offered(launch.language),
            )
            user.set_unusable_password()
            user.save()
            _link(platform, launch, user, now)
    except IntegrityError:
        known = known_account(platform=platform, launch=launch)
        assert known is not None
        return known
    return user


@transaction.atomic
def connect_account(*, platform: Platform, launch: Launch, user: User, now: datetime) -> None:
    """With somebody who has just logged in here: from now on the platform logs that account in.

    Raises NotATeachersAccount, also where the platform's number is another account's already.
    """
    is_teachers = user.is_teacher and user.school_id == platform.school_id and not user.is_superuser
    if launch.role is not CourseRole.TEACHER or not is_teachers:
        raise NotATeachersAccount
    known = PlatformAccount.objects.filter(platform=platform, subject=launch.subject, role=launch.role)
    if known.exclude(user=user).exists():
        raise NotATeachersAccount
    if not known.exists():
        _link(platform, launch, user, now)


@transaction.atomic
def open_course(*, platform: Platform, launch: Launch, teacher: User, now: datetime) -> PlatformClass:
    """The class of the course; the first teacher who comes owns it, the others share it, until the owner ends
    that or sets a last day.

    Its roster is read in the background. Raises AccountClosed, ShareEnded, SchoolSuspended.
    """
    # Two teachers who come at the same moment make one class.
    Platform.objects.select_for_update(no_key=True).get(id=platform.pk)
    check_in_service(platform.school_id)
    course = _course(platform, launch)
    if course is None:
        made = create_classroom(teacher=teacher, name=_title(launch, platform))
        course = PlatformClass.objects.create(
            platform=platform,
            deployment_id=launch.deployment_id,
            context_id=launch.course.id,
            classroom=made,
        )
    elif not Classroom.objects.taught_by(teacher).filter(id=course.classroom_id).exists():
        if _was_shared(course, teacher):
            raise ShareEnded
        try:
            share_classroom(classroom_id=course.classroom_id, teacher_id=teacher.pk, now=now)
        except NotAColleague as error:
            raise AccountClosed from error
    course.members_url, course.items_url = launch.members_url, launch.items_url
    course.save(update_fields=["members_url", "items_url"])
    if course.members_url:
        transaction.on_commit(lambda: send_roster_task(course.pk))
    return course


def opened_course(*, platform: Platform, launch: Launch) -> PlatformClass:
    """Raises CourseNotOpened."""
    if (course := _course(platform, launch)) is None:
        raise CourseNotOpened
    return course


def enter_course(
    *, course: PlatformClass, launch: Launch, student: User, now: datetime
) -> Participant | None:
    """The place of the student's account; None where a name is needed for it, and none is taken.

    Raises SchoolSuspended, ClassroomGone, ClassroomArchived, PlaceBlocked, AccountNeeded, ClassFull,
    NotOnRoster.
    """
    classroom, name = course.classroom, taken_name(launch.name, course.platform.names)
    with transaction.atomic():
        check_in_service(classroom.school_id)
        check_in_use(classroom.id)
        forget_erased(course, launch.subject)
        places = Participant.objects.filter(classroom=classroom)
        is_own = places.filter(user=student).exists()
        if not is_own and _is_a_teachers(course, launch):
            return _trial(classroom, name, student)
        waiting = places.filter(is_expected=True, platform_subject=launch.subject)
        if not is_own and (place := waiting.select_related("classroom").first()) is not None:
            waiting.filter(id=place.pk).update(
                is_expected=False, platform_subject="", user=student, came_at=Now()
            )
            hand_on_to_account(place, student.pk)
        if not is_own and not name and not places.filter(user=student).exists():
            return None
        return join_classroom(classroom=classroom, display_name=name, user=student, now=now, by_code=False)


def taken_name(name: Name, names: str) -> str:
    """As much of it as the school takes; empty where that is nothing that a list can show."""
    if names == Names.NONE:
        return ""
    try:
        return clean_name(name.given if names == Names.FIRST else name.whole)
    except BadName:
        return ""


def _link(platform: Platform, launch: Launch, user: User, now: datetime) -> None:
    PlatformAccount.objects.create(
        platform=platform, subject=launch.subject, role=launch.role, user=user, made_at=now
    )
    if user.is_teacher:
        log_change(
            school=platform.school,
            kind=AccountChange.Kind.PLATFORM_LINKED,
            actor=user,
            subject=user,
            detail=platform.name,
            now=now,
        )


def _course(platform: Platform, launch: Launch) -> PlatformClass | None:
    rows = PlatformClass.objects.select_related("classroom__school__policy", "platform")
    return rows.filter(
        platform=platform, deployment_id=launch.deployment_id, context_id=launch.course.id
    ).first()


def _title(launch: Launch, platform: Platform) -> str:
    longest = Classroom._meta.get_field("name").max_length
    return " ".join((launch.course.title or platform.name).split())[:longest]


def _is_a_teachers(course: PlatformClass, launch: Launch) -> bool:
    """Somebody who teaches the course and looks at it as a student does: such a place is never counted."""
    teaching = PlatformAccount.objects.filter(
        platform=course.platform, subject=launch.subject, role=User.Role.TEACHER
    )
    taught = Classroom.objects.filter(id=course.classroom_id)
    return launch.is_test or any(
        _was_shared(course, one.user) or Classroom.objects.taught_by(one.user).filter(id__in=taught).exists()
        for one in teaching.select_related("user")
    )


def _was_shared(course: PlatformClass, teacher: User) -> bool:
    """Whether the class is or was shared with this teacher: what its owner said of that stands."""
    return course.classroom.shares.filter(teacher=teacher).exists()


def _trial(classroom: Classroom, name: str, student: User) -> Participant:
    names = Participant.objects.filter(classroom=classroom).values_list("display_name", flat=True)
    return Participant.objects.create(
        classroom=classroom,
        user=student,
        display_name=told_apart(name or student.username, names),
        is_trial=True,
    )


def _offered(language: str) -> str:
    """The language of the platform's page, where this install has it."""
    code = language.replace("_", "-").lower()
    offered = {one for one, _name in settings.LANGUAGES}
    return next((one for one in (code, code.partition("-")[0]) if one in offered), "")
