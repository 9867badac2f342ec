"""The administrator's page of all lessons, with their reports and flags to review."""

from django.contrib.auth.decorators import login_required
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from classroom import access, queries
from classroom.disclosure import RESTS_ON
from classroom.models import Attendance, Flag, Lesson, User
from reports.paging import pager

LESSONS_A_PAGE = 25


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    admin = access.require_admin(request.user)
    only_open = request.GET.get("flags") == "open"
    lessons = _with_counts(access.lessons_to_review(admin), only_open=only_open)
    context = {
        "section": "overview",
        "only_open": only_open,
        "is_behind": behind_s(admin) is not None,
        "open_flags": open_flags(admin).count(),
        "lessons": pager(request, lessons, "page", LESSONS_A_PAGE),
    }
    return render(request, "reports/overview.html", context)


def behind_s(admin: User) -> float | None:
    """For how long the oldest snapshot of an open lesson of the school waits, where that is longer than it
    should."""
    still_open = access.lessons_to_review(admin).filter(ended_at=None)
    waits = map(queries.waits_too_long_s, queries.told_of(still_open))
    return max((wait for wait in waits if wait is not None), default=None)


def open_flags(admin: User) -> QuerySet[Flag]:
    """Drafts that wait for a review."""
    return _shown_flags().filter(lesson__in=access.lessons_to_review(admin), state=Flag.State.DRAFT)


def _with_counts(lessons: QuerySet[Lesson], *, only_open: bool) -> QuerySet[Lesson]:
    flags = _shown_flags().filter(lesson=OuterRef("id"))
    reviewed = flags.filter(state__in=Flag.REVIEWED)
    people = Attendance.objects.filter(lesson=OuterRef("id"), participant__is_trial=False)
    counted = lessons.annotate(
        joined=_count(people, "participant"),
        open_flags=_count(flags.filter(state=Flag.State.DRAFT), "id"),
        reviewed_flags=_count(reviewed, "id"),
        expired_flags=_count(flags.filter(state=Flag.State.EXPIRED), "id"),
    )
    return counted.filter(open_flags__gt=0) if only_open else counted


def _shown_flags() -> QuerySet[Flag]:
    """Those of signals that the school's policy allows now; in demonstrations all."""
    policy = "lesson__classroom__school__policy__allows_"
    shown = Q(lesson__is_simulation=True)
    for kind, signal in RESTS_ON.items():
        shown |= Q(("kind", kind), (f"{policy}{signal.value}", True))
    return Flag.objects.filter(shown)


def _count(rows: QuerySet[Attendance] | QuerySet[Flag], column: str) -> Coalesce:
    counted = rows.order_by().values("lesson").annotate(rows=Count(column, distinct=True)).values("rows")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
