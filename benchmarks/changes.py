"""What is told of an even lesson, and how often a change is found: `python -m benchmarks.changes`.

Simulated students of the flag study (`benchmarks/flag_study`) sit through an hour in which nothing happens to
the class as a whole. Classes are drawn of them; what is told is what the report would tell: changes of the
class's level, and best and hardest five minutes.
"""

import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tests import servers  # noqa: F401 - the settings ask for addresses, which nothing here uses

os.environ["DJANGO_SETTINGS_MODULE"] = "classroom.settings"

import django

django.setup()

from benchmarks.flag_study.confusion import measured  # noqa: E402
from benchmarks.flag_study.scenarios import SCENARIOS, Scenario  # noqa: E402
from benchmarks.flag_study.student import INTERVAL_S, readings  # noqa: E402
from benchmarks.flag_study.study import LESSON_S  # noqa: E402
from classroom.disclosure import GRID, Group, Member, Words, class_words, steady  # noqa: E402
from classroom.mood import rounded  # noqa: E402
from emotion.judgement.engagement import Level, fold  # noqa: E402
from emotion.judgement.persistence import BIN_S  # noqa: E402
from reports.aggregates import stretches, told_apart  # noqa: E402
from reports.phases import Minutes, estimate, exact_phases, phases_in_words  # noqa: E402
from reports.turns import turns  # noqa: E402
from reports.values import MoodStep, SharedStep, Stretch, Summary  # noqa: E402

EVEN = tuple(one for one in SCENARIOS if one.target is None)
STUDENTS = 60
SIZES = (5, 10, 20)
LOTS = 10
"""Of twenty lessons each, for each kind and size."""
LASTS = (3, 5, 8, 12)
FIRST_MINUTE = 2
"""Until then the own normal is being found."""
DROP_AT = 25
MINIMUM = 5


Told = Callable[["Crowd", list[int]], list[Stretch]]
Named = Callable[["Crowd", list[int]], bool]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Of each student float64 engagement by minute, and the newest of each ten seconds (NaN: none), and the
    last level known by half minute.
    """

    engagement: NDArray[np.float64]
    newest: NDArray[np.float64]
    levels: list[list[Level]]


def crowd(scenario: Scenario) -> Crowd:
    found = [_played(scenario, seat) for seat in range(STUDENTS)]
    minutes, newest, levels = zip(*found, strict=True)
    return Crowd(np.array(minutes), np.array(newest), list(levels))


def _played(scenario: Scenario, seat: int) -> tuple[NDArray[np.float64], NDArray[np.float64], list[Level]]:
    rng = np.random.default_rng([zlib.crc32(scenario.name.encode()), seat])
    sums, counts = np.zeros(int(LESSON_S / 60)), np.zeros(int(LESSON_S / 60))
    newest = np.full(int(LESSON_S / BIN_S), np.nan)
    state, level, levels = None, Level.ENGAGED, []
    for at, analysis in readings(scenario.student, measured(), LESSON_S, rng):
        state, engagement = fold(state, analysis, at)
        if analysis.faces and engagement.value is not None:
            sums[int(at // 60)] += engagement.value
            counts[int(at // 60)] += 1
            newest[int(at // BIN_S)] = engagement.value
            level = engagement.level if engagement.level is not Level.UNKNOWN else level
        if at % GRID.total_seconds() < INTERVAL_S:
            levels.append(level)
    minutes = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return minutes[FIRST_MINUTE:], newest[FIRST_MINUTE * 60 // BIN_S :], levels


def told_by_figures(one: Crowd, chosen: list[int], *, drop: float = 0, lasts: int = 0) -> list[Stretch]:
    values = one.engagement[chosen].copy()
    values[:, DROP_AT : DROP_AT + lasts] = np.clip(values[:, DROP_AT : DROP_AT + lasts] - drop, 0, 1)
    starts = tuple(60 * minute for minute in range(values.shape[1]))
    return _told(exact_phases(Minutes(starts, values), int(LESSON_S)))


def told_by_words(one: Crowd, chosen: list[int], *, gone: float = 0, lasts: int = 0) -> list[Stretch]:
    """`gone` is the share of the class that is away from minute `DROP_AT` on, for so many minutes."""
    return _told(phases_in_words(list(_steps(one, chosen, gone, lasts)), int(LESSON_S)))


def named_by_figures(one: Crowd, chosen: list[int]) -> bool:
    """Whether best and hardest five minutes are."""
    values = one.engagement[chosen]
    minutes = Minutes(tuple(60 * minute for minute in range(values.shape[1])), values)
    best, hardest = stretches(list(_shared_steps(one.newest[chosen])), int(LESSON_S))
    estimates = [estimate(minutes, its.span, seed=17) for its in (best, hardest) if its]
    phases = exact_phases(minutes, int(LESSON_S))
    return told_apart(best, hardest, [its for its in estimates if its], phases) != (None, None)


def named_by_words(one: Crowd, chosen: list[int]) -> bool:
    mood = list(_steps(one, chosen, 0, 0))
    phases = phases_in_words(mood, int(LESSON_S))
    return told_apart(*stretches(mood, int(LESSON_S)), (), phases) != (None, None)


def _shared_steps(newest: NDArray[np.float64]) -> Iterator[MoodStep]:
    """As the live page has them every ten seconds, float64 (students, steps)."""
    for step, values in enumerate(newest.T):
        known = values[~np.isnan(values)]
        if len(known) >= MINIMUM:
            value = rounded(float(known.mean()))
            yield MoodStep(
                step * BIN_S, None, None, SharedStep(len(known), 0, 0, 0, value, None, None, None, None)
            )


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
    crowds = {one.name: crowd(one) for one in EVEN}
    told = " by figures | in words |"
    print(f"| even lesson | students |{2 * told}\n|---|---|{4 * '---|'}")
    for name, one in crowds.items():
        for size in SIZES:
            draws = [_draw(rng, size) for _ in range(20 * LOTS)]
            tells = (told_by_figures, told_by_words, named_by_figures, named_by_words)
            cells = [_false(tell, one, draws) for tell in tells]
            print(f"| {name} | {size} | {' | '.join(cells)} |", flush=True)
    ordinary = crowds["ordinary lesson"]
    lengths = " | ".join(f"{lasts} min" for lasts in LASTS)
    print(f"\n| fall | students | {lengths} |\n|---|---|{'---|' * len(LASTS)}")
    for size in SIZES:
        for drop in (0.1, 0.2, 0.3):
            found = _found(partial(told_by_figures, ordinary, drop=drop), rng, size)
            print(f"| engagement by {drop} | {size} | {found} |")
        for gone in (0.5, 0.9):
            found = _found(partial(told_by_words, ordinary, gone=gone), rng, size)
            print(f"| in words, {gone:.0%} of the class away | {size} | {found} |")


def _false(tell: Told | Named, one: Crowd, draws: list[list[int]]) -> str:
    """Of twenty lessons those of which anything is told: the mean of the lots, and the most of one."""
    counts = np.array([bool(tell(one, chosen)) for chosen in draws]).reshape(LOTS, 20).sum(axis=1)
    return f"{counts.mean():.1f}, at most {counts.max()}"


def _found(tell: Callable[..., list[Stretch]], rng: np.random.Generator, size: int) -> str:
    """Of a hundred lessons for each length of the fall, to two minutes."""
    hits = []
    for lasts in LASTS:
        minutes = [[one.span.start_s / 60 for one in tell(_draw(rng, size), lasts=lasts)] for _ in range(100)]
        hits.append(sum(any(abs(minute - DROP_AT) <= 2 for minute in its) for its in minutes))
    return " | ".join(map(str, hits))


def _draw(rng: np.random.Generator, size: int) -> list[int]:
    return [int(one) for one in rng.choice(STUDENTS, size, replace=False)]


if __name__ == "__main__":
    main()
