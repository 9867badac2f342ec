"""Plays recordings in a process of its own: one that ends it costs a row and no other file."""

import multiprocessing
import multiprocessing.process
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Self

from emotion.pictures.frames import Frame, Unreadable
from emotion.pictures.processes import DIED, interrupts_later, prepare
from emotion.pictures.recordings import Opened, Recording


class Player:
    """For the main thread. The process begins with the first recording.

    Example:
        with Player() as player:
            for outcome in player.play(recording): ...
    """

    def __init__(self) -> None:
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def play(self, recording: Recording) -> Iterator[Opened | Frame | Unreadable]:
        """What `Recording.play` gives, one recording after the other."""
        count = 0
        at_ms = None
        try:
            for outcome in self._outcomes(recording):
                if not isinstance(outcome, Opened):
                    count, at_ms = count + 1, outcome.at_ms
                yield outcome
        except EOFError:
            yield from self._after_death(recording, count, at_ms)

    def _after_death(
        self, recording: Recording, count: int, at_ms: int | None
    ) -> Iterator[Opened | Frame | Unreadable]:
        """What is said of a recording that ended the process; its other moments are tried all the same."""
        moments = recording.wanted.moments[recording.skip + count :]
        yield Unreadable(recording.source, moments[0] if moments else at_ms, DIED)
        if len(moments) > 1:
            yield from self.play(replace(recording, skip=recording.skip + count + 1))

    def _outcomes(self, recording: Recording) -> Iterator[Opened | Frame | Unreadable]:
        """Raises EOFError where the process ends."""
        pipe = self._pipe or self._start()
        is_over = False
        try:
            pipe.send(recording)
            while (outcome := pipe.recv()) is not None:
                yield outcome
            is_over = True
        except (ConnectionError, EOFError) as error:
            raise EOFError from error
        finally:
            if not is_over:  # the rest of what it sends is of no recording that is asked for later
                self._stop()

    def _start(self) -> Connection:
        # Not forked: the libraries that read faces have threads of their own.
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        with interrupts_later():
            self._process = context.Process(target=_serve, args=(other,), daemon=True)
            self._process.start()
        other.close()
        return self._pipe

    def _stop(self) -> None:
        if self._process and self._pipe:
            self._process.kill()
            self._process.join()
            self._pipe.close()
        self._process = self._pipe = None


def _serve(pipe: Connection) -> None:
    prepare()
    while True:
        recording: Recording = pipe.recv()
        for outcome in recording.play():
            pipe.send(outcome)
        pipe.send(None)
