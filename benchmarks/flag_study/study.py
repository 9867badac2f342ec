"""Classes of simulated students through the product's rules: fold, ten-second bins, verdicts at the end."""

import zlib
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from benchmarks.flag_study.confusion import Confusion, measured
from benchmarks.flag_study.scenarios import SCENARIOS, Scenario
from benchmarks.flag_study.student import Student, readings
from emotion.judgement.engagement import fold
from emotion.judgement.persistence import Bin, Finding, FindingKind, NotEnoughEvidence, bin_of, find
from emotion.judgement.wilson import wilson

LESSON_S = 3600.0
CLASS_SIZE = 6
"""One in six is the one to be found; a class is compared with from three others on."""
Z_TWO_SIDED_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Count:
    hits: int
    of: int

    @property
    def share(self) -> float:
        return self.hits / self.of

    @property
    def bounds(self) -> tuple[float, float]:
        """Two-sided 95 % bounds (Wilson)."""
        return wilson(self.share, self.of, Z_TWO_SIDED_95)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scenario came to.

    false_sad, false_disengaged: students who should not have had that flag and had it. missed: those who
    should have had one and had none of that kind; None where the scenario has none. not_enough: students of
    whom too little was seen to judge either kind. not_engaged, unknown: of the others' readings, the share of
    those with a level that was below engaged, and of all that had none.
    """

    name: str
    false_sad: Count
    false_disengaged: Count
    missed: Count | None
    not_enough: Count
    not_engaged: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Seat:
    """One student after the lesson: the flag that was due, those drafted, whether both could be judged."""

    due: FindingKind | None
    drafted: frozenset[FindingKind]
    judged: bool
    readings: int
    levels: int
    engaged: int


def run(classes: int, processes: int) -> list[Outcome]:
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(play, SCENARIOS, repeat(classes)))


def play(scenario: Scenario, classes: int) -> Outcome:
    """Every class has a seed of its own: a longer study begins with the shorter one."""
    seats = [seat for number in range(classes) for seat in _lesson(scenario, number)]
    targets = [seat for seat in seats if seat.due]
    others = [seat for seat in seats if not seat.due]
    levels = sum(seat.levels for seat in others)
    return Outcome(
        name=scenario.name,
        false_sad=_false(seats, FindingKind.PERSISTENTLY_SAD),
        false_disengaged=_false(seats, FindingKind.PERSISTENTLY_DISENGAGED),
        missed=_count(seat.due not in seat.drafted for seat in targets) if targets else None,
        not_enough=_count(not seat.judged for seat in seats),
        not_engaged=1 - sum(seat.engaged for seat in others) / max(levels, 1),
        unknown=1 - levels / sum(seat.readings for seat in others),
    )


def _lesson(scenario: Scenario, number: int) -> list[Seat]:
    confusion = measured()
    students = [scenario.student] * CLASS_SIZE
    if scenario.target:
        students[0] = scenario.target
    bins = {}
    for seat, student in enumerate(students):
        rng = np.random.default_rng([zlib.crc32(scenario.name.encode()), number, seat])
        bins[seat] = _bins(student, confusion, rng)
    verdicts = [find(bins, kind=kind, lesson_s=LESSON_S) for kind in FindingKind]
    due = [scenario.flag if student is scenario.target else None for student in students]
    return [_seat(due[seat], bins[seat], [by[seat] for by in verdicts]) for seat in bins]


def _bins(student: Student, confusion: Confusion, rng: np.random.Generator) -> list[Bin]:
    """One bin a reading: the rules add them up."""
    state, bins = None, []
    for at, analysis in readings(student, confusion, LESSON_S, rng):
        state, engagement = fold(state, analysis, at)
        bins.append(bin_of(analysis, engagement, at))
    return bins


def _seat(due: FindingKind | None, bins: list[Bin], verdicts: list[object]) -> Seat:
    return Seat(
        due=due,
        drafted=frozenset(one.kind for one in verdicts if isinstance(one, Finding)),
        judged=not any(isinstance(one, NotEnoughEvidence) for one in verdicts),
        readings=len(bins),
        levels=sum(one.engaged + one.drifting + one.away for one in bins),
        engaged=sum(one.engaged for one in bins),
    )


def _false(seats: list[Seat], kind: FindingKind) -> Count:
    return _count(kind in seat.drafted for seat in seats if seat.due is not kind)


def _count(hits: Iterable[bool]) -> Count:
    each = list(hits)
    return Count(sum(each), len(each))
