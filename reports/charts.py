"""Figures for Plotly, made from values alone. They name tones, not colours: the page knows light from dark.

Minutes since the start are the horizontal axis of all of them, so that they can be read one below another.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean
from typing import TypeVar

from django.utils.translation import gettext as _

from classroom.disclosure import Amount, Strength
from classroom.words import (
    AMOUNTS,
    NOT_SURE,
    RESEMBLED,
    SELF_REPORTS,
    STRENGTHS,
    expression_phrase,
    level_word,
    percent,
)
from emotion.judgement.persistence import BIN_S, BLOCK_S
from emotion.labels import EMOTIONS, Emotion
from emotion.values import Clarity
from reports.blocks import Block, unmeasured
from reports.individuals import Individual
from reports.layouts import Figure, base_layout, level_layout, minute
from reports.sentences import counted_range, span_words
from reports.values import MoodStep, Span, Summary

Told = TypeVar("Told", float, Strength)

CLASS_OPACITY = 0.55
AMOUNT_HEIGHTS = {Amount.FEW: 1, Amount.HALF: 2, Amount.MOST: 3}
CLARITY_SYMBOLS = {
    Clarity.CLEARLY: "square",
    Clarity.WEAKLY: "square-open",
    Clarity.NOT_SURE: "square-open",
}
STRENGTH_TONES = {Strength.HARDLY: 0.0, Strength.SOME: 0.45, Strength.MOSTLY: 1.0}
FAINTEST = 0.08
"""How opaque a cell is of what hardly anybody resembled: a gap has none."""
CELL_HEIGHT = 0.92
# From the bottom up.
EXPRESSION_ROWS = tuple(reversed(RESEMBLED))
STRIP_BARS = {"engaged": (0, 12), "drifting": (5, 7), "away": (9, 3), "seen": (5, 2), "no-face": (11, 1)}
"""Top and height of each kind's bar: levels stand on the ground, a face without a level floats above it."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One minute of one expression; `tone` is from 0 to 1, `told` says it in words."""

    column: int
    row: Emotion
    tone: float
    told: str


def class_figure(summary: Summary) -> Figure:
    """The class in words as bands of three heights; nothing where there is not enough to say."""
    runs = list(_runs(summary.mood))
    trace = {
        "type": "bar",
        "name": _("the class"),
        "x": [minute((start + end) / 2) for _level, start, end in runs],
        "width": [minute(end - start) for _level, start, end in runs],
        "y": [AMOUNT_HEIGHTS[level] for level, _start, _end in runs],
        "hovertext": [f"{span_words(Span(start, end))}: {AMOUNTS[level]}" for level, start, end in runs],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {"line": {"width": 0}, "opacity": CLASS_OPACITY},
        "meta": {"tone": "accent"},
    }
    layout = base_layout(summary.lesson_s, summary.pauses, summary.moments, height=220)
    layout["yaxis"] |= {
        "range": [0, 3.3],
        "tickvals": list(AMOUNT_HEIGHTS.values()),
        "ticktext": [str(AMOUNTS[level]) for level in AMOUNT_HEIGHTS],
    }
    return {"data": [trace] if runs else [], "layout": layout}


def engagement_figure(summary: Summary) -> Figure:
    """Engagement of those who show it, with its middle half."""
    mood = _with_gaps(summary.mood)
    line = _line(
        [(step.at_s, step.engagement) for step in mood],
        hover=[counted_range([step.shared.counted]) if step.shared else "" for step in mood],
    )
    is_known = any(step.engagement is not None for step in mood)
    traces = [_band(mood), line] if is_known else []
    return {"data": traces, "layout": level_layout(summary.lesson_s, summary.pauses, summary.moments)}


def expression_figure(summary: Summary) -> Figure:
    """A row for each expression, darker where more of those who show it resembled it."""
    by_minute = by_minute_of((step.at_s, step.expression_shares) for step in summary.mood)
    columns = range(summary.lesson_s // 60 + 1)
    cells = [
        HeatCell(column, row, share / 100, percent(share / 100))
        for row in EXPRESSION_ROWS
        for column in columns
        if (share := _mean_share(by_minute[column], row)) is not None
    ]
    return {"data": [_heat(cells)], "layout": _heat_layout(summary)}


def expression_words_figure(summary: Summary) -> Figure:
    """A row for each expression in three tones: hardly, some, mostly."""
    by_minute = by_minute_of((step.at_s, step.expressions) for step in summary.mood)
    columns = range(summary.lesson_s // 60 + 1)
    cells = [
        HeatCell(column, row, STRENGTH_TONES[word], str(STRENGTHS[word]))
        for row in EXPRESSION_ROWS
        for column in columns
        if (word := typical_strength(by_minute[column], row)) is not None
    ]
    return {"data": [_heat(cells)], "layout": _heat_layout(summary)}


def by_minute_of(steps: Iterable[tuple[int, tuple[Told, ...] | None]]) -> dict[int, list[tuple[Told, ...]]]:
    """What was told of the expressions in each minute."""
    by_minute: dict[int, list[tuple[Told, ...]]] = defaultdict(list)
    for at_s, told in steps:
        if told is not None:
            by_minute[at_s // 60].append(told)
    return by_minute


def typical_strength(told: Sequence[tuple[Strength, ...]], row: Emotion) -> Strength | None:
    """The middle one of the words for one expression."""
    index = EMOTIONS.index(row)
    words = sorted((one[index] for one in told), key=STRENGTH_TONES.__getitem__)
    return words[(len(words) - 1) // 2] if words else None


def _heat(cells: Sequence[HeatCell]) -> Figure:
    """As bars that float in their rows: the basic build of plotly.js has no heatmap."""
    return {
        "type": "bar",
        "x": [cell.column + 0.5 for cell in cells],
        "base": [EXPRESSION_ROWS.index(cell.row) - CELL_HEIGHT / 2 for cell in cells],
        "y": [CELL_HEIGHT] * len(cells),
        "width": 1,
        "marker": {"opacity": [FAINTEST + (1 - FAINTEST) * cell.tone for cell in cells]},
        "text": [f"{RESEMBLED[cell.row]} {cell.told}" for cell in cells],
        "textposition": "none",
        "hovertemplate": _("minute %{x:.0f}: %{text}") + "<extra></extra>",
        "meta": {"tone": "accent"},
    }


def _heat_layout(summary: Summary) -> Figure:
    layout = base_layout(summary.lesson_s, summary.pauses, summary.moments, height=250)
    rows = range(len(EXPRESSION_ROWS))
    layout["yaxis"] |= {
        "showgrid": False,
        "ticklabelstandoff": 4,
        "range": [-0.5, len(rows) - 0.5],
        "tickvals": list(rows),
        "ticktext": [str(RESEMBLED[row]) for row in EXPRESSION_ROWS],
    }
    return layout


def _runs(mood: Iterable[MoodStep]) -> Iterable[tuple[Amount, int, int]]:
    """Each word for the class with the seconds from and to which it stood."""
    run: tuple[Amount, int, int] | None = None
    for step in mood:
        if run is not None and (step.level is not run[0] or step.at_s > run[2] + 2 * BIN_S):
            yield run
            run = None
        if step.level is not None:
            run = (step.level, run[1] if run else step.at_s, step.at_s + BIN_S)
    if run is not None:
        yield run


def self_report_figure(summary: Summary) -> Figure:
    said = [step for step in summary.self_reports if step.counts.total]
    traces = [
        {
            "type": "bar",
            "name": str(SELF_REPORTS[kind]),
            "x": [step.span.start_s / 60 + 0.5 for step in said],
            "y": [getattr(step.counts, kind) for step in said],
            "width": 0.8,
            "marker": {"pattern": {"shape": pattern, "size": 5, "solidity": 0.35}},
            "hovertemplate": _("minute %{x:.0f}: %{y}") + f" {SELF_REPORTS[kind]}<extra></extra>",
            "meta": {"tone": tone},
        }
        for kind, pattern, tone in (
            ("following", "", "engaged"),
            ("need_a_break", ".", "drifting"),
            ("lost", "/", "away"),
        )
    ]
    layout = base_layout(summary.lesson_s, summary.pauses, summary.moments, height=260)
    layout |= {"barmode": "stack", "showlegend": True}
    layout["margin"] |= {"b": 68}
    most = max((step.counts.total for step in said), default=0)
    layout["yaxis"] |= {
        "title": {"text": _("students")},
        "range": [0, max(4, most) * 1.15],
        "dtick": _tick(most),
    }
    return {"data": traces, "layout": layout}


def individual_engagement_figure(one: Individual, summary: Summary) -> Figure:
    blocks = _blocks_with_gaps(one.blocks)
    hover = [level_word(block.level) for block in blocks]
    line = _line([(block.start_s, block.engagement) for block in blocks], hover=hover)
    return {"data": [line], "layout": level_layout(summary.lesson_s, summary.pauses, summary.moments)}


def individual_expression_figure(one: Individual, summary: Summary) -> Figure:
    """A square for each half minute, in the row of what the expression resembled most; filled where clear."""
    rows = [str(NOT_SURE), *(str(RESEMBLED[row]) for row in EXPRESSION_ROWS)]
    read = [block for block in one.blocks if block.is_read]
    words = [str(RESEMBLED[block.expression] if block.expression else NOT_SURE) for block in read]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [minute(block.start_s + BLOCK_S / 2) for block in read],
        "y": words,
        "text": [expression_phrase(block.expression, block.clarity) for block in read],
        "marker": {"symbol": [CLARITY_SYMBOLS[block.clarity] for block in read], "size": 7},
        "hovertemplate": _("minute %{x:.1f}: %{text}") + "<extra></extra>",
        "meta": {"tone": "accent"},
    }
    layout = base_layout(summary.lesson_s, summary.pauses, summary.moments, height=270)
    layout["yaxis"] |= {
        "type": "category",
        "categoryarray": rows,
        "range": [-0.6, len(rows) - 0.4],
        "ticklabelstandoff": 4,
        "tickvals": rows,
    }
    return {"data": [trace], "layout": layout}


@dataclass(frozen=True, slots=True)
class StripCell:
    """A run of half minutes of one kind, as a rectangle; its shape tells the kinds apart without colour."""

    kind: str
    x: float
    width: float
    y: int
    height: int


def strip(one: Individual) -> tuple[StripCell, ...]:
    """A student's lesson as a row of bars; `x` and `width` are in minutes."""
    cells = []
    half_minutes = enumerate(zip(one.blocks.starts.tolist(), one.blocks.kinds, strict=True))
    placed = groupby(half_minutes, key=lambda item: (item[1][1], item[1][0] // BLOCK_S - item[0]))
    for (kind, _run), items in placed:
        starts = [start_s for _index, (start_s, _kind) in items]
        x, width = starts[0] / 60, len(starts) * BLOCK_S / 60
        cells.append(StripCell(kind, x, width, *STRIP_BARS[kind]))
    return tuple(cells)


def _line(points: Iterable[tuple[int, float | None]], hover: Sequence[str]) -> Figure:
    points = list(points)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": _("engagement"),
        "x": [minute(at_s) for at_s, _value in points],
        "y": [_hundredths(value) for _at_s, value in points],
        "text": list(hover),
        "connectgaps": False,
        "line": {"width": 2.5, "shape": "linear"},
        "hovertemplate": _("minute %{x:.0f}: %{y:.0f}%") + "<br>%{text}<extra></extra>",
        "meta": {"tone": "accent"},
    }


def _band(mood: Sequence[MoodStep]) -> Figure:
    """Where the middle half of the students lay, one closed shape for each stretch without a gap."""
    x: list[float | None] = []
    y: list[float | None] = []
    for known, steps in groupby(mood, key=lambda step: step.engagement is not None):
        if not known:
            continue
        run = [(step.at_s, step.shared) for step in steps if step.shared]
        x += [minute(at_s) for at_s, _shared in (*run, *reversed(run))] + [None]
        y += [_hundredths(shared.engagement_low) for _at_s, shared in run]
        y += [_hundredths(shared.engagement_high) for _at_s, shared in reversed(run)] + [None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": _("middle half of the students"),
        "x": x,
        "y": y,
        "fill": "toself",
        "line": {"width": 0},
        "hoverinfo": "skip",
        "meta": {"tone": "band"},
    }


def _with_gaps(mood: Sequence[MoodStep]) -> list[MoodStep]:
    """The steps, with an empty one after each that has no neighbour: the line must not bridge a gap."""
    steps: list[MoodStep] = []
    for step in mood:
        if steps and step.at_s > steps[-1].at_s + 3 * BIN_S:
            steps.append(MoodStep(steps[-1].at_s + BIN_S, None, None, None))
        steps.append(step)
    return steps


def _blocks_with_gaps(blocks: Iterable[Block]) -> list[Block]:
    filled: list[Block] = []
    for block in blocks:
        if filled and block.start_s > filled[-1].start_s + BLOCK_S:
            filled.append(unmeasured(filled[-1].start_s + BLOCK_S))
        filled.append(block)
    return filled


def _mean_share(shares: Sequence[tuple[float, ...]], row: Emotion) -> float | None:
    index = EMOTIONS.index(row)
    return round(100 * fmean(one[index] for one in shares), 1) if shares else None


def _hundredths(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 1)


def _tick(most: int) -> int:
    return max(1, -(-most // 5))
