"""The report's files: what each holds, for whom, in whose time, and what is written down about it."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from classroom.models import AccessLogEntry, Lesson, User
from tests.reports.files import csv_files, make_written_class, sheets_of

pytestmark = pytest.mark.django_db
WITH_PEOPLE = ("report.pdf?individuals=1", "report.xlsx", "report-csv.zip", "report.json")
KINDS = {
    "report.pdf": (b"%PDF-", "application/pdf", "pdf"),
    "report.xlsx": (b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "report-csv.zip": (b"PK", "application/zip", "zip"),
    "report.json": (b"{", "application/json", "json"),
}


@pytest.fixture
def taught():
    return make_written_class()


@pytest.fixture
def teacher(client, taught):
    client.force_login(taught.lesson.classroom.teacher)
    return client


def address(taught, name):
    return f"/lessons/{taught.lesson.id}/{name}"


def looks():
    return set(AccessLogEntry.objects.values_list("participant__display_name", "place"))


@pytest.mark.parametrize("name", KINDS)
def test_each_is_a_file_of_its_kind_under_a_telling_name(teacher, taught, name):
    begins, kind, ending = KINDS[name]
    answer = teacher.get(address(taught, name))
    assert answer.content.startswith(begins)
    assert answer["Content-Type"] == kind
    day = f"{taught.lesson.started_at:%Y-%m-%d}"
    expected = f'attachment; filename="classpulse-lesson-{taught.lesson.id}-{day}.{ending}"'
    assert answer["Content-Disposition"] == expected
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(("asked", "sign"), [("semicolon", ";"), ("comma", ","), ("x", ","), ("", ",")])
def test_the_tables_come_with_semicolons_where_they_are_asked_for(teacher, taught, asked, sign):
    answer = teacher.get(address(taught, f"report-csv.zip?separator={asked}"))
    assert csv_files(answer.content)["attendance.csv"].startswith(f"name{sign}first join{sign}")


def test_the_workbook_stands_first_in_the_list_of_files(teacher, taught):
    page = teacher.get(address(taught, "report/")).content.decode()
    places = [page.index(name) for name in ("report.xlsx", "report.pdf", "report-csv.zip", "report.json")]
    assert places == sorted(places)


@pytest.mark.parametrize("name", WITH_PEOPLE)
def test_each_with_individual_results_is_logged(teacher, taught, name):
    assert teacher.get(address(taught, name)).status_code == 200
    assert {("Ada", "csv"), ("Bao", "csv")} <= looks()
    assert taught.declined.display_name not in {who for who, _place in looks()}


def test_the_pdf_of_the_class_looks_at_nobody(teacher, taught):
    assert teacher.get(address(taught, "report.pdf")).status_code == 200
    assert looks() == set()


@pytest.mark.parametrize("name", KINDS)
def test_there_is_nothing_to_download_before_the_report_is_ready(teacher, taught, name):
    Lesson.objects.filter(id=taught.lesson.id).update(report_state="building")
    assert teacher.get(address(taught, name)).status_code == 404
    assert looks() == set()


@pytest.mark.parametrize(
    ("account", "offered", "told"),
    [
        ("Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo"),
        ("", "Europe/Berlin", "Europe/Berlin"),
        ("", "", "UTC"),
        ("", "../../etc/passwd", "UTC"),
    ],
)
def test_times_are_of_the_account_else_the_browser_else_utc_and_say_so(
    teacher, taught, account, offered, told
):
    User.objects.update(time_zone=account)
    answer = json.loads(teacher.get(address(taught, "report.json"), {"zone": offered}).content)
    assert answer["lesson"]["zone"] == told
    hours = {"Asia/Tokyo": "+09:00", "UTC": "+00:00"}.get(told)
    if hours:
        assert all(one["first_join"].endswith(hours) for one in answer["attendance"])


def test_tables_and_sheets_are_those_of_the_json(teacher, taught):
    told = json.loads(teacher.get(address(taught, "report.json")).content)
    files = csv_files(teacher.get(address(taught, "report-csv.zip")).content)
    sheets = sheets_of(teacher.get(address(taught, "report.xlsx")).content)
    assert len(files) == len(sheets) == len(told) - 2
    assert "Ada" in files["students.csv"] and taught.declined.display_name not in files["students.csv"]


def test_after_the_retention_no_student_is_in_any_file(teacher, taught):
    past = timezone.now() - timedelta(days=93)
    Lesson.objects.filter(id=taught.lesson.id).update(started_at=past, ended_at=past + timedelta(minutes=45))
    taught.lesson.bins.all().delete()
    taught.lesson.flags.all().delete()
    told = json.loads(teacher.get(address(taught, "report.json")).content)
    assert "students" not in told and "flags" not in told
    assert {one["individual_data"] for one in told["attendance"]} == {"none"}
    assert looks() == set()
