"""A megabyte of accents on one letter keeps no process busy: to spell it one way takes minutes."""

import unicodedata

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import services
from classroom.access import guest_cookie
from classroom.doors import LONGEST_NAME
from classroom.errors import LabelTooLong
from classroom.models import User
from classroom.roster import read_roster
from classroom.services.slides import mark_slide
from tests.factories import make_lesson, make_participant

pytestmark = pytest.mark.django_db
# In an order that is turned round, mark by mark.
ACCENTS = "a" + "\u0301" * 3000 + "\u0327" * 3000
MOST = 2000


@pytest.fixture(autouse=True)
def spelled(monkeypatch):
    """How long the texts were that were given one spelling."""
    lengths, spell = [0], unicodedata.normalize

    def note(form, text):
        lengths.append(len(text))
        return spell(form, text)

    monkeypatch.setattr("unicodedata.normalize", note)
    return lengths


@pytest.mark.parametrize("door", ["login", "admin:login"])
def test_nobody_who_tries_to_log_in(door, spelled):
    Client().post(reverse(door), {"username": ACCENTS, "password": "x"})
    assert 0 < max(spelled) <= MOST


def test_no_name_of_an_account_is_longer_than_what_is_looked_at():
    assert User._meta.get_field("username").max_length == LONGEST_NAME


def test_no_student_who_asks(spelled):
    lesson = make_lesson()
    student = make_participant(lesson=lesson, choice="no_camera")
    client, (name, value) = Client(), guest_cookie(student)
    client.cookies[name] = value
    answer = client.post(reverse("my_question", args=[lesson.id]), {"text": ACCENTS}, follow=True)
    assert "too long" in answer.content.decode()
    assert 0 < max(spelled) <= MOST


def test_no_name_that_a_newcomer_types(spelled):
    lesson = make_lesson()
    join = reverse("join_classroom", args=[lesson.classroom.join_token])
    Client().post(join, {"display_name": ACCENTS})
    assert max(spelled) <= MOST


def test_no_cell_of_a_list(spelled):
    rows = read_roster(f"Name\n{ACCENTS}\nKim\n".encode(), taken=["Robin"]).rows
    assert [bool(row.problem) for row in rows] == [True, False]
    assert 0 < max(spelled) <= MOST


def test_no_title_of_a_slide(spelled):
    lesson = make_lesson()
    token = services.make_slides_key(lesson_id=lesson.id, actor=lesson.classroom.teacher, now=timezone.now())
    with pytest.raises(LabelTooLong):
        mark_slide(token=token, title=ACCENTS, address="192.0.2.7", now=timezone.now())
    assert 0 < max(spelled) <= MOST
