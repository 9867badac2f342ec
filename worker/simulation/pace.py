"""How fast a simulated lesson may run on this machine: pure, from how long its students wait to be read.

A student sends no snapshot before the last one was read, so it waits where analysis is behind.
"""

from collections.abc import Collection
from dataclasses import dataclass
from statistics import median

CHANGE_EVERY_S = 2.0
# Slower where a reading takes longer than the time between two snapshots, faster where it takes half of it.
FULL, EASY = 1.0, 0.5
HEADROOM = 0.9
LARGEST_STEP_DOWN, LARGEST_STEP_UP = 0.5, 1.5
# A pace that was too fast is not tried again for so long.
REMEMBERED_S = 20.0


@dataclass(slots=True)
class Pacemaker:
    """Decides the pace of one lesson, at most `speed`. All times are real, of a monotonic clock.

    Until most cameras were read once, models load and pictures are drawn for the first time: the lesson
    hardly goes on, and that is no proof of a slow machine.
    """

    speed: float
    has_begun: bool = False
    changed_at: float = float("-inf")
    ceiling: float = float("inf")
    ceiling_until: float = float("-inf")

    def advise(self, pace: float, *, strains: Collection[float], is_read: bool, now: float) -> float | None:
        """Another pace, or None where this one is right.

        `strains` say for each student how long a reading takes, as a part of the time between two snapshots;
        `is_read` is whether most of them were read.
        """
        if not self.has_begun:
            self.has_begun = is_read
            return self._changed(self.speed, pace, now) if is_read else None
        if not strains or now - self.changed_at < CHANGE_EVERY_S:
            return None
        strain = median(strains)
        if strain > FULL:
            advised = pace * max(HEADROOM / strain, LARGEST_STEP_DOWN)
            self.ceiling, self.ceiling_until = advised, now + REMEMBERED_S
        elif strain < EASY:
            advised = max(pace, min(pace * LARGEST_STEP_UP, self.speed, self._limit(now)))
        else:
            return None
        return self._changed(advised, pace, now)

    def _limit(self, now: float) -> float:
        return self.ceiling if now < self.ceiling_until else float("inf")

    def _changed(self, advised: float, pace: float, now: float) -> float | None:
        if advised == pace:
            return None
        self.changed_at = now
        return advised
