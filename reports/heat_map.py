"""Students by minutes: of each who shows own results how every minute was. Pure.

Whoever shows none has one and the same row, whatever the reason.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from reports.individuals import Block, Individual
from reports.roster import Attendee
from reports.values import MINUTE_S, minute_of

NOTHING = ""
"""The kind of a minute in which nothing was measured."""
SUMMED = ("readings", "faces", "engaged", "drifting", "away")


@dataclass(frozen=True, slots=True)
class Run:
    """Minutes one after the other of one kind, as `Block.kind` has them, or `NOTHING`."""

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
    by_minute: dict[int, list[Block]] = defaultdict(list)
    for block in one.blocks:
        by_minute[minute_of(block.start_s)].append(block)
    starts = range(0, lesson_s, MINUTE_S)
    return [_together(by_minute[start]).kind if start in by_minute else NOTHING for start in starts]


def _together(blocks: Sequence[Block]) -> Block:
    sums = {name: sum(getattr(block, name) for block in blocks) for name in SUMMED}
    return replace(blocks[0], **sums)
