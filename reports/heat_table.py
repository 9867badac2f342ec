"""The heat map as a table of letters: a cell for each run of minutes, so that a large class stays light."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html_join
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
    """`cells` are the markup of the row's cells, empty without individual data."""

    name: str
    cells: str


@dataclass(frozen=True, slots=True)
class HeatTable:
    """`legend` are kind, letter and word."""

    minutes: int
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    legend: tuple[tuple[str, str, str], ...]


def heat_table(rows: Iterable[HeatRow], minutes: int) -> HeatTable:
    letters = {kind: letter for kind, letter, _word in legend()}
    return HeatTable(
        minutes=minutes,
        headings=tuple(Heading(at, min(COLUMN, minutes - at)) for at in range(0, minutes, COLUMN)),
        rows=tuple(Row(one.name, _cells(one.runs or (), letters)) for one in rows),
        legend=legend(),
    )


def legend() -> tuple[tuple[str, str, str], ...]:
    """Letters and not colours alone tell the kinds apart."""
    where = "letter in the heat map"
    return (
        ("engaged", pgettext(where, "W"), level_word("engaged")),
        ("drifting", pgettext(where, "D"), level_word("drifting")),
        ("away", pgettext(where, "A"), level_word("away")),
        ("seen", pgettext(where, "F"), _("face seen, no level")),
        ("no-face", pgettext(where, "N"), _("no face")),
        (NOTHING, "\N{EN DASH}", _("nothing measured")),
    )


def _cells(runs: Iterable[Run], letters: dict[str, str]) -> str:
    cells = ((one.kind or "none", one.minutes, letters[one.kind]) for one in runs)
    return format_html_join("", '<td class="heat-{}" colspan="{}">{}</td>', cells)
