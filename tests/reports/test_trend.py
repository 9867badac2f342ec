"""A class over its lessons: the trend, and two of them side by side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.disclosure import Amount
from classroom.panels import HEIGHT
from reports.trend import Point, pair, panels, point
from reports.values import Estimate, Moment, SelfReportCounts, SelfReportStep, Side, Span
from tests.factories import MONDAY
from tests.reports.values import FULL, PRESENCE, a_mood, a_summary, in_words

SHARES = st.none() | st.floats(0, 1)
NUMBERS = st.none() | st.integers(0, 300)


def a_point(**figures):
    return Point(1, "Waves", MONDAY, False, is_told=True, **figures)


def held(mean, spread=0.02, **fields):
    """An hour whose mean engagement is known within `spread`."""
    whole = Span(0, 3600)
    known = Estimate(whole, mean, mean - spread, mean + spread, 8, 10)
    return a_summary(lesson_s=3600, policy=FULL, mood=a_mood(mean), estimates=(known,), **fields)


def said(lost):
    return (SelfReportStep(Span(0, 60), 10, SelfReportCounts(lost=lost)),)


class Held:
    id, title, started_at, is_simulation = 7, "Waves", MONDAY, False


def test_a_lesson_stands_with_the_figures_of_its_report():
    summary = held(0.7, joined=14, self_reports=said(4))
    assert point(Held, summary).cells == ("14", "70%", "not shown", "4")


def test_minutes_in_words_are_those_with_a_word():
    mood = in_words(Amount.MOST, Amount.MOST, Amount.FEW, None)
    assert point(Held, a_summary(policy=FULL, mood=mood)).most == pytest.approx(2 / 3)


def test_without_a_report_nothing_is_told_of_a_lesson():
    assert not point(Held, None).is_told


def test_no_engagement_is_told_that_the_policy_does_not_allow():
    assert point(Held, a_summary(policy=PRESENCE, mood=a_mood(0.7))).engagement is None


def test_one_lesson_is_no_trend():
    assert panels([a_point(joined=9, engagement=0.5)]) == ()


def test_nothing_is_drawn_across_a_lesson_that_tells_nothing():
    told, gap = a_point(engagement=0.5), a_point()
    (panel,) = panels([told, told, gap, told])
    assert len(panel.dots) == 3
    assert panel.lines == (((0.5, 20.0), (1.5, 20.0)),)


@given(st.lists(st.tuples(NUMBERS, SHARES, SHARES, NUMBERS), max_size=12))
def test_every_dot_stands_on_its_lesson_and_within_the_picture(rows):
    points = [
        a_point(joined=joined, engagement=engagement, most=most, lost=lost)
        for joined, engagement, most, lost in rows
    ]
    for panel in panels(points):
        assert all(0 <= y <= HEIGHT for _x, y in panel.dots)
        assert all(x - 0.5 in range(len(points)) for x, _y in panel.dots)
        assert all(end[0] - start[0] == 1 for start, end in panel.lines)


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        (held(0.6), held(0.8), "higher in the second: 60%, then 80%"),
        (held(0.8), held(0.6), "lower in the second"),
        (held(0.6, 0.15), held(0.8, 0.15), "about the same"),
        (held(0.6), held(0.64), "about the same"),
        (held(0.6), a_summary(policy=FULL), "Not enough to say"),
        (held(0.6), a_summary(policy=PRESENCE, mood=a_mood(0.9)), "Not enough to say"),
    ],
)
def test_two_lessons_differ_only_beyond_what_the_means_could_be_off(first, second, word):
    assert word in pair(first, second).words[0]


def test_what_students_said_is_compared_where_both_tell_it():
    assert (
        "At most 2 said “lost” within a minute, then at most 5."
        in pair(held(0.6, self_reports=said(2)), held(0.6, self_reports=said(5))).words
    )
    assert len(pair(held(0.6, self_reports=said(2)), held(0.6)).words) == 1


def test_two_lessons_without_cameras_are_compared_by_what_they_can_tell():
    """Not by five rows of "not shown" and an engagement that nobody read."""
    first, second = (a_summary(policy=PRESENCE, self_reports=said(lost)) for lost in (2, 5))
    found = pair(first, second)
    assert found.words == ("At most 2 said “lost” within a minute, then at most 5.",)
    assert [title for title, _one, _other in found.rows] == [
        "Taught",
        "Joined",
        "Most who said “lost” within a minute",
    ]
    assert len(pair(first, held(0.6)).rows) == 8


def test_key_moments_of_the_same_label_stand_beside_each_other():
    nothing = Side(0, 0, None, None, 0, None, None)
    first = held(
        0.6, moments=(Moment(600, "The proof", nothing, nothing), Moment(60, "Quiz", nothing, nothing))
    )
    second = held(0.6, moments=(Moment(1200, " the proof", nothing, nothing),))
    ((label, one, other),) = pair(first, second).moments
    assert label == "The proof" and one.startswith("Minute 10.") and other.startswith("Minute 20.")


def test_what_was_said_around_a_key_moment_begins_a_sentence():
    nobody = Side(0, 0, None, None, 0, None, SelfReportCounts())
    one, other = (
        a_summary(policy=PRESENCE, moments=(Moment(minute * 60, "Quiz", nobody, nobody),))
        for minute in (2, 5)
    )
    ((_label, first, second),) = pair(one, other).moments
    assert (first, second) == ("Minute 2. Nobody said anything", "Minute 5. Nobody said anything")


def test_both_are_drawn_over_the_longer_of_them():
    assert pair(held(0.6), a_summary(lesson_s=1800, policy=FULL)).width == 60
