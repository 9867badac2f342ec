"""How far teachers are in their course. What counts is its newest version."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from classroom.guide.course import VERSION
from classroom.models import CourseProgress, School, User


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one account. `done_at` is of the newest version, `done_before_at` of the newest older one."""

    settled: frozenset[str]
    done_at: datetime | None
    done_before_at: datetime | None


@dataclass(frozen=True, slots=True)
class Completion:
    """A line of the school's list; `version` and `done_at` are None for who has done none."""

    name: str
    username: str
    version: int | None
    done_at: datetime | None


def course_standing(account: User) -> Standing:
    rows = {one.version: one for one in CourseProgress.objects.filter(account=account)}
    newest = rows.get(VERSION)
    return Standing(
        settled=frozenset(newest.settled if newest else ()),
        done_at=newest.done_at if newest else None,
        done_before_at=next((row.done_at for version, row in rows.items() if version < VERSION), None),
    )


def has_done_course(account_id: int) -> bool:
    return CourseProgress.objects.filter(account=account_id, version=VERSION, done_at__isnull=False).exists()


def is_kept_from_cameras(school_id: int, account_id: int) -> bool:
    """Whether the school asks this teacher for the course first."""
    asks = School.objects.filter(id=school_id, requires_course=True)
    return asks.exists() and not has_done_course(account_id)


def courses_done(accounts: Iterable[User]) -> dict[int, datetime]:
    """When each account that has done the newest version did so."""
    done = CourseProgress.objects.filter(account__in=accounts, version=VERSION, done_at__isnull=False)
    return {row.account_id: row.done_at for row in done if row.done_at}


def course_counts(school: School) -> tuple[int, int]:
    """How many of the school's teachers have done the newest version, and of how many."""
    teachers = User.objects.filter(school=school, role=User.Role.TEACHER, is_active=True)
    return len(courses_done(teachers)), teachers.count()


def completions_of(school: School) -> list[Completion]:
    """Every version that anybody of the school has done, and who teaches there and has done none."""
    staff = User.objects.filter(school=school, is_active=True).order_by("last_name", "first_name", "username")
    told = []
    for account in staff.prefetch_related("courses"):
        done = [one for one in account.courses.all() if one.done_at]
        told += [Completion(account.shown_name, account.username, one.version, one.done_at) for one in done]
        if not done and account.is_teacher:
            told.append(Completion(account.shown_name, account.username, None, None))
    return told
