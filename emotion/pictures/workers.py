"""Pictures read by several processes; what comes out is in order, and the same for any number of them."""

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from pathlib import Path
from typing import Self

from emotion.pictures.frames import Unit
from emotion.pictures.patience import patient, sign_of_life
from emotion.pictures.processes import DIED, interrupts_later, prepare
from emotion.pictures.reading import FrameReader, FrameReading

Readings = tuple[FrameReading, ...]

AHEAD = 2
"""How many units wait for each process: enough to keep it busy, few enough to hold in memory."""


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
        """The readings of each unit, in the units' order; raises what `FrameReader.load` raises."""
        pending: deque[tuple[Unit, Future[Readings]]] = deque()
        for unit in units:
            pending.append((unit, self._submitted(unit)))
            if len(pending) > AHEAD * self._jobs:
                yield from self._next(pending)
        while pending:
            yield from self._next(pending)

    def _next(self, pending: deque[tuple[Unit, Future[Readings]]]) -> Readings:
        unit, future = pending.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            readings = self._alone(unit)
            waiting = [unit for unit, _ in pending]
            pending.clear()
            pending.extend((unit, self._submitted(unit)) for unit in waiting)
            return readings

    def _alone(self, unit: Unit) -> Readings:
        """A process died, over this unit or another: only what dies by itself is to blame."""
        self._pool = self._started()
        try:
            return self._submitted(unit).result()
        except BrokenProcessPool:
            self._pool = self._started()
            return (FrameReading(unit.source, unit.at_ms, error=DIED),)

    def _submitted(self, unit: Unit) -> Future[Readings]:
        try:
            with interrupts_later():
                return self._pool.submit(_read, self._models, unit)
        except BrokenProcessPool as broken:
            failed: Future[Readings] = Future()
            failed.set_exception(broken)
            return failed

    def _started(self) -> ProcessPoolExecutor:
        # Not forked: the libraries that read faces have threads of their own.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._jobs, mp_context=context, initializer=prepare)


def _read(models: Path, unit: Unit) -> Readings:
    reader = _reader(models)
    readings = []
    with patient():
        for frame in unit.open():
            readings.append(reader.read(frame))
            sign_of_life()
    return tuple(readings)


_reader = cache(FrameReader.load)
