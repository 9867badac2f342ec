"""Who shows no own results leaves the same report, whatever the way: every number but the class's words."""

import json
from datetime import timedelta

import pytest

from classroom.models import Participant, RollupBin
from reports.aggregates import class_summary
from reports.briefing import briefing
from reports.build import build_report
from reports.pages import attendance_lines, turn_cards
from reports.paper import content
from reports.reliability import reliability
from reports.roster import attended, attendees, individuals, names_of_missing
from reports.shown import shown_flags, shown_signals, shown_strikes
from reports.table_files import csv_zip, json_bytes
from reports.tables import tables_of
from reports.values import Summary
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
        make_bins(lesson, student, minutes=(0, 15))
        make_bins(lesson, student, minutes=(15, 25), level="away")
        make_bins(lesson, student, minutes=(25, 45))
    last = make_participant(lesson=lesson, display_name="Last")
    make_stay(lesson, last)
    for student in (*students, last):
        make_self_report(lesson, student, minute=10.5)
        make_self_report(lesson, student, minute=12.5, kind="too_fast")
    return (*students, last)


def choose(last: Participant, way: str) -> None:
    lesson = last.attendances.all()[0].lesson
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


def told(last: Participant) -> tuple[str, str, str]:
    """The stored summary, what is in the files, and the sentences that the report begins and ends with."""
    lesson = last.attendances.all()[0].lesson
    report = build_report(lesson_id=lesson.id, now=NOW, progress=lambda percent: None)
    summary = class_summary(lesson, MONDAY)
    written = Summary.from_json(json.dumps(report.summary))
    present, measured = attendees(lesson), individuals(lesson, summary.taught_s)
    flags = list(shown_flags(lesson, shown_signals(lesson)))
    tables = tables_of(lesson, summary, present, measured, flags)
    strikes = shown_strikes(lesson, shown_signals(lesson))
    people = content.people_of(lesson, present, names_of_missing(lesson), measured, flags, strikes)
    paper = [content.content(lesson, written, present, one) for one in (None, people)]
    text = json_bytes(tables).decode() + csv_zip(tables).hex() + str(paper)
    here = [line.bars for line in attendance_lines(present, {}, lesson.started_at)]
    lines = [*briefing(written, attended(present, lesson)), *reliability(written), *turn_cards(written)]
    return json.dumps(report.summary), text, str([*here, *lines])


@pytest.mark.parametrize("size", [1, 4, 5, 6, 12])
def test_the_stored_summary_and_the_files_are_equal_whatever_way_the_last_student_took(size):
    *_others, last = make_class(size)
    found = set()
    for way in WAYS:
        choose(last, way)
        found.add(told(last))
    assert len(found) == 1
    stored, exported, lines = found.pop()
    assert "Last" not in stored + lines and "Last" in exported
    shares = size > 5
    assert ("Engagement of those who show it" in lines) is shares
    assert bool(json.loads(stored)["estimates"]) is shares


def test_a_stored_step_has_no_number_but_those_of_whoever_shares():
    *_others, last = make_class(6)
    choose(last, "class only")
    stored, _exported, _lines = told(last)
    step = json.loads(stored)["mood"][0]
    assert set(step) == {"at_s", "level", "expressions", "shared"}
    assert "unknown" not in stored
    assert step["shared"]["counted"] == 5


def test_no_figure_of_a_phase_changes_with_whoever_shows_nothing():
    """Somebody who is class-only and looks away all the time, or says the same without a camera."""
    *_others, last = make_class(7)
    figures = []
    for way in ("declined", "class only"):
        choose(last, way)
        stored = json.loads(told(last)[0])
        figures.append([stored[key] for key in ("phases", "estimates", "cameras")])
    assert figures[0] == figures[1]
    phases, estimates, cameras = figures[0]
    assert [(one["span"]["start_s"] // 60, one["span"]["end_s"] // 60) for one in phases] == [
        (2, 15),
        (15, 25),
        (25, 30),
    ]
    assert {(one["fewest"], one["most"]) for one in estimates} == {(6, 6)}
    assert cameras["students"] == 6


@pytest.mark.parametrize("way", ["declined", "class only"])
@pytest.mark.parametrize("gap_s", [11, 59])
def test_a_page_that_connects_anew_within_a_minute_leaves_nothing_in_any_file(way, gap_s):
    """After another choice, for one."""
    *_others, last = make_class(6)
    choose(last, way)
    before = told(last)
    last.attendances.all().delete()
    lesson = last.consents.last().lesson
    make_stay(lesson, last, minutes=(0, 20))
    make_stay(lesson, last, minutes=(20 + gap_s / 60, 45))
    assert told(last) == before
