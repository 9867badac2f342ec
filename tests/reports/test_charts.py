"""Figures from values: Plotly accepts them, gaps stay gaps, and no colour is written down."""

import json
import re

import plotly.graph_objects as go
import pytest

from emotion.labels import EMOTIONS, Emotion
from reports.aggregates import moment, self_report_steps
from reports.charts import (
    engagement_figure,
    expression_figure,
    individual_engagement_figure,
    individual_expression_figure,
    self_report_figure,
    strip,
)
from reports.individuals import individual
from reports.values import Span
from tests.reports.values import a_block, a_mood, a_step, a_summary

UNKNOWN = {"engaged": 0, "engagements": 0, "engagement_permille": 0}
SAD = tuple(30_000 if one is Emotion.SAD else 0 for one in EMOTIONS)
MOOD = (*a_mood(*[0.8] * 30), a_step(300, None), a_step(310, 0.6), a_step(400, 0.7))
LESSON = a_summary(
    mood=MOOD,
    moments=(moment(120, "New <b>topic</b>", MOOD, []),),
    pauses=(Span(320, 390),),
    self_reports=self_report_steps([(61, 1, "lost"), (62, 2, "following")], 60),
)
STUDENT = individual(
    7, [a_block(0), a_block(30, **UNKNOWN), a_block(60, expression_sums=SAD), a_block(120)], taught_s=2700
)
FIGURES = {
    "engagement": engagement_figure(LESSON),
    "expression": expression_figure(LESSON),
    "self-reports": self_report_figure(LESSON),
    "own engagement": individual_engagement_figure(STUDENT, LESSON),
    "own expression": individual_expression_figure(STUDENT, LESSON),
    "empty engagement": engagement_figure(a_summary()),
    "empty expression": expression_figure(a_summary(lesson_s=0)),
    "empty self-reports": self_report_figure(a_summary()),
}


@pytest.mark.parametrize("name", FIGURES)
def test_plotly_accepts_the_figure(name):
    assert go.Figure(FIGURES[name]).to_dict()["layout"]["xaxis"]


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
    trace = FIGURES["expression"]["data"][0]
    neutral = trace["z"][-1]
    assert trace["y"][-1] == "neutral"
    assert (neutral[0], neutral[5], neutral[10]) == (70.0, 70.0, None)


def test_pauses_and_numbered_moments_stand_in_every_figure():
    for figure in (FIGURES["engagement"], FIGURES["expression"], FIGURES["own engagement"]):
        assert [shape["name"] for shape in figure["layout"]["shapes"]] == ["pause", "moment"]
        assert {"pause", "1"} <= {note["text"] for note in figure["layout"]["annotations"]}


def test_an_uncertain_expression_has_a_row_of_its_own():
    found = individual(7, [a_block(0, certain=0), a_block(30, expression_sums=SAD)], taught_s=60)
    assert individual_expression_figure(found, LESSON)["data"][0]["y"] == ["uncertain", "sadness"]


def test_the_strip_joins_equal_neighbours_and_leaves_gaps():
    cells = [(cell.kind, cell.x, cell.width) for cell in strip(STUDENT)]
    assert cells == [("engaged", 0.0, 0.5), ("seen", 0.5, 0.5), ("engaged", 1.0, 0.5), ("engaged", 2.0, 0.5)]


def test_the_kinds_of_a_strip_differ_without_colour():
    away = {"engaged": 0, "away": 30}
    drifting = {"engaged": 0, "drifting": 30}
    no_face = {**UNKNOWN, "faces": 0}
    kinds = ({}, drifting, away, UNKNOWN, no_face)
    cells = strip(individual(7, [a_block(30 * i, **kind) for i, kind in enumerate(kinds)], taught_s=2700))
    assert len({(cell.y, cell.height) for cell in cells}) == 5
