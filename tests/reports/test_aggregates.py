"""The class over one lesson, from its rows."""

import pytest

from reports.aggregates import class_summary, count_said, moment, self_report_steps, stretches
from reports.values import SelfReportCounts, Span
from tests.factories import make_classroom, make_school, make_teacher
from tests.reports.scenes import (
    make_ended_lesson,
    make_marker,
    make_mood,
    make_pause,
    make_self_report,
    make_student,
)
from tests.reports.values import a_mood


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ([0.8] * 12, [0.6] * 12, -0.2),
        ([0.5] * 12, [0.5] * 12, 0.0),
        ([0.4] * 6 + [None] * 6, [0.6] * 6, 0.2),
        ([0.4] * 5 + [None] * 7, [0.6] * 12, None),
        ([0.4] * 12, [0.6] * 5, None),
        ([None] * 12, [None] * 12, None),
    ],
    ids=["fell", "same", "a minute each", "too few before", "too few after", "nothing"],
)
def test_a_moment_compares_what_is_known_on_both_sides(before, after, change):
    found = moment(120, "x", a_mood(*before, *after), [])
    assert found.change == (None if change is None else pytest.approx(change))


def test_a_moment_says_on_how_much_each_side_rests():
    found = moment(
        120, "x", a_mood(*[0.8] * 12, *[0.6] * 7), [(60, 1, "lost"), (119, 2, "lost"), (120, 3, "lost")]
    )
    assert (found.before.steps, found.after.steps) == (12, 7)
    assert (found.before.self_reports.lost, found.after.self_reports.lost) == (2, 1)


def test_a_moment_at_the_start_has_nothing_before():
    found = moment(0, "x", a_mood(*[0.8] * 12), [])
    assert (found.before.steps, found.before.engagement, found.before.counted) == (0, None, 0)


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ([], SelfReportCounts()),
        ([(0, 1, "lost"), (9, 1, "lost")], SelfReportCounts(lost=1)),
        ([(0, 1, "lost"), (9, 1, "following")], SelfReportCounts(lost=1, following=1)),
        ([(0, 1, "lost"), (9, 2, "lost"), (9, 3, "need_a_break")], SelfReportCounts(lost=2, need_a_break=1)),
    ],
)
def test_who_says_the_same_twice_counts_once(said, counts):
    assert count_said(said) == counts


def test_self_reports_are_counted_by_the_step_they_fall_in():
    steps = self_report_steps([(59, 1, "lost"), (60, 1, "lost"), (200, 2, "lost")], 60)
    assert [step.span for step in steps] == [Span(0, 60), Span(60, 120), Span(180, 240)]


@pytest.mark.parametrize(
    ("values", "best", "hardest"),
    [
        ([0.9] * 30 + [0.4] * 30, 0, 300),
        ([0.4] * 30 + [0.9] * 30, 300, 0),
        ([0.9] * 30 + [0.85] * 30, None, None),
        ([0.9] * 30 + [None] * 30, None, None),
        ([], None, None),
    ],
    ids=["falls", "rises", "even", "half unknown", "nothing"],
)
def test_the_best_and_the_hardest_minutes_are_named_only_if_they_differ(values, best, hardest):
    starts = [one and one.span.start_s for one in stretches(a_mood(*values), 600)]
    assert starts == [best, hardest]


@pytest.mark.django_db
def test_a_class_summary_holds_the_lesson_and_names_nobody():
    lesson = make_ended_lesson()
    student = make_student(lesson, display_name="Ingeborg")
    make_student(lesson, choice="no_camera")
    make_pause(lesson, minutes=(10, 12))
    make_mood(lesson, minutes=(0, 10), engagement=0.9)
    make_marker(lesson, minute=5, label="New topic")
    make_self_report(lesson, student, minute=6)
    summary = class_summary(lesson)
    assert (summary.lesson_s, summary.taught_s, summary.joined) == (2700, 2580, 2)
    assert [(one.label, one.at_s) for one in summary.moments] == [("New topic", 300)]
    assert summary.self_reports[0].counts.lost == 1
    assert len(summary.mood) == 60
    assert summary.policy is not None and summary.policy.signals == ("attention", "expression", "presence")
    assert "Ingeborg" not in str(summary.to_dict())


@pytest.mark.django_db
def test_without_a_policy_the_summary_says_so():
    teacher = make_teacher(school=make_school(preset=None))
    assert class_summary(make_ended_lesson(classroom=make_classroom(teacher=teacher))).policy is None


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_class(django_assert_num_queries):
    small, large = make_ended_lesson(), make_ended_lesson()
    for lesson, students in ((small, 2), (large, 12)):
        for _ in range(students):
            make_self_report(lesson, make_student(lesson), minute=3)
    for lesson in (small, large):
        with django_assert_num_queries(6):
            class_summary(lesson)
