"""Processes that read files: they never hear of Ctrl-C, say nothing, and end with the one that began them."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2

from emotion.pictures.patience import PATIENCE_S

DIED = "reading it ended the process that did: damaged, or too large for this machine"
HUNG = f"nothing of it could be read in {PATIENCE_S} seconds of computing"
LEFT = "; the rest of it is not read"
"""Of a recording that is given up."""


@contextmanager
def interrupts_later() -> Iterator[None]:
    """Ctrl-C waits for the end: no process is left half begun. What is started within never hears of it."""
    came = False

    def remember(*_: object) -> None:
        nonlocal came
        came = True

    handler = signal.signal(signal.SIGINT, remember)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
        if came:
            raise KeyboardInterrupt


def prepare() -> None:
    """Runs once in each process."""
    # What native libraries say of a damaged picture, a table says better.
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    cv2.setNumThreads(1)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    """A parent that is killed cannot end its processes: they notice and go."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
