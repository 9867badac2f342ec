"""The report's tables: what everybody's row holds, and not a word on those who do not share."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from classroom.models import Consent, Participant, Policy
from tests.reports.class_of import make_taught_class
from tests.reports.files import make_written_class, rows_of, tables_for
from tests.reports.scenes import make_self_report, make_student

pytestmark = pytest.mark.django_db


def facts(lesson):
    return {one.key: one.value for one in tables_for(lesson).facts}


def line_of(participant, key="attendance"):
    lesson = participant.attendances.get().lesson
    (line,) = [one for one in rows_of(tables_for(lesson), key) if one["name"] == participant.display_name]
    return line


def test_attendance_holds_everybody_in_the_viewers_zone():
    taught = make_taught_class()
    with timezone.override(ZoneInfo("Europe/Berlin")):
        line = line_of(taught.declined)
        assert facts(taught.lesson)["zone"] == "Europe/Berlin"
    assert line["first_join"] == taught.lesson.started_at + timedelta(minutes=2)
    assert line["first_join"].utcoffset() == timedelta(hours=2)
    assert (line["connected_minutes"], line["share_of_lesson"]) == (43.0, 0.956)
    assert len(rows_of(tables_for(taught.lesson), "attendance")) == 8


def test_who_does_not_share_looks_alike_and_has_no_measurement():
    taught = make_written_class()
    made = tables_for(taught.lesson)
    for student in (taught.declined, taught.class_only):
        assert line_of(student)["individual_data"] == "no individual data"
        named = [table.key for table in made.tables if student.display_name in str(table.rows)]
        assert named == ["attendance"]


def test_who_shares_has_a_row_with_its_evidence():
    taught = make_taught_class()
    sad, absent = line_of(taught.sad, "students"), line_of(taught.absent, "students")
    assert (sad["minutes_measured"], sad["share_engaged"]) == (41.0, 1.0)
    assert (sad["expression"], sad["clarity"], sad["minutes_of_it"]) == ("sadness", "weakly", 41.0)
    assert (absent["face_share"], absent["minutes_measured"]) == (0.0, None)
    assert line_of(taught.absent)["individual_data"] == "absent"


def test_one_persons_expression_is_told_in_minutes_and_words():
    """A share would be taken for how certain it is."""
    (table,) = [one for one in tables_for(make_taught_class().lesson).tables if one.key == "students"]
    told = {column.key: column.is_share for column in table.columns}
    assert not any(told[key] for key in ("minutes_expression", "minutes_of_it", "minutes_not_sure"))
    assert {key for key, is_share in told.items() if is_share} == {
        *("coverage", "face_share", "share_engaged", "share_drifting", "share_away")
    }


def test_a_flag_stands_with_its_evidence_and_what_was_decided():
    taught = make_written_class()
    flag = taught.lesson.flags.get(participant=taught.sad)
    flag.state, flag.reason, flag.reviewed_at = "dismissed", "A cold.", timezone.now()
    flag.reviewed_by = taught.lesson.classroom.teacher
    flag.save()
    line = line_of(taught.sad, "flags")
    assert (line["kind"], line["state"], line["reason"]) == (
        "expression resembled sadness much of the time",
        "dismissed",
        "A cold.",
    )
    assert line["minutes_of_it"] == round(flag.share * flag.minutes, 1)
    assert line["limit"] == round(flag.threshold * flag.minutes, 1)
    assert (line["clarity"], line["read"]) == ("clearly", "on the school's server")


def test_a_flag_says_where_its_evidence_was_read_since_no_server_can_check_a_browser():
    taught = make_written_class()
    Consent.objects.filter(lesson=taught.lesson, participant=taught.sad).update(readers=["browser"])
    assert line_of(taught.sad, "flags")["read"] == "in the student's own browser"


@pytest.mark.parametrize(("is_simulation", "key"), [(True, "yes"), (False, "no")])
def test_a_simulation_is_labelled_first(is_simulation, key):
    found = tables_for(make_taught_class(is_simulation=is_simulation).lesson).facts
    assert (found[0].key, found[0].value.key) == ("simulation", key)


def test_minutes_take_together_what_was_told_at_their_steps():
    made = rows_of(tables_for(make_taught_class().lesson), "minutes")
    by_minute = {line["minute"]: line for line in made}
    assert set(by_minute) == {*range(2, 20), *range(22, 45)}, (
        "neither before anything was told nor in the pause"
    )
    assert [by_minute[minute]["class"] for minute in (10, 31, 35)] == ["most", "about half", "few"]
    assert by_minute[10]["engagement"] == 0.8
    assert (by_minute[10]["share_neutral"], by_minute[10]["class_neutral"]) == (0.7, "mostly")


def test_self_reports_are_counts_and_moments_carry_both_sides():
    made = tables_for(make_taught_class().lesson)
    how, pace = {"following", "lost", "need_a_break"}, {"too_fast", "right_pace", "too_slow"}
    assert set(rows_of(made, "said")[0]) == {"minute", "at", *how, *pace}
    moments = rows_of(made, "key_moments")
    assert [one["label"] for one in moments] == ["New topic: nodes", "Worked example", "Started an exercise"]
    assert [one["class_after"] for one in moments] == ["most", "most", "about half"]


def test_the_minutes_in_which_too_few_were_present_are_no_rows():
    taught = make_taught_class()
    taught.lesson.attendances.exclude(participant=taught.sad).update(
        left_at=taught.lesson.started_at + timedelta(minutes=18)
    )
    said = rows_of(tables_for(taught.lesson), "said")
    assert len(said) == 18
    assert sum(one["lost"] for one in said) > 0
    assert "while 5 or more were present who showed no results" in facts(taught.lesson)["taps"]


def test_a_trial_is_marked():
    taught = make_taught_class()
    Participant.objects.filter(id=taught.sad.id).update(is_trial=True)
    assert "Ada (trial)" in [one["name"] for one in rows_of(tables_for(taught.lesson), "attendance")]


def test_what_the_policy_does_not_allow_today_is_in_no_cell():
    taught = make_written_class()
    Policy.objects.update(preset="presence", allows_attention=False, allows_expression=False)
    taught.lesson.classroom.school.refresh_from_db()
    made = tables_for(taught.lesson)
    assert [table.key for table in made.tables] == ["attendance", "students", "levels", "key_moments", "said"]
    line = line_of(taught.sad, "students")
    known = {key for key, cell in line.items() if cell is not None}
    assert known == {"name", "coverage", "face_share"}
    assert "most" not in str(rows_of(made, "key_moments"))
    assert set(line_of(taught.sad, "levels").values()) <= {"Ada", "face seen, no level", None}


def test_who_of_those_who_show_nothing_tapped_makes_no_difference():
    """A tap of theirs is a number of the class and stands beside no name."""
    taught = make_taught_class()
    for _ in range(3):
        make_student(taught.lesson, choice="no_camera")
    tap = make_self_report(taught.lesson, taught.declined, minute=10.2, kind="need_a_break")
    made = tables_for(taught.lesson)
    tap.participant = taught.class_only
    tap.save()
    assert tables_for(taught.lesson) == made
    tap.delete()
    assert tables_for(taught.lesson) != made
