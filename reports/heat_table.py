"""The heat map as a table of letters: a cell for each run of minutes, so that a large class stays light."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from classroom.words import level_word
from reports.heat_map import NOTHING, HeatRow, Run

COLUMN = 5
"""Minutes under one heading."""


@dataclass(frozen=True, slots=True)
class Heading:
    start: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` are the markup of the row's cells, empty without individual data.

    As short as HTML allows: a large class has ten thousand of them.
    """

    name: str
    cells: str


@dataclass(frozen=True, slots=True)
class HeatTable:
    """`legend` are mark, letter and word; a mark is the class of a cell, the same in every language."""

    minutes: int
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    legend: tuple[tuple[str, str, str], ...]


MARKS = {"engaged": "w", "drifting": "d", "away": "a", "seen": "f", "no-face": "n", NOTHING: "u"}
COMMONEST = "engaged"
"""Its cells need no class."""


def heat_table(rows: Iterable[HeatRow], minutes: int) -> HeatTable:
    letters = {kind: letter for kind, letter, _word in legend()}
    starts = {kind: "<td" if kind == COMMONEST else f"<td class={MARKS[kind]}" for kind in letters}
    ends = {kind: f">{conditional_escape(letter)}" for kind, letter in letters.items()}
    return HeatTable(
        minutes=minutes,
        headings=tuple(Heading(at, min(COLUMN, minutes - at)) for at in range(0, minutes, COLUMN)),
        rows=tuple(Row(one.name, _cells(one.runs or (), starts, ends)) for one in rows),
        legend=tuple((MARKS[kind], letter, word) for kind, letter, word in legend()),
    )


def legend() -> tuple[tuple[str, str, str], ...]:
    """Letters and not colours alone tell the kinds apart."""
    return (
        ("engaged", pgettext("letter in the heat map", "W"), level_word("engaged")),
        ("drifting", pgettext("letter in the heat map", "D"), level_word("drifting")),
        ("away", pgettext("letter in the heat map", "A"), level_word("away")),
        ("seen", pgettext("letter in the heat map", "F"), _("face seen, no level")),
        ("no-face", pgettext("letter in the heat map", "N"), _("no face")),
        (NOTHING, "\N{EN DASH}", _("nothing measured")),
    )


def _cells(runs: Iterable[Run], starts: Mapping[str, str], ends: Mapping[str, str]) -> str:
    """A cell without its end tag, which HTML lets go before the next cell and the end of the row."""
    cells = (
        f"{starts[one.kind]} colspan={one.minutes}{ends[one.kind]}"
        if one.minutes > 1
        else starts[one.kind] + ends[one.kind]
        for one in runs
    )
    return mark_safe("".join(cells))  # noqa: S308 - marks and numbers of ours, letters escaped
