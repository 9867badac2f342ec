"""Who shows no own results leaves the same report, whatever the way: every number but the class's words."""

import json
from datetime import timedelta

import pytest

from classroom.models import Participant, RollupBin
from reports.aggregates import class_summary
from reports.build import build_report
from reports.exports import lesson_csv
from reports.roster import attendees, individuals
from tests.factories import MONDAY, make_consent, make_participant
from tests.reports.scenes import (
    make_bins,
    make_ended_lesson,
    make_marker,
    make_mood,
    make_self_report,
    make_stay,
    make_student,
)

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(hours=2)
WAYS = ("declined", "class only", "class only, camera covered", "class only, then no camera")


def make_class(size: int) -> tuple[Participant, ...]:
    lesson = make_ended_lesson()
    make_mood(lesson, minutes=(2, 30), counted=5)
    make_marker(lesson, minute=10)
    students = [make_student(lesson, display_name=f"Sharer {i}") for i in range(size - 1)]
    for student in students:
        make_bins(lesson, student, minutes=(0, 45))
    last = make_participant(lesson=lesson, display_name="Last")
    make_stay(lesson, last)
    for student in (*students, last):
        make_self_report(lesson, student, minute=10.5)
    return (*students, last)


def choose(last: Participant, way: str) -> None:
    lesson = last.attendances.get().lesson
    last.consents.all().delete()
    RollupBin.objects.filter(participant=last).delete()
    if way == "declined":
        make_consent(lesson=lesson, participant=last, choice="no_camera")
        return
    change = MONDAY + timedelta(minutes=20)
    goes_on = way != "class only, then no camera"
    make_consent(lesson=lesson, participant=last, choice="class_mood", ended_at=None if goes_on else change)
    if not goes_on:
        make_consent(lesson=lesson, participant=last, choice="no_camera", given_at=change)
    make_bins(lesson, last, minutes=(0, 45 if goes_on else 20), face="covered" not in way)


def told(last: Participant) -> tuple[str, str]:
    """The stored summary and the CSV, as text."""
    lesson = last.attendances.get().lesson
    report = build_report(lesson_id=lesson.id, now=NOW, progress=lambda percent: None)
    summary = class_summary(lesson, MONDAY)
    text = lesson_csv(lesson, summary, attendees(lesson), individuals(lesson, summary.taught_s))
    return json.dumps(report.summary), text


@pytest.mark.parametrize("size", [1, 4, 5, 6, 12])
def test_the_stored_summary_and_the_csv_are_equal_whatever_way_the_last_student_took(size):
    *_others, last = make_class(size)
    found = set()
    for way in WAYS:
        choose(last, way)
        found.add(told(last))
    assert len(found) == 1
    stored, exported = found.pop()
    assert "Last" not in stored and "Last" in exported


def test_a_stored_step_has_no_number_but_those_of_whoever_shares():
    *_others, last = make_class(6)
    choose(last, "class only")
    stored, _exported = told(last)
    step = json.loads(stored)["mood"][0]
    assert set(step) == {"at_s", "level", "expressions", "shared"}
    assert "unknown" not in stored
    assert step["shared"]["counted"] == 5
