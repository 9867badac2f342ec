"""How fast snapshots and taps may come."""

from dataclasses import dataclass

from classroom.services.self_reports import TAPS_A_MINUTE
from classroom.wire.measurement import MOST_A_MESSAGE

AT_ONCE = 3.0
REQUESTS_AT_ONCE = 10.0
REQUEST_EVERY_S = 2.0
# Timers jitter and a network bunches frames together: a little faster than asked is not too fast.
TOLERANCE = 0.8
# What a network or a server that stood still held back so long may come at once afterwards.
HELD_BACK_S = 30.0


@dataclass(slots=True)
class TokenBucket:
    """Lets `tokens` through at once, one a `period_s` after that, and after a silence up to `capacity`."""

    period_s: float
    tokens: float = AT_ONCE
    capacity: float = AT_ONCE
    filled_at: float | None = None

    @classmethod
    def for_interval(cls, interval_ms: int) -> "TokenBucket":
        period_s = TOLERANCE * interval_ms / 1000
        return cls(period_s, capacity=max(AT_ONCE, HELD_BACK_S / period_s))

    @classmethod
    def for_measured(cls, interval_ms: int) -> "TokenBucket":
        """As many at once as one message may hold."""
        bucket = cls.for_interval(interval_ms)
        bucket.tokens = float(MOST_A_MESSAGE)
        bucket.capacity = max(bucket.capacity, bucket.tokens)
        return bucket

    @classmethod
    def for_taps(cls, speed: int) -> "TokenBucket":
        """A minute of the lesson, which may pass faster than a real one."""
        return cls(60 / TAPS_A_MINUTE / speed, tokens=TAPS_A_MINUTE, capacity=TAPS_A_MINUTE)

    @classmethod
    def for_requests(cls) -> "TokenBucket":
        """What a person asks for by hand besides taps."""
        return cls(REQUEST_EVERY_S, tokens=REQUESTS_AT_ONCE, capacity=REQUESTS_AT_ONCE)

    def take(self, arrived_at: float, count: int = 1) -> bool:
        """So many at once, all or none; `arrived_at` is a monotonic clock in seconds."""
        since = arrived_at - self.filled_at if self.filled_at is not None else 0.0
        self.tokens = min(max(self.capacity, self.tokens), self.tokens + since / self.period_s)
        self.filled_at = arrived_at
        if self.tokens < count:
            return False
        self.tokens -= count
        return True

    def add_one(self) -> None:
        """A snapshot was asked for beside the rhythm."""
        self.tokens += 1
