"""The people of a school as its administrators see them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from classroom.models import AccountChange, Invitation, School, User


@dataclass(frozen=True, slots=True)
class Person:
    """`seen` is coarse: an administrator has no need to know the minute. `course_done_at` is of the newest
    version of the teachers' course."""

    id: int
    name: str
    username: str
    role: str
    is_active: bool
    is_platform_admin: bool
    seen: str
    is_teacher: bool
    course_done_at: datetime | None


def person(account: User, now: datetime, course_done_at: datetime | None = None) -> Person:
    return Person(
        id=account.id,
        name=account.shown_name,
        username=account.username,
        role=account.get_role_display(),
        is_active=account.is_active,
        is_platform_admin=account.is_superuser,
        seen=coarsely(account.last_login, now),
        is_teacher=account.is_teacher,
        course_done_at=course_done_at,
    )


def coarsely(login: datetime | None, now: datetime) -> str:
    if login is None:
        return _("has not logged in yet")
    ago = now - login
    if ago < timedelta(days=1):
        return _("logged in within a day")
    if ago < timedelta(days=7):
        return _("logged in within a week")
    return _("logged in within a month") if ago < timedelta(days=31) else _("no login for over a month")


def accounts_of(school: School, search: str = "") -> QuerySet[User]:
    """Administrators first, then teachers, then students; within a role by name."""
    accounts = User.objects.filter(school=school)
    for word in search.split():
        named = Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word)
        accounts = accounts.filter(named)
    order = ("-is_active", "role_order", "last_name", "first_name", "username")
    return accounts.annotate(role_order=_role_order()).order_by(*order)


def open_invitations(school: School, now: datetime) -> QuerySet[Invitation]:
    waiting = Invitation.objects.filter(school=school, used_at=None, revoked_at=None, expires_at__gt=now)
    return waiting.select_related("created_by")


def is_alone(school: School, now: datetime) -> bool:
    """One account at most, and nobody is invited."""
    return User.objects.filter(school=school).count() <= 1 and not open_invitations(school, now).exists()


def has_one_administrator(school: School, now: datetime) -> bool:
    """And no other is invited."""
    admins = User.objects.filter(school=school, role=User.Role.ADMIN, is_active=True)
    invited = open_invitations(school, now).filter(role=User.Role.ADMIN)
    return admins.count() == 1 and not invited.exists()


def changes_of(school: School) -> QuerySet[AccountChange]:
    return AccountChange.objects.filter(school=school).select_related("subject")


def schools_with_counts() -> QuerySet[School]:
    """How many accounts and active administrators each has, and nothing about any of them."""
    admins = Q(users__role=User.Role.ADMIN, users__is_active=True)
    return School.objects.annotate(
        accounts=Count("users", distinct=True), administrators=Count("users", filter=admins, distinct=True)
    ).order_by("name", "id")


def schools_without_administrator() -> QuerySet[School]:
    """Suspended ones wait for nobody."""
    admins = User.objects.filter(school=OuterRef("pk"), role=User.Role.ADMIN, is_active=True)
    return School.objects.filter(~Exists(admins), suspended_at=None).order_by("name", "id")


def accounts_without_school() -> QuerySet[User]:
    return User.objects.filter(school=None).order_by("username")


def _role_order() -> Case:
    order = (User.Role.ADMIN, User.Role.TEACHER, User.Role.STUDENT)
    return Case(*(When(role=role, then=Value(place)) for place, role in enumerate(order)))
