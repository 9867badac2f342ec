"""Recordings as lessons: a reading a second, the own sitting first, then what somebody does."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from statistics import fmean

from emotion.judgement.engagement import Level, fold
from emotion.judgement.validate.rows import BadRows, Frame
from emotion.values import Analysis

SITTING = ("neutralface", "sitting")
SITTING_S, BEHAVIOUR_S, COUNTED_FROM_S = 90, 60, 20
"""Long enough for the own normal; then the behaviour, whose first seconds still remember the sitting."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Of a behaviour's counted seconds the mean share at each level, over so many takes."""

    takes: int
    engaged: float
    drifting: float
    away: float
    unknown: float


Take = tuple[str, str, str]


def replay(frames: Sequence[Frame]) -> dict[str, Shares]:
    """By behaviour, in the order of the rows. Raises BadRows where nobody's own sitting was recorded.

    A take is one person's behaviour in one light, repeated from its start as often as the seconds need. Where
    the sitting was not recorded in that light, another of the same person stands for it; who never sat is
    left out.
    """
    takes: dict[Take, list[Analysis]] = defaultdict(list)
    for one in frames:
        analysis = Analysis(faces=int(one.attention is not None), attention=one.attention)
        takes[one.person, one.light, one.behaviour].append(analysis)
    found: dict[str, list[dict[Level, float]]] = defaultdict(list)
    for (person, light, behaviour), take in takes.items():
        if sitting := _sitting(takes, person, light):
            found[behaviour].append(_levels(sitting, take))
    if not found:
        raise BadRows(
            f"no recording has the behaviour {' or '.join(SITTING)}, from which the own normal is learned"
        )
    return {behaviour: _mean(each) for behaviour, each in found.items()}


def _sitting(takes: dict[Take, list[Analysis]], person: str, light: str) -> list[Analysis] | None:
    own = {where: take for (who, where, what), take in takes.items() if who == person and what in SITTING}
    return own.get(light) or next(iter(own.values()), None)


def _levels(sitting: list[Analysis], take: list[Analysis]) -> dict[Level, float]:
    lesson = [*islice(cycle(sitting), SITTING_S), *islice(cycle(take), BEHAVIOUR_S)]
    state, levels = None, []
    for second, analysis in enumerate(lesson):
        state, engagement = fold(state, analysis, float(second))
        levels.append(engagement.level)
    counted = Counter(levels[SITTING_S + COUNTED_FROM_S :])
    return {level: counted[level] / counted.total() for level in Level}


def _mean(each: list[dict[Level, float]]) -> Shares:
    means = {str(level): round(fmean(one[level] for one in each), 4) for level in Level}
    return Shares(len(each), **means)
