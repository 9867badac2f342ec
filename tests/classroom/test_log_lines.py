"""What the log says of people: nothing, as text and as JSON."""

import json
import logging
from contextlib import suppress
from urllib.error import HTTPError
from urllib.parse import quote

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone

from classroom import services
from classroom.log_lines import JsonLines, PlainLines
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
