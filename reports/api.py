"""A report for programs: the tables of its JSON file, those of the class and those with names apart."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from classroom import access
from classroom.api.door import Token, caller
from classroom.api.problems import REFUSALS
from classroom.api.values import Value
from classroom.models.programs import Scope
from classroom.models.reviews import Place
from classroom.viewer import language_and_zone_of
from reports.individual_tables import looked_at
from reports.roster import attendees
from reports.stored import summary_or_404
from reports.table_files import told_in_json
from reports.tables import tables_of

router = Router()
Row = dict[str, str | int | float | None]
"""By the keys of the table; see docs/report.md."""


class ReportValue(Value):
    """Of the class, naming nobody. A table of what was not computed or not found is empty."""

    format: str
    version: int
    lesson: Row
    minutes: list[Row] = []
    key_moments: list[Row] = []
    said: list[Row] = []


class StudentsValue(Value):
    """With names. Who shows no results stands in the attendance alone."""

    format: str
    version: int
    attendance: list[Row] = []
    students: list[Row] = []
    levels: list[Row] = []
    flags: list[Row] = []


@router.get(
    "/lessons/{int:lesson_id}/report", response={200: ReportValue} | REFUSALS, auth=Token(Scope.CLASS)
)
def report(request: HttpRequest, lesson_id: int) -> ReportValue:
    """Not found until it is ready: the lesson's `report` says so."""
    lesson = access.lesson_to_review(caller(request), lesson_id)
    with language_and_zone_of(caller(request)):
        told = told_in_json(tables_of(lesson, summary_or_404(lesson), (), {}, ()))
    return ReportValue.model_validate(told)


@router.get(
    "/lessons/{int:lesson_id}/report/students",
    response={200: StudentsValue} | REFUSALS,
    auth=Token(Scope.STUDENTS),
)
def report_students(request: HttpRequest, lesson_id: int) -> StudentsValue:
    """Attendance, results of those who show them, and drafts of flags: each look is logged as the owner's."""
    lesson = access.lesson_to_review(caller(request), lesson_id)
    summary = summary_or_404(lesson)
    measured, flags = looked_at(caller(request), lesson, summary, Place.PROGRAM, timezone.now())
    with language_and_zone_of(caller(request)):
        told = told_in_json(tables_of(lesson, summary, attendees(lesson), measured, flags))
    return StudentsValue.model_validate(told)
