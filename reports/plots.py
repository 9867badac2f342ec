"""The class's figures as plain shapes for paper, made of what `charts` wrote for the page.

Everything is in [0, 1] of the plot, from its left and from its top.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from classroom.languages import decimal
from reports.layouts import Figure

Point = tuple[float, float]
MM_A_PIXEL = 0.16


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in a tone; `strength` in [0, 1] is how much of the tone there is."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    height_mm: int
    x_title: str
    y_title: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    rows: tuple[Tick, ...]
    """Words at the right, beside the rows of levels that they name."""
    pauses: tuple[Point, ...]
    moments: tuple[Tick, ...]
    boxes: tuple[Box, ...]
    areas: tuple[tuple[Point, ...], ...]
    lines: tuple[tuple[Point, ...], ...]
    legend: tuple[tuple[str, str], ...]
    """Words and their tones."""


def plot(figure: Figure) -> Plot:
    """Of bars, lines with their bands, and rows of tones: what the class's figures are made of."""
    layout, traces = figure["layout"], figure["data"]
    x_axis, y_axis = layout["xaxis"], layout["yaxis"]
    scale = _Scale(x_axis["range"], y_axis["range"])
    drawn = [trace for trace in traces if trace["type"] == "scatter"]
    return Plot(
        height_mm=round(layout["height"] * MM_A_PIXEL),
        x_title=x_axis["title"]["text"],
        y_title=y_axis.get("title", {}).get("text", ""),
        x_ticks=tuple(Tick(scale.x(at), decimal(at)) for at in _steps(x_axis)),
        y_ticks=tuple(Tick(scale.y(at), text) for at, text in _y_ticks(y_axis)),
        rows=tuple(Tick(scale.y(one["y"]), one["text"]) for one in _named(layout["annotations"], "level")),
        pauses=tuple((scale.x(one["x0"]), scale.x(one["x1"])) for one in _named(layout["shapes"], "pause")),
        moments=tuple(
            Tick(scale.x(one["x"]), one["text"]) for one in _named(layout["annotations"], "moment")
        ),
        boxes=tuple(_joined(_bars(traces, scale))),
        areas=tuple(run for trace in drawn if "fill" in trace for run in _runs(trace, scale)),
        lines=tuple(run for trace in drawn if "fill" not in trace for run in _runs(trace, scale)),
        legend=tuple((one["name"], one["meta"]["tone"]) for one in traces if layout["showlegend"]),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    x_range: Sequence[float]
    y_range: Sequence[float]

    def x(self, value: float) -> float:
        low, high = self.x_range
        return _within((value - low) / (high - low))

    def y(self, value: float) -> float:
        low, high = self.y_range
        return _within((high - value) / (high - low))

    def box(
        self, left: float, right: float, low: float, high: float, tone: str, strength: float = 1.0
    ) -> Box:
        x, y = self.x(left), self.y(high)
        return Box(x, y, round(self.x(right) - x, 4), round(self.y(low) - y, 4), tone, round(strength, 3))


def _bars(traces: Sequence[Figure], scale: _Scale) -> Iterable[Box]:
    """Those at the same place stand on each other, unless they say where they stand."""
    ground: dict[float, float] = {}
    for trace in traces:
        if trace["type"] != "bar":
            continue
        count = len(trace["x"])
        widths, strengths = _each(trace["width"], count), _each(trace["marker"].get("opacity", 1.0), count)
        bases = trace.get("base", [None] * count)
        for x, height, width, strength, base in zip(
            trace["x"], trace["y"], widths, strengths, bases, strict=True
        ):
            low = ground.get(x, 0.0) if base is None else base
            ground[x] = low + height
            if height:
                tone = trace["meta"]["tone"]
                yield scale.box(x - width / 2, x + width / 2, low, low + height, tone, strength)


def _joined(boxes: Iterable[Box]) -> Iterable[Box]:
    """Neighbours of one tone are one rectangle: between two a line would shine through."""
    last: Box | None = None
    for box in boxes:
        if last and _continues(last, box):
            last = replace(last, width=round(box.x + box.width - last.x, 4))
            continue
        if last:
            yield last
        last = box
    if last:
        yield last


def _continues(last: Box, box: Box) -> bool:
    touches = abs(last.x + last.width - box.x) < 0.001
    return touches and replace(box, x=last.x, width=last.width) == last


def _each(value: float | list[float], count: int) -> list[float]:
    return value if isinstance(value, list) else [value] * count


def _runs(trace: Figure, scale: _Scale) -> Iterable[tuple[Point, ...]]:
    """The points between two gaps."""
    points = zip(trace["x"], trace["y"], strict=True)
    for known, run in groupby(points, key=lambda point: point[1] is not None):
        if known:
            yield tuple((scale.x(x), scale.y(y)) for x, y in run)


def _y_ticks(axis: Figure) -> Iterable[tuple[float, str]]:
    if "tickvals" in axis:
        return list(zip(axis["tickvals"], axis["ticktext"], strict=True))
    return [(at, decimal(at)) for at in _steps(axis)]


def _steps(axis: Figure) -> list[float]:
    first, last = axis["range"]
    return [first + step * axis["dtick"] for step in range(int((last - first) / axis["dtick"]) + 1)]


def _named(found: Iterable[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [one for one in found if one.get("name") == name]


def _within(share: float) -> float:
    return round(min(1.0, max(0.0, share)), 4)
