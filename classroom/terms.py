"""What a consent allows, and what a policy does: the same six facts, compared. Pure values."""

from dataclasses import dataclass
from enum import StrEnum

from emotion.values import Signal

COUNTED = ("accounts", "known", "everybody")
"""Who counts towards the smallest group; the fewest first."""


class Reader(StrEnum):
    """Where a picture is read. What the browser reads never leaves it: its numbers do."""

    BROWSER = "browser"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Terms:
    """What may be computed from a picture, and where, how long it is kept, and in how large a group, of whom,
    it counts.

    `readers` is empty where nothing is read. `retention_days` is of readings, `sums_days` of the ten-second
    sums, both after the lesson's end.
    """

    signals: frozenset[Signal]
    readers: frozenset[Reader]
    retention_days: int
    sums_days: int
    minimum_group_size: int
    counted: str

    def __and__(self, other: "Terms") -> "Terms":
        """What both allow: the narrower of each."""
        return Terms(
            signals=self.signals & other.signals,
            readers=self.readers & other.readers,
            retention_days=min(self.retention_days, other.retention_days),
            sums_days=min(self.sums_days, other.sums_days),
            minimum_group_size=max(self.minimum_group_size, other.minimum_group_size),
            counted=fewest(self.counted, other.counted),
        )

    def allowed(self, reader: Reader) -> frozenset[Signal]:
        """What may be computed of a picture that is read there."""
        return self.signals if reader in self.readers else frozenset()

    def widens(self, other: "Terms") -> bool:
        """Whether this allows anything that `other` does not."""
        return self & other != self


def fewest(*counted: str) -> str:
    return min(counted, key=COUNTED.index)
