"""Half minutes of one student who shows own results, as columns: a class of them is read at once. Pure.

They are the finest that every interval fills; the rule behind flags judges them too.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emotion.judgement.clarity import CAREFUL_CLEAR_FROM
from emotion.judgement.engagement import Level
from emotion.labels import EMOTIONS, Emotion
from emotion.values import Clarity, Signal

Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]

COUNTED = (
    "readings",
    "faces",
    "engaged",
    "drifting",
    "away",
    "engagements",
    "engagement_permille",
    "expressions",
    "certain",
)
"""The columns of sums; after them an expression's each, per mille in the order of the labels."""
JUDGED = ("engaged", "drifting", "away")
KINDS = (Level.ENGAGED.value, Level.DRIFTING.value, Level.AWAY.value, "seen", "no-face")
"""The level, or else whether a face was seen."""
SEEN, NO_FACE = 3, 4
LEVELS = (Level.ENGAGED, Level.DRIFTING, Level.AWAY, Level.UNKNOWN, Level.UNKNOWN)
MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Block:
    """How one half minute was. `expression` is None where none was read or it was uncertain."""

    start_s: int
    kind: str
    level: Level
    engagement: float | None
    is_read: bool
    expression: Emotion | None
    clarity: Clarity


def unmeasured(start_s: int) -> Block:
    return Block(start_s, KINDS[NO_FACE], Level.UNKNOWN, None, False, None, Clarity.NOT_SURE)


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """In the order of the lesson: int64 `starts` (n,) in seconds, int64 `sums` (n, 9 + 7) of readings.

    An expression is clear from `clear_from` on, which the network's card states.
    """

    starts: Integers
    sums: Integers
    clear_from: float = CAREFUL_CLEAR_FROM

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[Block]:
        levels, read = (LEVELS[kind] for kind in self._kinds.tolist()), self.of("expressions") > 0
        columns = (self.starts, self.engagement, read, self._named, self.are_clear)
        for kind, level, (start_s, engagement, is_read, named, is_clear) in zip(
            self.kinds, levels, zip(*(one.tolist() for one in columns), strict=True), strict=True
        ):
            yield Block(
                start_s=start_s,
                kind=kind,
                level=level,
                engagement=None if np.isnan(engagement) else engagement,
                is_read=is_read,
                expression=EMOTIONS[named] if named >= 0 else None,
                clarity=_clarity(named, is_clear=is_clear),
            )

    def of(self, name: str) -> Integers:
        """int64 (n,), one of COUNTED."""
        column: Integers = self.sums[:, COUNTED.index(name)]
        return column

    def where(self, chosen: Truths) -> "Blocks":
        return Blocks(self.starts[chosen], self.sums[chosen], self.clear_from)

    def between(self, first_s: float, last_s: float) -> "Blocks":
        return self.where((first_s <= self.starts) & (self.starts < last_s))

    def together(self, length_s: int) -> "Blocks":
        """The same in blocks of such a length; those without any are left out."""
        if not len(self):
            return self
        starts, first = np.unique(self.starts // length_s * length_s, return_index=True)
        return Blocks(starts, np.add.reduceat(self.sums, first, axis=0), self.clear_from)

    def under(self, signals: Collection[Signal]) -> "Blocks":
        """Without what may not be shown. Before December 2026 an expression raised it: that goes too."""
        if {Signal.ATTENTION, Signal.EXPRESSION} <= set(signals):
            return self
        sums = self.sums.copy()
        if Signal.ATTENTION not in signals:
            sums[:, [COUNTED.index(name) for name in (*JUDGED, "engagements", "engagement_permille")]] = 0
        if Signal.EXPRESSION not in signals:
            raised = self.of("expressions") > 0
            for name in ("engagements", "engagement_permille"):
                sums[raised, COUNTED.index(name)] = 0
            sums[:, COUNTED.index("expressions") :] = 0
        return Blocks(self.starts, sums, self.clear_from)

    @property
    def judged(self) -> Integers:
        """int64 (n,): readings with a level."""
        total: Integers = self._levels.sum(axis=1)
        return total

    @property
    def kinds(self) -> list[str]:
        return [KINDS[one] for one in self._kinds.tolist()]

    @property
    def engagement(self) -> NDArray[np.float64]:
        """float64 (n,), NaN where there is none."""
        counts = self.of("engagements")
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(counts > 0, self.of("engagement_permille") / counts / 1000, np.nan)

    @property
    def are_uncertain(self) -> Truths:
        """bool (n,): an expression was read, but most readings name none."""
        read = self.of("expressions")
        return (read > 0) & (self.of("certain") < MOSTLY * read)

    @property
    def are_clear(self) -> Truths:
        """bool (n,): an expression is named, and the mean of its readings is clear."""
        sums = self.sums[:, len(COUNTED) :]
        highest = sums.max(axis=1) / np.maximum(sums.sum(axis=1), 1)
        are_clear: Truths = (self._named >= 0) & (highest >= self.clear_from)
        return are_clear

    def named(self, chosen: Truths | None = None) -> Integers:
        """int64 (7,): how many blocks resembled each expression most; of the `chosen`."""
        named = self._named if chosen is None else self._named[chosen]
        return np.bincount(named[named >= 0], minlength=len(EMOTIONS))

    @property
    def _levels(self) -> Integers:
        first = COUNTED.index(JUDGED[0])
        levels: Integers = self.sums[:, first : first + len(JUDGED)]
        return levels

    @property
    def _kinds(self) -> Integers:
        """The commonest level where most readings have one; by index in KINDS."""
        judged, readings, faces = self.judged, self.of("readings"), self.of("faces")
        is_level = (judged >= MOSTLY * readings) & (judged > 0)
        has_face = (faces >= MOSTLY * readings) & (faces > 0)
        return np.where(is_level, self._levels.argmax(axis=1), np.where(has_face, SEEN, NO_FACE))

    @property
    def _named(self) -> Integers:
        """What the expression resembled most, by index in EMOTIONS; -1: none was read, or it is uncertain."""
        sums = self.sums[:, len(COUNTED) :]
        is_named = (self.of("expressions") > 0) & (sums.sum(axis=1) > 0) & ~self.are_uncertain
        return np.where(is_named, sums.argmax(axis=1), -1)


def _clarity(named: int, *, is_clear: bool) -> Clarity:
    if named < 0:
        return Clarity.NOT_SURE
    return Clarity.CLEARLY if is_clear else Clarity.WEAKLY
