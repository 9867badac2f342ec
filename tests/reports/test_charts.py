"""Figures from values: Plotly accepts them, gaps stay gaps, and no colour is written down."""

import json
import re
from dataclasses import replace
from pathlib import Path

import plotly.graph_objects as go
import pytest

from classroom.disclosure import Amount, Strength
from emotion.labels import EMOTIONS, Emotion
from reports.aggregates import marked
from reports.charts import (
    class_figure,
    engagement_figure,
    expression_figure,
    expression_words_figure,
    individual_engagement_figure,
    individual_expression_figure,
    self_report_figure,
    strip,
    typical_strength,
)
from reports.taps import self_report_steps
from reports.values import Span
from tests.reports.values import a_block, a_mood, a_step, a_summary, an_individual, in_words

UNKNOWN = {"engaged": 0, "engagements": 0, "engagement_permille": 0}
SAD = tuple(30_000 if one is Emotion.SAD else 0 for one in EMOTIONS)
MOOD = (*a_mood(*[0.8] * 30), a_step(300, None), a_step(310, 0.6), a_step(400, 0.7))
LESSON = a_summary(
    mood=MOOD,
    moments=(marked(120, "New <b>topic</b>", [], []),),
    pauses=(Span(320, 390),),
    self_reports=self_report_steps([(61, 1, "lost"), (62, 2, "following")], {60: 7, 120: 7}),
)
MOST, HALF, FEW = Amount.MOST, Amount.HALF, Amount.FEW
HARDLY, SOME, MOSTLY = Strength.HARDLY, Strength.SOME, Strength.MOSTLY
CALM = (HARDLY,) * 6 + (MOSTLY,)
WORDS = replace(LESSON, mood=in_words(*[MOST] * 9, *[FEW] * 6, None, None, *[HALF] * 3, expressions=CALM))
STUDENT = an_individual(
    7, [a_block(0), a_block(30, **UNKNOWN), a_block(60, expression_sums=SAD), a_block(120)], taught_s=2700
)
PLOTLY = Path(__file__).parents[2] / "static/vendor/plotly-basic.min.js"
FIGURES = {
    "class": class_figure(WORDS),
    "expression in words": expression_words_figure(WORDS),
    "engagement": engagement_figure(LESSON),
    "expression": expression_figure(LESSON),
    "self-reports": self_report_figure(LESSON),
    "own engagement": individual_engagement_figure(STUDENT, LESSON),
    "own expression": individual_expression_figure(STUDENT, LESSON),
    "empty class": class_figure(a_summary()),
    "empty expression in words": expression_words_figure(a_summary()),
    "empty engagement": engagement_figure(a_summary()),
    "empty expression": expression_figure(a_summary(lesson_s=0)),
    "empty self-reports": self_report_figure(a_summary()),
}


def cells(figure):
    """Each drawn minute of a row, with how opaque it is and what it says."""
    (bars,) = figure["data"]
    rows = figure["layout"]["yaxis"]["ticktext"]
    columns = zip(bars["x"], bars["base"], bars["marker"]["opacity"], bars["text"], strict=True)
    return {(int(x), rows[round(base + 0.46)]): (opacity, text) for x, base, opacity, text in columns}


@pytest.mark.parametrize("name", FIGURES)
def test_plotly_accepts_the_figure(name):
    assert go.Figure(FIGURES[name]).to_dict()["layout"]["xaxis"]


@pytest.mark.parametrize("name", FIGURES)
def test_the_plotly_of_the_page_knows_each_kind_of_trace(name):
    """What it does not know it draws as a line."""
    known = re.findall(r'moduleType:"trace",name:"(\w+)"', PLOTLY.read_text(encoding="utf-8"))
    assert {trace["type"] for trace in FIGURES[name]["data"]} <= set(known)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_json_that_names_tones_and_no_colours(name):
    written = json.dumps(FIGURES[name])
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb\(", written)
    assert all("tone" in trace["meta"] for trace in FIGURES[name]["data"])


def test_all_figures_of_a_lesson_share_their_horizontal_axis():
    ranges = {
        tuple(figure["layout"]["xaxis"]["range"]) for name, figure in FIGURES.items() if "empty" not in name
    }
    assert ranges == {(0, 45)}


def test_a_label_is_no_markup_for_plotly():
    """It reads a text as some HTML, links among it, and what a slide is called comes from anywhere."""
    notes = FIGURES["class"]["layout"]["annotations"]
    (label,) = (note["hovertext"] for note in notes if note["name"] == "moment")
    assert label == "New &lt;b&gt;topic&lt;/b&gt;"


def test_the_class_stands_in_bands_of_three_heights_with_gaps():
    (bars,) = FIGURES["class"]["data"]
    starts = [x - width / 2 for x, width in zip(bars["x"], bars["width"], strict=True)]
    assert bars["y"] == [3, 1, 2]
    assert starts == pytest.approx([0, 1.5, 17 / 6], abs=0.02)
    assert bars["width"] == pytest.approx([1.5, 1, 0.5])
    assert bars["hovertext"][0] == "minute 0 to 2: most"
    assert FIGURES["class"]["layout"]["yaxis"]["ticktext"] == ["few", "about half", "most"]


def test_expressions_in_words_have_three_tones_and_gaps():
    mood = in_words(*[MOST] * 6, expressions=CALM)
    mood += tuple(replace(step, at_s=step.at_s + 120) for step in in_words(MOST, expressions=(SOME,) * 7))
    told = cells(expression_words_figure(a_summary(mood=mood)))
    assert {minute for minute, _row in told} == {0, 2}
    (much, words), (little, hardly) = told[0, "neutral"], told[0, "happiness"]
    assert (words, hardly) == ("neutral mostly", "happiness hardly")
    assert little < told[2, "neutral"][0] == told[2, "happiness"][0] < much == 1


@pytest.mark.parametrize(
    ("told", "typical"),
    [([MOSTLY, HARDLY, SOME], SOME), ([HARDLY, MOSTLY], HARDLY), ([MOSTLY] * 3, MOSTLY), ([], None)],
)
def test_the_word_of_a_minute_is_its_middle_one(told, typical):
    assert typical_strength([(one,) * 7 for one in told], Emotion.SAD) is typical


def test_only_minutes_in_which_something_was_said_are_bars():
    assert FIGURES["self-reports"]["data"][0]["x"] == [1.5]


def test_the_engagement_line_breaks_where_nothing_is_known():
    line = FIGURES["engagement"]["data"][1]
    known = dict(zip(line["x"], line["y"], strict=True))
    assert (known[0.0], known[5.0], known[round(310 / 60, 2)]) == (80.0, None, 60.0)
    assert known[round(320 / 60, 2)] is None
    assert line["connectgaps"] is False


def test_the_band_is_closed_before_a_gap():
    band = FIGURES["engagement"]["data"][0]
    assert band["x"][60] is None
    assert (band["x"][0], band["x"][59]) == (0.0, 0.0)


def test_the_heat_of_an_expression_is_the_mean_share_of_its_minute():
    told = cells(FIGURES["expression"])
    assert [told[minute, "neutral"][1] for minute in (0, 5)] == ["neutral 70%"] * 2
    assert told[0, "happiness"][0] < told[0, "neutral"][0] < 1
    assert (10, "neutral") not in told


def test_pauses_and_numbered_moments_stand_in_every_figure():
    for figure in (FIGURES["engagement"], FIGURES["expression"], FIGURES["own engagement"]):
        assert [shape["name"] for shape in figure["layout"]["shapes"]] == ["pause", "moment"]
        assert {"pause", "1"} <= {note["text"] for note in figure["layout"]["annotations"]}


def test_an_uncertain_expression_has_a_row_of_its_own():
    faint = a_block(60, expression_sums=tuple(one // 2 + 1_000 for one in SAD))
    found = an_individual(7, [a_block(0, certain=0), a_block(30, expression_sums=SAD), faint], taught_s=90)
    (squares,) = individual_expression_figure(found, LESSON)["data"]
    assert squares["y"] == ["not sure", "sadness", "sadness"]
    assert squares["marker"]["symbol"] == ["square-open", "square", "square-open"]
    assert squares["text"] == [
        "not sure which expression",
        "expression clearly resembles sadness",
        "expression weakly resembles sadness",
    ]


def test_the_strip_joins_equal_neighbours_and_leaves_gaps():
    cells = [(cell.kind, cell.x, cell.width) for cell in strip(STUDENT)]
    assert cells == [("engaged", 0.0, 0.5), ("seen", 0.5, 0.5), ("engaged", 1.0, 0.5), ("engaged", 2.0, 0.5)]


def test_the_kinds_of_a_strip_differ_without_colour():
    away = {"engaged": 0, "away": 30}
    drifting = {"engaged": 0, "drifting": 30}
    no_face = {**UNKNOWN, "faces": 0}
    kinds = ({}, drifting, away, UNKNOWN, no_face)
    cells = strip(an_individual(7, [a_block(30 * i, **kind) for i, kind in enumerate(kinds)], taught_s=2700))
    assert len({(cell.y, cell.height) for cell in cells}) == 5
