"""A change of the class's level as a small picture: what is drawn in the inline SVG, in its own units.

A minute is one unit wide; from the ground up to `HEIGHT` the class is more and more with the lesson.
"""

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean

from classroom.panels import HEIGHT
from reports.turns import Turn, worth
from reports.values import MINUTE_S, Span, Stretch, Summary

AROUND_MIN = 10
"""At most so many minutes on each side are drawn."""
OF_WORDS = {1.0: 0.9, 0.5: 0.55, 0.0: 0.2}
"""How high a word stands: few is not nothing, and most is not all."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The level of one side, with the band in which its mean is; no band where there are words alone."""

    x: float
    width: float
    y: float
    band_y: float
    band_height: float

    @property
    def end(self) -> float:
        return round(self.x + self.width, 2)


@dataclass(frozen=True, slots=True)
class Sketch:
    """`moment_x` is the key moment, if it is drawn; `dots` are the minutes of those who show their level."""

    width: float
    bars: tuple[Bar, Bar]
    dots: tuple[tuple[float, float], ...]
    moment_x: float | None


def sketch(turn: Turn, summary: Summary) -> Sketch:
    around = AROUND_MIN * MINUTE_S
    first = max(turn.before.span.start_s, turn.before.span.end_s - around)
    last = min(turn.after.span.end_s, turn.after.span.start_s + around)
    drawn = Span(first, last)
    moment = turn.moment
    return Sketch(
        width=_x(last, first),
        bars=(_bar(turn.before, drawn, summary), _bar(turn.after, drawn, summary)),
        dots=minute_dots(drawn, summary) if turn.after.level is None else (),
        moment_x=_x(moment.at_s, first) if moment and first <= moment.at_s <= last else None,
    )


def _bar(stretch: Stretch, drawn: Span, summary: Summary) -> Bar:
    start, end = max(stretch.span.start_s, drawn.start_s), min(stretch.span.end_s, drawn.end_s)
    level = worth(stretch) if stretch.level is None else OF_WORDS[worth(stretch)]
    found = summary.estimate(stretch.span)
    low, high = (found.low, found.high) if found else (level, level)
    mean = found.mean if found else level
    return Bar(
        x=_x(start, drawn.start_s),
        width=_x(end, start),
        y=_y(mean),
        band_y=_y(high),
        band_height=round(_y(low) - _y(high), 2),
    )


def minute_dots(drawn: Span, summary: Summary) -> tuple[tuple[float, float], ...]:
    """A dot for each minute with figures of those who show their level."""
    by_minute: dict[int, list[float]] = defaultdict(list)
    for step in summary.mood:
        if step.engagement is not None and drawn.start_s <= step.at_s < drawn.end_s:
            by_minute[step.at_s // MINUTE_S * MINUTE_S].append(step.engagement)
    middle = MINUTE_S // 2
    return tuple((_x(at + middle, drawn.start_s), _y(fmean(its))) for at, its in sorted(by_minute.items()))


def _x(at_s: int, from_s: int) -> float:
    return round((at_s - from_s) / MINUTE_S, 2)


def _y(level: float) -> float:
    return round(HEIGHT * (1 - level), 2)
