"""How old what a client took is when it arrives: by the client's own clock, compared on its socket."""

from dataclasses import dataclass

# Older than this it is no picture of now, whatever network held it back.
OLDEST_S = 5.0


@dataclass(slots=True)
class ClientClock:
    """A client's clock, of which only the pace is believed. Times of ours are monotonic, in seconds.

    What it says makes a snapshot up to `OLDEST_S` older than its arrival, or refused; never newer.
    """

    ahead_s: float | None = None

    def compare(self, now_ms: int, arrived_at: float) -> None:
        """The client said its time: at the beginning, and when it is told that all it sends is old."""
        self.ahead_s = arrived_at - now_ms / 1000

    def age_s(self, taken_ms: int | None, arrived_at: float) -> float:
        """Of what was taken at `taken_ms`; 0 where the client does not say when.

        What travelled fastest knows best how far apart the clocks are. So one that jumps ahead is followed
        at once; one that jumps back makes everything old until the client says its time again.
        """
        if taken_ms is None:
            return 0.0
        ahead_s = arrived_at - taken_ms / 1000
        self.ahead_s = ahead_s if self.ahead_s is None else min(self.ahead_s, ahead_s)
        return ahead_s - self.ahead_s
