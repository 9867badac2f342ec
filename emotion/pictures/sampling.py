"""Which pictures of a recording or an animation are read: one a period, or those at some moments. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from emotion.pictures.timestamps import time_stamp


class Timed(Protocol):
    @property
    def at_ms(self) -> int: ...


Shown = TypeVar("Shown", bound=Timed)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One picture a period, or, where there are moments, what is shown at each of them and nothing else."""

    every_ms: int
    moments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """A moment at which no picture is shown; `words` say why."""

    at_ms: int
    words: str


class Periods:
    """Of pictures in order of time the first that is shown in each period is due."""

    def __init__(self, every_ms: int) -> None:
        self._every_ms = every_ms
        self._due_ms = 0

    def is_due(self, at_ms: int) -> bool:
        if at_ms < self._due_ms:
            return False
        self._due_ms = (at_ms // self._every_ms + 1) * self._every_ms
        return True


def at_moments(
    pictures: Iterable[Shown], moments: Sequence[int], end_ms: Callable[[], int]
) -> Iterator[Shown | Nothing]:
    """Of pictures in order of time the one on screen at each moment.

    Args:
        moments: in order of time.
        end_ms: when the last picture goes, asked once all have come.
    """
    waiting = list(moments)
    shown: Shown | None = None
    for picture in pictures:
        while waiting and waiting[0] < picture.at_ms:
            moment = waiting.pop(0)
            yield shown or before(moment, picture.at_ms)
        if not waiting:
            return
        shown = picture
    for moment in waiting:
        yield shown if shown and moment <= end_ms() else after(moment, end_ms())


def before(moment_ms: int, first_ms: int) -> Nothing:
    return Nothing(moment_ms, f"no picture is shown before {time_stamp(first_ms)}")


def after(moment_ms: int, end_ms: int) -> Nothing:
    return Nothing(moment_ms, f"the recording ends at {time_stamp(end_ms)}")
