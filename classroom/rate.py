"""How fast snapshots may come."""

from dataclasses import dataclass

CAPACITY = 3.0
# Timers jitter and a network bunches frames together: a little faster than asked is not too fast.
TOLERANCE = 0.8


@dataclass(slots=True)
class TokenBucket:
    """Lets `CAPACITY` snapshots through at once and one a `period_s` after that."""

    period_s: float
    tokens: float = CAPACITY
    filled_at: float | None = None

    @classmethod
    def for_interval(cls, interval_ms: int) -> "TokenBucket":
        return cls(period_s=TOLERANCE * interval_ms / 1000)

    def take(self, now: float) -> bool:
        """`now` is a monotonic clock in seconds."""
        since = now - self.filled_at if self.filled_at is not None else 0.0
        self.tokens = min(CAPACITY, self.tokens + since / self.period_s)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def add_one(self) -> None:
        """A snapshot was asked for beside the rhythm."""
        self.tokens += 1
