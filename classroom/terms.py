"""What a consent allows, and what a policy does: the same seven facts, compared. Pure values."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self

from emotion.values import Signal

COUNTED = ("accounts", "known", "everybody")
"""Who counts towards the smallest group; the fewest first."""


class Reader(StrEnum):
    """Where a picture is read. What the browser reads never leaves it: its numbers do."""

    BROWSER = "browser"
    SERVER = "server"


class Sent(StrEnum):
    """What of a student may go to the school's record store."""

    ATTENDANCE = "attendance"
    SELF_REPORT = "self_report"


class Sending(NamedTuple):
    """One of these, and the host it goes to: another host is something else to agree to."""

    what: Sent
    host: str

    def __str__(self) -> str:
        return f"{self.what}@{self.host}"

    @classmethod
    def read(cls, text: str) -> Self:
        what, _, host = text.partition("@")
        return cls(Sent(what), host)


@dataclass(frozen=True, slots=True)
class Terms:
    """What may be computed from a picture, and where, how long it is kept, in how large a group, of whom,
    it counts, and what is sent to the school's record store.

    `readers` is empty where nothing is read. `retention_days` is of readings, `sums_days` of the ten-second
    sums, both after the lesson's end.
    """

    signals: frozenset[Signal]
    readers: frozenset[Reader]
    retention_days: int
    sums_days: int
    minimum_group_size: int
    counted: str
    sendings: frozenset[Sending] = frozenset()

    def __and__(self, other: "Terms") -> "Terms":
        """What both allow: the narrower of each."""
        return Terms(
            signals=self.signals & other.signals,
            readers=self.readers & other.readers,
            retention_days=min(self.retention_days, other.retention_days),
            sums_days=min(self.sums_days, other.sums_days),
            minimum_group_size=max(self.minimum_group_size, other.minimum_group_size),
            counted=fewest(self.counted, other.counted),
            sendings=self.sendings & other.sendings,
        )

    def allowed(self, reader: Reader) -> frozenset[Signal]:
        """What may be computed of a picture that is read there."""
        return self.signals if reader in self.readers else frozenset()

    def widens(self, other: "Terms") -> bool:
        """Whether this allows anything that `other` does not."""
        return self & other != self


def fewest(*counted: str) -> str:
    return min(counted, key=COUNTED.index)
