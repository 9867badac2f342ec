"""What all figures share: the lesson's minutes as the horizontal axis, its pauses and its key moments."""

from collections.abc import Sequence
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from classroom.languages import separators
from classroom.words import level_word, percent
from emotion.judgement.engagement import Level
from emotion.judgement.weights import DEFAULT_WEIGHTS
from reports.values import Moment, Span

Figure = dict[str, Any]
LEVEL_TICKS = (0, 100 * DEFAULT_WEIGHTS.drifting_from, 100 * DEFAULT_WEIGHTS.engaged_from, 100)


def level_layout(lesson_s: int, pauses: Sequence[Span], moments: Sequence[Moment]) -> Figure:
    layout = base_layout(lesson_s, pauses, moments, height=300)
    layout["yaxis"] |= {
        "range": [0, 100],
        "tickvals": list(LEVEL_TICKS),
        "ticktext": [percent(tick / 100) for tick in LEVEL_TICKS],
    }
    for level, low, high in zip(
        (Level.AWAY, Level.DRIFTING, Level.ENGAGED), LEVEL_TICKS, LEVEL_TICKS[1:], strict=False
    ):
        layout["annotations"].append(_level_note(level_word(level), (low + high) / 2))
    return layout


def _level_note(text: str, y: float) -> Figure:
    return {
        "text": text,
        "x": 1,
        "xref": "paper",
        "xanchor": "left",
        "xshift": 8,
        "y": y,
        "yanchor": "middle",
        "showarrow": False,
        "name": "level",
    }


def base_layout(lesson_s: int, pauses: Sequence[Span], moments: Sequence[Moment], *, height: int) -> Figure:
    return {
        "height": height,
        "margin": {"t": 30, "r": 100, "b": 44, "l": 84},
        "showlegend": False,
        "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": -0.34, "yanchor": "top"},
        "hovermode": "closest",
        "separators": separators(),
        "dragmode": False,
        "xaxis": {
            "title": {"text": _("minutes since the start"), "standoff": 6},
            "range": [0, max(1.0, lesson_s / 60)],
            "dtick": _minutes_tick(lesson_s),
            "fixedrange": True,
            "zeroline": False,
            "showgrid": False,
        },
        "yaxis": {"fixedrange": True, "zeroline": False},
        "shapes": [*map(_pause_shape, pauses), *map(_moment_shape, moments)],
        "annotations": [
            *(_pause_note(pause) for pause in pauses),
            *(_moment_note(moment, number) for number, moment in enumerate(moments, 1)),
        ],
    }


def _pause_shape(pause: Span) -> Figure:
    return _vertical(pause.start_s, pause.end_s) | {"type": "rect", "name": "pause", "layer": "below"}


def _pause_note(pause: Span) -> Figure:
    return _top_note(_("pause"), (pause.start_s + pause.end_s) / 2) | {"name": "pause"}


def _moment_shape(moment: Moment) -> Figure:
    return _vertical(moment.at_s, moment.at_s) | {"type": "line", "name": "moment"}


def _moment_note(moment: Moment, number: int) -> Figure:
    """The number of the key moment in the list below; its label would not fit.

    Plotly takes texts for markup: a label as it was typed could be a link.
    """
    label = escape(moment.label, quote=False)
    return _top_note(str(number), moment.at_s) | {"name": "moment", "hovertext": label}


def _vertical(start_s: float, end_s: float) -> Figure:
    return {"x0": minute(start_s), "x1": minute(end_s), "xref": "x", "y0": 0, "y1": 1, "yref": "paper"}


def _top_note(text: str, at_s: float) -> Figure:
    return {
        "text": text,
        "x": minute(at_s),
        "xref": "x",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
    }


def minute(at_s: float) -> float:
    return round(at_s / 60, 2)


def _minutes_tick(lesson_s: int) -> int:
    return next((tick for tick in (1, 5, 10, 15, 30) if lesson_s / 60 / tick <= 12), 60)
