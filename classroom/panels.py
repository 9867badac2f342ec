"""One figure over several lessons as a small picture: what is drawn in the inline SVG, in its own units."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 40
INSET = 0.5
"""A lesson is one unit wide; its dot stands in the middle."""

Dot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Panel:
    """Dots, the oldest lesson on the left, and lines between neighbours.

    `scale` says in words what lies between the lower and the upper edge; `width` is the number of lessons.
    """

    title: str
    scale: str
    width: int
    dots: tuple[Dot, ...]
    lines: tuple[tuple[Dot, Dot], ...]


def panel(title: str, scale: str, values: Sequence[float | None], highest: float) -> Panel:
    """A value for each lesson from 0 to `highest`; None leaves a gap."""
    at = {
        index: (index + INSET, round(HEIGHT * (1 - value / highest), 2))
        for index, value in enumerate(values)
        if value is not None
    }
    lines = tuple((at[index], at[index + 1]) for index in at if index + 1 in at)
    return Panel(title, scale, len(values), tuple(at.values()), lines)
