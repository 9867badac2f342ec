"""The CSV: safe in a spreadsheet, and without a word on those who do not share."""

import csv
import io
from datetime import timedelta

import pytest

from classroom.cells import BYTE_ORDER_MARK, safe
from classroom.models import Participant, Policy
from reports.aggregates import class_summary
from reports.exports import Section, lesson_csv, write
from reports.roster import attendees, individuals
from tests.factories import MONDAY
from tests.reports.class_of import make_taught_class
from tests.reports.scenes import make_self_report, make_student


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("Ada", "Ada"),
        ("", ""),
        ("a=b", "a=b"),
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("+49 30", "'+49 30"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("|calc", "'|calc"),
        ("%0A", "'%0A"),
        (-0.5, -0.5),
        (3, 3),
        (None, None),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_is_marked_as_text(cell, written):
    assert safe(cell) == written


def test_sections_are_written_with_a_byte_order_mark_and_an_empty_line_between():
    text = write([Section("A", ("x", "y"), ((1, "=2"),)), Section("B", (), (("é,;\n",),))])
    assert text == BYTE_ORDER_MARK + 'A\r\nx,y\r\n1,\'=2\r\n\r\nB\r\n"é,;\n"\r\n'


def exported(taught):
    summary = class_summary(taught.lesson, MONDAY)
    text = lesson_csv(
        taught.lesson, summary, attendees(taught.lesson), individuals(taught.lesson, summary.taught_s)
    )
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK))))


def attendance(rows):
    start = rows.index(["Attendance"])
    lines = rows[start + 1 : rows.index([], start)]
    return {line[0]: dict(zip(lines[0], line, strict=True)) for line in lines[1:]}


@pytest.mark.django_db
def test_attendance_holds_everybody_with_times_that_name_their_zone():
    taught = make_taught_class()
    found = attendance(exported(taught))
    assert len(found) == 8
    line = found[taught.declined.display_name]
    assert line["first join"] == (taught.lesson.started_at + timedelta(minutes=2)).isoformat()
    assert line["first join"].endswith("+00:00")
    assert (line["connected minutes"], line["share of the lesson"]) == ("43.0", "0.956")


@pytest.mark.django_db
def test_who_does_not_share_looks_alike_and_has_no_measurement():
    taught = make_taught_class()
    found = attendance(exported(taught))
    tails = {
        tuple(found[student.display_name].values())[5:] for student in (taught.declined, taught.class_only)
    }
    assert tails == {("no individual data", *[""] * 11)}


@pytest.mark.django_db
def test_who_shares_has_a_summary_with_its_evidence():
    taught = make_taught_class()
    found = attendance(exported(taught))
    sad, absent = found[taught.sad.display_name], found[taught.absent.display_name]
    assert (sad["individual data"], sad["minutes measured"], sad["share with you"]) == (
        "shared",
        "41.0",
        "1.0",
    )
    assert (sad["expression most often resembled"], sad["its share"]) == ("sadness", "1.0")
    assert sad["how clearly"] == "weakly"
    assert (absent["individual data"], absent["share of readings with a face"]) == ("absent", "0.0")


@pytest.mark.django_db
def test_a_name_cannot_smuggle_a_formula_into_the_file():
    taught = make_taught_class()
    taught.sad.display_name = '=HYPERLINK("http://x")'
    taught.sad.save()
    assert '\'=HYPERLINK("http://x")' in attendance(exported(taught))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("is_simulation", "title", "line"),
    [
        (True, "ClassPulse report of a SIMULATION", ["simulation", "yes: rendered faces, no real students"]),
        (False, "ClassPulse report", ["simulation", "no"]),
    ],
)
def test_a_simulation_is_labelled_in_the_first_lines(is_simulation, title, line):
    rows = exported(make_taught_class(is_simulation=is_simulation))
    assert rows[0] == [title]
    assert line in rows[:10]


@pytest.mark.django_db
def test_self_reports_are_counts_and_moments_carry_both_sides():
    rows = exported(make_taught_class())
    assert ["minute from", "following", "lost", "need a break"] in rows
    header = rows[rows.index(["Key moments"]) + 1]
    moments = rows[rows.index(["Key moments"]) + 2 :]
    assert [row[1] for row in moments] == ["New topic: nodes", "Worked example", "Started an exercise"]
    after = header.index("of the class with you in the 2 minutes after")
    assert [row[after] for row in moments] == ["most", "most", "about half"]
    assert all(len(row) == len(header) for row in moments)


@pytest.mark.django_db
def test_the_minutes_in_which_too_few_were_present_are_no_rows():
    taught = make_taught_class()
    taught.lesson.attendances.exclude(participant=taught.sad).update(
        left_at=taught.lesson.started_at + timedelta(minutes=18)
    )
    rows = exported(taught)
    start = next(n for n, row in enumerate(rows) if row and row[0].startswith("Self-reports (students in"))
    assert "who showed no results" in rows[start][0]
    minutes = rows[start + 2 : rows.index([], start)]
    assert len(minutes) == 18
    assert sum(int(row[2]) for row in minutes) > 0


@pytest.mark.django_db
def test_a_trial_is_marked():
    taught = make_taught_class()
    Participant.objects.filter(id=taught.sad.id).update(is_trial=True)
    assert "Ada (trial)" in attendance(exported(taught))


@pytest.mark.django_db
def test_what_the_policy_does_not_allow_today_is_in_no_cell():
    taught = make_taught_class()
    Policy.objects.update(preset="presence", allows_attention=False, allows_expression=False)
    taught.lesson.classroom.school.refresh_from_db()
    rows = exported(taught)
    line = attendance(rows)[taught.sad.display_name]
    assert list(line.values())[8:] == [""] * 9
    assert line["share of readings with a face"] == "1.0"
    assert "sadness" not in str(rows) and "most" not in str(rows[rows.index(["Key moments"]) + 2 :])


@pytest.mark.django_db
def test_who_of_those_who_show_nothing_tapped_makes_no_difference():
    """A tap of theirs is a number of the class and stands beside no name."""
    taught = make_taught_class()
    for _ in range(3):
        make_student(taught.lesson, choice="no_camera")
    tap = make_self_report(taught.lesson, taught.declined, minute=10.2, kind="need_a_break")
    rows = exported(taught)
    tap.participant = taught.class_only
    tap.save()
    assert exported(taught) == rows
    assert any("need a break" in row for row in rows)
    tap.delete()
    assert exported(taught) != rows
