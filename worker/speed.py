"""How fast this process analyses, and how many snapshots it had better take at once."""

from dataclasses import dataclass

from classroom.wire.mailbox import FEWEST, MOST

# A reading waits for the rest of its batch to be recorded.
BATCH_S = 0.25


@dataclass(slots=True)
class Speed:
    """By the clock on the wall, so that other work on the machine counts too."""

    seconds_each: float = BATCH_S / FEWEST

    def note(self, snapshots: int, seconds: float) -> None:
        """So many were analysed and recorded in so long; half as much as all before."""
        if snapshots:
            self.seconds_each += (seconds / snapshots - self.seconds_each) / 2

    @property
    def most(self) -> int:
        """As many as are done in `BATCH_S`, within what a batch may be."""
        return max(FEWEST, min(MOST, int(BATCH_S / self.seconds_each)))
