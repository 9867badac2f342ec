"""The page's figures as shapes: within the plot, where they belong."""

import pytest

from classroom.disclosure import Amount
from reports import charts
from reports.plots import Box, Tick, plot
from reports.values import Moment, SelfReportCounts, SelfReportStep, Side, Span
from tests.reports.values import FULL, a_mood, a_step, a_summary, in_words

NOBODY = Side(0, 0, None, None, 0, None, None)
LESSON_S = 600


def a_plot(figure, **fields):
    return plot(figure(a_summary(lesson_s=LESSON_S, policy=FULL, **fields)))


def test_the_class_in_words_is_a_box_as_high_as_its_word():
    drawn = a_plot(charts.class_figure, mood=in_words(*[Amount.MOST] * 30, *[Amount.FEW] * 30))
    most, few = drawn.boxes
    assert (most.x, most.width, few.x, few.width) == (0, 0.5, 0.5, 0.5)
    assert most.height == pytest.approx(3 * few.height, abs=0.001)
    assert most.y + most.height == pytest.approx(1, abs=0.001)
    assert [tick.text for tick in drawn.y_ticks] == ["most", "about half", "few"] or len(drawn.y_ticks) == 3


def test_a_line_has_a_gap_where_nothing_is_known():
    mood = (*a_mood(0.8, 0.8), *(a_step(300 + at, 0.5) for at in (0, 10)))
    drawn = a_plot(charts.engagement_figure, mood=mood)
    assert len(drawn.lines) == len(drawn.areas) == 2
    assert drawn.lines[0][0] == (0, pytest.approx(0.2)) and drawn.lines[1][0] == (0.5, 0.5)
    assert [row.text for row in drawn.rows] == ["down or away", "drifting", "with you"]


def test_expressions_are_rows_with_neutral_on_top_and_the_stronger_the_more():
    drawn = a_plot(charts.expression_figure, mood=a_mood(*[0.8] * 60))
    top, strongest = min(drawn.boxes, key=lambda box: box.y), max(drawn.boxes, key=lambda box: box.strength)
    assert top == strongest and strongest.strength == pytest.approx(
        charts.FAINTEST + 0.7 * (1 - charts.FAINTEST), abs=0.001
    )
    assert len(drawn.boxes) == len(charts.EXPRESSION_ROWS), "one rectangle for a run of one tone"
    assert drawn.y_ticks[-1].text == "neutral"


def test_what_was_said_stands_on_each_other():
    said = (SelfReportStep(Span(60, 120), 9, SelfReportCounts(following=1, lost=2)),)
    drawn = a_plot(charts.self_report_figure, self_reports=said)
    following, lost = drawn.boxes
    assert (following.tone, lost.tone) == ("engaged", "away")
    assert lost.y + lost.height == pytest.approx(following.y, abs=0.001)
    assert drawn.legend == (("following", "engaged"), ("need a break", "drifting"), ("lost", "away"))


def test_pauses_and_key_moments_are_marked():
    moments = (Moment(300, "New topic", NOBODY, NOBODY),)
    drawn = a_plot(charts.class_figure, mood=in_words(Amount.MOST), pauses=(Span(60, 120),), moments=moments)
    assert drawn.pauses == ((0.1, 0.2),)
    assert drawn.moments == (Tick(0.5, "1"),)


def test_nothing_is_drawn_outside_of_the_plot():
    mood = (*a_mood(*[1.0] * 60), a_step(590, 0.0))
    drawn = a_plot(charts.engagement_figure, mood=mood)
    points = [value for run in (*drawn.lines, *drawn.areas) for point in run for value in point]
    assert points and min(points) >= 0 and max(points) <= 1
    assert all(isinstance(box, Box) for box in drawn.boxes)
