"""From the stamps of a recording's pictures to the times at which a player shows them. Pure."""

from fractions import Fraction

RESTART_MS = 1000
"""Stamps that fall by more begin another recording; by less, they are a slip of the camera."""

LONGEST_GAP_MS = 3_600_000
"""In a stream stamps that rise by more begin another recording: FFmpeg adds a day to those that fall."""


class VideoClock:
    """For pictures in the order in which they are shown.

    Attributes:
        end_ms: when the last picture goes.
        has_begun_anew: whether another recording has begun meanwhile.
    """

    def __init__(
        self, tick_ms: Fraction, origin_ms: Fraction, step_ms: int = 0, *, is_stream: bool = False
    ) -> None:
        """`step_ms`: from a picture to the next, as long as no stamp says otherwise."""
        self._tick_ms = tick_ms
        self._origin_ms = origin_ms
        self._last_ms: int | None = None
        self._step_ms = step_ms
        self._is_stream = is_stream
        self.end_ms = 0
        self.has_begun_anew = False

    def at(self, stamp: int | None, duration: int | None) -> int:
        """When the next picture is shown; of one without a stamp, when the one before it goes."""
        at_ms = self.end_ms if stamp is None else round(stamp * self._tick_ms - self._origin_ms)
        if self._last_ms is not None:
            if self._begins_anew(at_ms, self._last_ms):
                self.has_begun_anew = True
                self._origin_ms -= self.end_ms - at_ms
                at_ms = self.end_ms
            at_ms = max(at_ms, self._last_ms)
            self._step_ms = at_ms - self._last_ms
        self._last_ms = max(at_ms, 0)  # before the start nothing is shown
        self.end_ms = self._last_ms + (round((duration or 0) * self._tick_ms) or self._step_ms)
        return self._last_ms

    def _begins_anew(self, at_ms: int, last_ms: int) -> bool:
        is_too_long = self._is_stream and at_ms > self.end_ms + LONGEST_GAP_MS
        return is_too_long or at_ms < last_ms - RESTART_MS

    def resume(self) -> None:
        """The next stamp may be earlier than the last and is none of another recording all the same."""
        self._last_ms = None
