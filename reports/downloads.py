"""The report as files. All but the class's PDF hold individual data, and are logged before they leave."""

from collections.abc import Callable
from functools import wraps
from typing import cast
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from classroom import access, queries
from classroom.models import Flag, Lesson, User
from classroom.models.people import time_zones
from classroom.models.reviews import Place
from reports import table_files
from reports.individual_tables import looked_at
from reports.individuals import Individual
from reports.paper import content, press
from reports.roster import attendees, names_of_missing
from reports.shown import shown_signals, shown_strikes
from reports.stored import summary_or_404
from reports.table_files import Separator
from reports.table_values import Tables
from reports.tables import tables_of
from reports.values import Summary

ZONE = "zone"
INDIVIDUALS = "individuals"
SEPARATOR = "separator"
View = Callable[[HttpRequest, int], HttpResponse]


def _file(view: View) -> View:
    """For who is logged in, in the account's zone, or the browser's as long as the account has none."""

    @login_required
    @require_GET
    @wraps(view)
    def answered(request: HttpRequest, lesson_id: int) -> HttpResponse:
        offered = request.GET.get(ZONE, "")
        if cast(User, request.user).time_zone or offered not in time_zones():
            return view(request, lesson_id)
        with timezone.override(ZoneInfo(offered)):
            return view(request, lesson_id)

    return answered


@_file
def report_pdf(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """Of the class, naming nobody; with `individuals` also what the page shows of them."""
    lesson = access.lesson_to_review(request.user, lesson_id)
    summary = summary_or_404(lesson)
    present = attendees(lesson)
    people = None
    if INDIVIDUALS in request.GET:
        shown = shown_signals(lesson)
        measured, flags = _looked_at(request, lesson, summary)
        strikes = shown_strikes(lesson, shown)
        people = content.people_of(lesson, present, names_of_missing(lesson), measured, flags, strikes)
    made = press.pdf(content.content(lesson, summary, present, people, queries.told_checks(lesson)))
    return _attached(made, lesson, "pdf", "application/pdf")


@_file
def report_xlsx(request: HttpRequest, lesson_id: int) -> HttpResponse:
    lesson, made = _tables(request, lesson_id)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _attached(table_files.workbook(made), lesson, "xlsx", kind)


@_file
def report_csv(request: HttpRequest, lesson_id: int) -> HttpResponse:
    lesson, made = _tables(request, lesson_id)
    asked = request.GET.get(SEPARATOR)
    separator = Separator(asked) if asked in set(Separator) else Separator.COMMA
    return _attached(table_files.csv_zip(made, separator), lesson, "zip", "application/zip")


@_file
def report_json(request: HttpRequest, lesson_id: int) -> HttpResponse:
    lesson, made = _tables(request, lesson_id)
    return _attached(table_files.json_bytes(made), lesson, "json", "application/json")


def _tables(request: HttpRequest, lesson_id: int) -> tuple[Lesson, Tables]:
    lesson = access.lesson_to_review(request.user, lesson_id)
    summary = summary_or_404(lesson)
    measured, flags = _looked_at(request, lesson, summary)
    return lesson, tables_of(lesson, summary, attendees(lesson), measured, flags)


def _looked_at(
    request: HttpRequest, lesson: Lesson, summary: Summary
) -> tuple[dict[int, Individual], list[Flag]]:
    return looked_at(cast(User, request.user), lesson, summary, Place.CSV, timezone.now())


def _attached(made: bytes, lesson: Lesson, ending: str, kind: str) -> HttpResponse:
    what = "simulation" if lesson.is_simulation else "lesson"
    name = f"classpulse-{what}-{lesson.id}-{timezone.localtime(lesson.started_at):%Y-%m-%d}.{ending}"
    return HttpResponse(
        made, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
