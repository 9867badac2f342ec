"""Pictures read by several processes; what comes out is in order, and the same for any number of them."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Self

import cv2

from emotion.pictures.reading import FrameReader, FrameReading
from emotion.pictures.sources import Unit

AHEAD = 2
"""How many units wait for each process: enough to keep it busy, few enough to hold in memory."""

DIED = "reading it ended the process that did: damaged, or too large for this machine"


class Workers:
    """`jobs` processes, each with its own models. For the main thread, which is the one that hears Ctrl-C.

    Example:
        with Workers(Path("models"), jobs=4) as workers:
            for reading in workers.read(units): ...
    """

    def __init__(self, models: Path, jobs: int) -> None:
        self._models = models
        self._jobs = jobs
        self._pool = self._started()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def read(self, units: Iterable[Unit]) -> Iterator[FrameReading]:
        """One reading a unit, in the units' order; raises what `FrameReader.load` raises."""
        pending: deque[tuple[Unit, Future[FrameReading]]] = deque()
        for unit in units:
            pending.append((unit, self._submitted(unit)))
            if len(pending) > AHEAD * self._jobs:
                yield self._next(pending)
        while pending:
            yield self._next(pending)

    def _next(self, pending: deque[tuple[Unit, Future[FrameReading]]]) -> FrameReading:
        unit, future = pending.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            reading = self._alone(unit)
            waiting = [unit for unit, _ in pending]
            pending.clear()
            pending.extend((unit, self._submitted(unit)) for unit in waiting)
            return reading

    def _alone(self, unit: Unit) -> FrameReading:
        """A process died, over this unit or another: only what dies by itself is to blame."""
        self._pool = self._started()
        try:
            return self._submitted(unit).result()
        except BrokenProcessPool:
            self._pool = self._started()
            return FrameReading(unit.source, unit.at_ms, error=DIED)

    def _submitted(self, unit: Unit) -> Future[FrameReading]:
        try:
            with _interrupts_later():
                return self._pool.submit(_read, self._models, unit)
        except BrokenProcessPool as broken:
            failed: Future[FrameReading] = Future()
            failed.set_exception(broken)
            return failed

    def _started(self) -> ProcessPoolExecutor:
        # Not forked: the libraries that read faces have threads of their own.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._jobs, mp_context=context, initializer=_prepare)


@contextmanager
def _interrupts_later() -> Iterator[None]:
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


def _prepare() -> None:
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


def _read(models: Path, unit: Unit) -> FrameReading:
    return _reader(models).read(unit)


_reader = cache(FrameReader.load)
