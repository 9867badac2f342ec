"""How often a change is told of an even lesson, and how often one is found: `python -m benchmarks.changes`.

Simulated students of the flag study (`benchmarks/flag_study`) sit through an hour in which nothing happens to
the class as a whole. Classes are drawn of them; what is told is what the report would tell.
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.flag_study.confusion import measured
from benchmarks.flag_study.scenarios import SCENARIOS, Scenario
from benchmarks.flag_study.student import INTERVAL_S, readings
from benchmarks.flag_study.study import LESSON_S
from classroom.disclosure import GRID, Group, Member, Words, class_words, steady
from emotion.judgement.engagement import Level, fold
from emotion.judgement.persistence import BIN_S
from reports.phases import Minutes, exact_phases, phases_in_words
from reports.turns import turns
from reports.values import MoodStep, Stretch, Summary

LESSONS = ("ordinary lesson", "taking notes", "poor light", "second screen")
STUDENTS = 60
SIZES = (5, 10, 20)
HUNDREDS = 10
"""Lessons are played in lots of twenty, so many a kind and size."""
FIRST_MINUTE = 2
"""Until then the own normal is being found."""
DROP_AT = 25
MINIMUM = 5


@dataclass(frozen=True, slots=True)
class Crowd:
    """Of each student float64 engagement by minute (NaN: none), and the last level known by half minute."""

    engagement: NDArray[np.float64]
    levels: list[list[Level]]


def crowd(scenario: Scenario) -> Crowd:
    found = [_played(scenario, seat) for seat in range(STUDENTS)]
    return Crowd(np.array([values for values, _levels in found]), [levels for _values, levels in found])


def _played(scenario: Scenario, seat: int) -> tuple[NDArray[np.float64], list[Level]]:
    rng = np.random.default_rng([zlib.crc32(scenario.name.encode()), seat])
    sums, counts = np.zeros(int(LESSON_S / 60)), np.zeros(int(LESSON_S / 60))
    state, level, levels = None, Level.ENGAGED, []
    for at, analysis in readings(scenario.student, measured(), LESSON_S, rng):
        state, engagement = fold(state, analysis, at)
        if analysis.faces and engagement.value is not None:
            sums[int(at // 60)] += engagement.value
            counts[int(at // 60)] += 1
            level = engagement.level if engagement.level is not Level.UNKNOWN else level
        if at % GRID.total_seconds() < INTERVAL_S:
            levels.append(level)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)[FIRST_MINUTE:], levels


def told_by_figures(one: Crowd, chosen: list[int], *, drop: float = 0, lasts: int = 0) -> list[Stretch]:
    values = one.engagement[chosen].copy()
    values[:, DROP_AT : DROP_AT + lasts] = np.clip(values[:, DROP_AT : DROP_AT + lasts] - drop, 0, 1)
    starts = tuple(60 * minute for minute in range(values.shape[1]))
    return _told(exact_phases(Minutes(starts, values), int(LESSON_S)))


def told_by_words(one: Crowd, chosen: list[int], *, gone: float = 0, lasts: int = 0) -> list[Stretch]:
    """`gone` is the share of the class that is away from minute `DROP_AT` on, for so many minutes."""
    return _told(phases_in_words(list(_steps(one, chosen, gone, lasts)), int(LESSON_S)))


def _steps(one: Crowd, chosen: list[int], gone: float, lasts: int) -> Iterator[MoodStep]:
    group, shown, before = Group(frozenset(chosen)), None, None
    for step in range(2 * FIRST_MINUTE, int(LESSON_S / GRID.total_seconds())):
        is_low = DROP_AT <= step / 2 < DROP_AT + lasts
        away = chosen[: round(gone * len(chosen))] if is_low else []
        members = [Member(n, True, Level.AWAY if n in away else one.levels[n][step]) for n in chosen]
        raw: Words = class_words(group, members, [], MINIMUM)
        shown, before = steady(shown, before, raw), raw
        for at_s in range(30 * step, 30 * (step + 1), BIN_S):
            yield MoodStep(at_s, shown.level, None, None)


def _told(phases: tuple[Stretch, ...]) -> list[Stretch]:
    summary = Summary(int(LESSON_S), 1000, 0, None, (), (), (), None, None, (), phases)
    return [turn.after for turn in turns(summary)]


def main() -> None:
    rng = np.random.default_rng(17)
    crowds = {one.name: crowd(one) for one in SCENARIOS if one.name in LESSONS}
    print("changes told of twenty even lessons, mean (most of ten lots)")
    for name, one in crowds.items():
        for size in SIZES:
            draws = [_draw(rng, size) for _ in range(20 * HUNDREDS)]
            cells = []
            for tell in (told_by_figures, told_by_words):
                counts = (
                    np.array([len(tell(one, chosen)) for chosen in draws]).reshape(HUNDREDS, 20).sum(axis=1)
                )
                cells.append(f"{counts.mean():.1f} ({counts.max()})")
            print(f"| {name}, {size} students | {' | '.join(cells)} |")
    print("found in 100 ordinary lessons, within two minutes")
    ordinary = crowds["ordinary lesson"]
    for size in SIZES:
        for drop in (0.1, 0.2, 0.3):
            found = _found(rng, size, partial(_dropping, ordinary, drop))
            print(f"| figures, {size}, drop of {drop} | {' | '.join(map(str, found))} |")
        for gone in (0.5, 0.9):
            found = _found(rng, size, partial(_leaving, ordinary, gone))
            print(f"| words, {size}, {gone} of the class away | {' | '.join(map(str, found))} |")


def _dropping(one: Crowd, drop: float, chosen: list[int], lasts: int) -> list[Stretch]:
    return told_by_figures(one, chosen, drop=drop, lasts=lasts)


def _leaving(one: Crowd, gone: float, chosen: list[int], lasts: int) -> list[Stretch]:
    return told_by_words(one, chosen, gone=gone, lasts=lasts)


def _found(rng: np.random.Generator, size: int, tell: Callable[[list[int], int], list[Stretch]]) -> list[int]:
    """In how many of a hundred lots of students, by how long a drop lasts."""
    hits = []
    for lasts in (3, 5, 8, 12):
        at = [[one.span.start_s / 60 for one in tell(_draw(rng, size), lasts)] for _ in range(100)]
        hits.append(sum(any(abs(minute - DROP_AT) <= 2 for minute in its) for its in at))
    return hits


def _draw(rng: np.random.Generator, size: int) -> list[int]:
    return [int(one) for one in rng.choice(STUDENTS, size, replace=False)]


if __name__ == "__main__":
    main()
