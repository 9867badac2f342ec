"""Students by minutes: of each who shows own results how every minute was. Pure.

Whoever shows none has one and the same row, whatever the reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from reports.individuals import Individual
from reports.roster import Attendee
from reports.values import MINUTE_S

NOTHING = ""
"""The kind of a minute in which nothing was measured."""


@dataclass(frozen=True, slots=True)
class Run:
    """Minutes one after the other of one kind, as `Blocks.kinds` has them, or `NOTHING`."""

    start: int
    minutes: int
    kind: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """`runs` fill the lesson; None: no individual data."""

    name: str
    runs: tuple[Run, ...] | None


def heat_rows(
    attendees: Iterable[Attendee], individuals: Mapping[int, Individual], lesson_s: int
) -> tuple[HeatRow, ...]:
    """A row for everybody who was there, in the order of the attendees."""
    return tuple(
        HeatRow(one.name, runs(individuals[one.participant_id], lesson_s))
        if one.participant_id in individuals
        else HeatRow(one.name, None)
        for one in attendees
    )


def runs(one: Individual, lesson_s: int) -> tuple[Run, ...]:
    placed = groupby(enumerate(minute_kinds(one, lesson_s)), key=lambda item: item[1])
    found = ((kind, [minute for minute, _kind in its]) for kind, its in placed)
    return tuple(Run(its[0], len(its), kind) for kind, its in found)


def minute_kinds(one: Individual, lesson_s: int) -> list[str]:
    """The kind of each minute of the lesson, by all its readings together."""
    minutes = one.blocks.together(MINUTE_S)
    kinds = dict(zip(minutes.starts.tolist(), minutes.kinds, strict=True))
    return [kinds.get(start, NOTHING) for start in range(0, lesson_s, MINUTE_S)]
