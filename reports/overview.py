"""The administrator's page: all lessons and their reports, flags to review, who looked at whom."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from classroom import access, queries
from classroom.disclosure import RESTS_ON
from classroom.models import AccessLogEntry, Attendance, Flag, Lesson
from classroom.models.reviews import Place

LESSONS_A_PAGE = 25
LOOKS_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Pager:
    """A page of rows and the query strings of its neighbours, empty where there is none."""

    page: Page[Any]
    newer: str
    older: str


@login_required
@never_cache
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    admin = access.require_admin(request.user)
    only_open = request.GET.get("flags") == "open"
    lessons = _with_counts(access.lessons_to_review(admin), only_open=only_open)
    still_open = access.lessons_to_review(admin).filter(ended_at=None)
    looks = _looks(access.lessons_to_review(admin))
    context = {
        "section": "overview",
        "only_open": only_open,
        "is_behind": any(map(queries.waits_too_long, queries.told_of(still_open))),
        "open_flags": _shown_flags()
        .filter(lesson__in=access.lessons_to_review(admin), state=Flag.State.DRAFT)
        .count(),
        "lessons": _pager(request, lessons, "page", LESSONS_A_PAGE),
        "looks": _pager(request, looks, "log", LOOKS_A_PAGE),
    }
    return render(request, "reports/overview.html", context)


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


def _looks(lessons: QuerySet[Lesson]) -> QuerySet[AccessLogEntry, Any]:
    """One row for each look: a page that shows thirty students is thirty entries of the same instant."""
    entries = AccessLogEntry.objects.filter(lesson__in=lessons)
    where = Case(*(When(place=place, then=Value(str(place.label))) for place in Place))
    looks = entries.values(
        "at", "viewer_name", "lesson__title", "lesson__classroom__name", "place", where=where
    )
    names = ArrayAgg("participant__display_name", order_by="participant__display_name")
    return looks.annotate(names=names).order_by("-at")


def _count(rows: QuerySet[Attendance] | QuerySet[Flag], column: str) -> Coalesce:
    counted = rows.order_by().values("lesson").annotate(rows=Count(column, distinct=True)).values("rows")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _pager(request: HttpRequest, rows: QuerySet[Any], parameter: str, size: int) -> Pager:
    page = Paginator(rows, size).get_page(request.GET.get(parameter))
    newer = page.previous_page_number() if page.has_previous() else None
    older = page.next_page_number() if page.has_next() else None
    return Pager(page, _query(request, parameter, newer), _query(request, parameter, older))


def _query(request: HttpRequest, parameter: str, number: int | None) -> str:
    if number is None:
        return ""
    query = request.GET.copy()
    query[parameter] = str(number)
    return f"?{query.urlencode()}"
