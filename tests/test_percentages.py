"""A percentage is written one way, wherever the product prints one: "70%"."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from classroom import words
from classroom.models import Lesson
from reports.build import build_report
from tests.reports.class_of import make_taught_class
from tests.test_rights import client_of, make_world

WRITTEN = re.compile(r"(\d|\})%")
SPACED = re.compile(r"(\d|\})\s%(?!\{)")


@pytest.fixture
def taught(db):
    found = make_taught_class(started_at=timezone.now() - timedelta(hours=3))
    build_report(lesson_id=found.lesson.id, now=timezone.now(), progress=lambda percent: None)
    Lesson.objects.filter(id=found.lesson.id).update(report_state="ready")
    return found


@pytest.mark.parametrize("share", [0, 0.05, 0.704, 1])
def test_a_share_is_a_whole_number_followed_by_its_sign(share):
    assert words.percent(share) == f"{round(100 * share)}%"


def test_a_report_writes_percentages_without_a_space(client, taught):
    client.force_login(taught.lesson.classroom.teacher)
    flag = taught.lesson.flags.first()
    lesson, student = [taught.lesson.id], [taught.lesson.id, taught.sad.id]
    for address in (
        f"{reverse('report', args=lesson)}?individuals=1",
        reverse("participant_report", args=student),
    ):
        assert _percentages(client.get(address)), address
    _percentages(client.post(reverse("review_flag", args=[flag.id]), {"state": "confirmed"}))
    _percentages(client.get(reverse("report_json", args=lesson)))


def test_pages_of_a_lesson_write_percentages_without_a_space(db):
    world = make_world()
    for role, page in (
        ("owner", "lesson"),
        ("owner", "glance"),
        ("pupil", "my_lesson"),
        ("pupil", "my_data"),
    ):
        lesson = world.lesson.id
        _percentages(client_of(role, world).get(reverse(page, args=[lesson])))


def test_scripts_are_given_percentages_without_a_space():
    told = json.dumps(words.js_words())
    assert WRITTEN.search(told) and not SPACED.search(told)


def _percentages(response):
    """How many stand on a page, none of which has a space before its sign."""
    text = response.content.decode()
    assert not (found := SPACED.search(text)), text[found.start() - 60 : found.end() + 10]
    return len(WRITTEN.findall(text))
