"""How long a file may keep a process busy without anything to show for it: then the process is ended."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_S = 120
"""Of processor time: neither a slow disk nor a busy machine nor a closed lid counts."""

ENDED_BY = signal.SIGPROF


@contextmanager
def patient(seconds: float = PATIENCE_S) -> Iterator[None]:
    """Ends the process, in the midst of a library too, where `seconds` pass between two signs of life."""
    signal.setitimer(signal.ITIMER_PROF, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def sign_of_life() -> None:
    """The time begins again, where one is set."""
    _, seconds = signal.getitimer(signal.ITIMER_PROF)
    if seconds:
        signal.setitimer(signal.ITIMER_PROF, seconds, seconds)
