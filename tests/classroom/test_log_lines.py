"""What the log says of people: nothing, as text and as JSON."""

import json
import logging
from contextlib import suppress
from smtplib import SMTPRecipientsRefused, SMTPSenderRefused
from urllib.error import HTTPError
from urllib.parse import quote

import psycopg2
import pytest
from django.db import DataError, IntegrityError, ProgrammingError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone

from classroom import services
from classroom.log_lines import JsonLines, PlainLines
from classroom.quiet import QuietHandler
from tests.factories import make_classroom, make_participant, make_school, make_teacher, make_user
from tests.live import Visitor

BOTH = [PlainLines(), JsonLines()]
TOKEN = "a-secret-of-a-link"
# Not as it is in this file: a traceback cites lines of source.
NAME = "tuvwxyz"[::-1]


def record(message, *args, error=None, **extra):
    exc_info = (type(error), error, error.__traceback__) if error else None
    made = logging.getLogger("some.part").makeRecord(
        "some.part", logging.ERROR, __file__, 1, message, args, exc_info, extra=extra
    )
    made.created, made.msecs, made.process = 1_800_000_000.25, 250.0, 12
    return made


def asked(path, *, found):
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path) if found else None
    return record("%s: %s", "Not Found", path, request=request, status_code=404)


def test_a_line_of_text_begins_with_when_how_bad_and_where():
    line = PlainLines().format(record("The report of lesson %s waits", 7))
    assert line.endswith("ERROR some.part: The report of lesson 7 waits")


def test_a_line_of_json_is_one_object():
    line = JsonLines().format(record("The report of lesson %s\nwaits", 7))
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2027-01-15T08:00:00.250+00:00",
        "level": "ERROR",
        "logger": "some.part",
        "process": 12,
        "message": "The report of lesson 7\nwaits",
    }


@pytest.mark.parametrize("lines", BOTH)
@pytest.mark.parametrize("path", [f"/join/{TOKEN}/", f"/invitations/{TOKEN}/"])
def test_the_secret_of_a_link_is_not_in_a_line(lines, path):
    line = lines.format(asked(path, found=True))
    assert TOKEN not in line
    assert "Not Found: /" in line
    assert "<str:token>" in line


@pytest.mark.parametrize("lines", BOTH)
def test_an_address_without_a_page_is_not_in_a_line(lines):
    line = lines.format(asked(f"/jion/{TOKEN}/", found=False))
    assert TOKEN not in line
    assert "Not Found: (no such page)" in line


@pytest.mark.django_db
@pytest.mark.parametrize("lines", BOTH)
def test_a_row_that_was_refused_is_not_in_a_line(lines):
    make_user(username=NAME)
    try:
        with transaction.atomic():
            make_user(username=NAME)
    except IntegrityError as refused:
        error = refused
    assert NAME in str(error)
    line = lines.format(record("It failed: %s", error, error=error))
    assert NAME not in line
    assert "duplicate key value violates unique constraint" in line
    assert "Traceback" in line
    assert "IntegrityError" in line


@pytest.mark.django_db
@pytest.mark.parametrize("lines", BOTH)
def test_a_statement_that_failed_is_not_in_a_line(lines):
    make_participant()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM classroom_participant WHERE display_name = '{NAME}' AND nothing")
    except ProgrammingError as refused:
        error = refused
    assert NAME in str(error)
    line = lines.format(record("It failed", error=error))
    assert NAME not in line
    assert "does not exist" in line


def test_what_follows_a_refused_row_in_a_traceback_stays():
    told = (
        "first\nDETAIL:  Key (name)=(Ada) already exists.\n\nThe above exception was the direct cause\nlast\n"
    )
    line = PlainLines().format(record("%s", told))
    assert "Ada" not in line
    assert line.endswith("The above exception was the direct cause\nlast\n")


def raised(error):
    """With its traceback, as it is caught."""
    try:
        raise error
    except type(error) as caught:
        return caught


def refused_row(told):
    """As psycopg2 tells of it and Django hands it on."""
    try:
        try:
            raise psycopg2.errors.CheckViolation(told)
        except psycopg2.Error as cause:
            raise IntegrityError(*cause.args) from cause
    except IntegrityError as error:
        return error


ROW = f"DETAIL:  Failing row contains (7, first lines\n\n{NAME}, {NAME}).\n"
REFUSED = f'new row for relation "question" violates check constraint "short"\n{ROW}'


@pytest.mark.parametrize("lines", BOTH)
@pytest.mark.parametrize(
    ("message", "errors"),
    [
        ("It failed", 1),
        ("Task worker.tasks.build_report[7] raised unexpected: %(exc)s", 1),
        ("Task exception was never retrieved", 2),
        ("It failed: %(exc)s", 0),
    ],
    ids=["a text with an empty line in it", "as Celery tells of a task", "several", "without its error"],
)
def test_a_row_that_was_refused_is_in_no_line_whoever_tells_of_it(lines, message, errors):
    error = refused_row(REFUSED)
    if errors > 1:
        error = raised(ExceptionGroup("of a socket", [error, ValueError("the other")]))
    line = lines.format(record(message, {"exc": repr(error)}, error=error if errors else None))
    assert NAME not in line
    assert "It failed" in line or "Task" in line
    if errors:
        assert 'violates check constraint "short"' in line.replace(r"\"", '"')
        assert "in refused_row" in line
    if errors > 1:
        assert "the other" in line


@pytest.mark.parametrize("lines", BOTH)
def test_a_postgresql_that_speaks_german_tells_no_more(lines):
    error = refused_row(f"Spalte »nothing« existiert nicht\nZEILE 1: SELECT ... name = '{NAME}'\n   ^\n")
    line = lines.format(record("It failed: %s", error, error=error))
    assert NAME not in line
    assert "existiert nicht" in json.loads(line)["exception"] if lines is BOTH[1] else line


@pytest.mark.django_db
@pytest.mark.parametrize("lines", BOTH)
def test_a_value_that_does_not_fit_is_not_in_a_line(lines):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s::integer", [NAME])
    except DataError as refused:
        error = refused
    assert NAME in str(error)
    line = lines.format(record("It failed", error=error))
    assert NAME not in line
    assert "SQLSTATE 22P02" in line


@pytest.mark.parametrize("lines", BOTH)
@pytest.mark.parametrize(
    "error",
    [
        SMTPRecipientsRefused({f"{NAME}@example.org": (550, b"unknown")}),
        SMTPSenderRefused(553, f"{NAME}@example.org is not yours".encode(), "pulse@example.org"),
    ],
)
def test_whom_a_mail_was_for_is_not_in_a_line(lines, error):
    line = lines.format(record("The mail of invitation 7 was not sent", error=raised(error)))
    assert NAME not in line
    assert type(error).__name__ in line


@pytest.mark.parametrize("lines", BOTH)
@pytest.mark.parametrize(
    "path", [f"/jion/{TOKEN}”", f"/join/{TOKEN}/\n2026-11-28 ERROR forged", f"/{TOKEN}\\"]
)
def test_an_address_is_in_no_line_whatever_letters_it_has(lines, path, caplog):
    caplog.set_level(logging.WARNING, "django.request")
    Client().get(quote(path))
    (told,) = [one for one in caplog.records if one.name == "django.request"]
    line = lines.format(told)
    assert TOKEN not in line
    assert "forged" not in line
    assert "Not Found: " in line


@pytest.mark.django_db
@pytest.mark.parametrize("lines", BOTH)
def test_the_page_that_a_forged_request_came_from_is_not_in_a_line(lines, caplog):
    caplog.set_level(logging.WARNING, "django.security.csrf")
    browser = Client(enforce_csrf_checks=True, headers={"Referer": f"https://other.example/join/{TOKEN}/"})
    browser.post(reverse("login"), secure=True)
    (told,) = [one for one in caplog.records if one.name == "django.security.csrf"]
    assert TOKEN in told.getMessage()
    line = lines.format(told)
    assert TOKEN not in line
    assert "https://other.example does not match any trusted origins" in line


def test_a_line_that_cannot_be_made_tells_nothing_of_what_was_to_be_in_it(capsys):
    QuietHandler().handle(record("It waits for %d seconds", NAME))
    assert capsys.readouterr().err == "A line of some.part:1 could not be written: TypeError\n"


@pytest.mark.parametrize("end", ["\n", "\r", "\x85", "\u2028", "\u2029", "\x0b"])
def test_an_object_is_one_line_for_whoever_reads_lines(end):
    line = JsonLines().format(record("first%ssecond", end))
    assert line.splitlines() == [line]
    assert json.loads(line)["message"] == f"first{end}second"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nobody_is_found_in_the_logs_of_a_product_that_was_used_rightly_and_wrongly(running_product):
    marks = [
        f"{word}{NAME}" for word in ("name", "user", "pass", "title", "question", "link", "mail", "query")
    ]
    name, user, password, title, question, link, mail, query = marks
    school = make_school()
    teacher = make_teacher(school=school, username=user, password=password, email=f"{mail}@example.org")
    classroom = make_classroom(teacher=teacher)
    lesson = services.open_lesson(classroom=classroom, title=title, now=timezone.now())
    visitor, office = Visitor(running_product.url), Visitor(running_product.url)
    visitor.join(classroom.join_token, name)
    visitor.agree(lesson.id, "no_camera")
    visitor.post(f"/lessons/{lesson.id}/me/question/", text=question)
    office.log_in(user, "wrong")
    office.log_in(user, password)
    office.post(f"/lessons/{lesson.id}/end/")
    for who, path, fields in (
        (visitor, f"/join/{link}/", None),
        (visitor, f"/invitations/{link}/?{query}=1", None),
        (visitor, f"/jion/{link}?{query}", None),
        (visitor, f"/lessons/{lesson.id}/me/question/", {"text": question, "csrfmiddlewaretoken": "x"}),
        (office, f"/classrooms/{classroom.id}/participants/999999/", {"display_name": name}),
        (office, f"/classrooms/{classroom.id}/?{query}=\x00", None),
        (office, "/api/v1/lessons", None),
    ):
        with suppress(HTTPError):
            who.post(path, **fields) if fields else who.get(quote(path, safe="/?="))
    logs = list(running_product.folder.glob("*.log"))
    assert "Not Found: /join/<str:token>/" in running_product.log("web").read_text()
    for log in logs:
        text = log.read_text()
        assert [mark for mark in [*marks, classroom.join_token, teacher.email] if mark in text] == [], (
            log.name
        )
