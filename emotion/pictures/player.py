"""Plays recordings in a process of its own: one that ends it costs a row and no other file."""

import multiprocessing
import multiprocessing.process
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Self

from emotion.pictures.frames import Frame, Unreadable
from emotion.pictures.patience import ENDED_BY, PATIENCE_S, patient
from emotion.pictures.processes import DIED, HUNG, LEFT, interrupts_later, prepare
from emotion.pictures.recordings import Opened, Recording


class Player:
    """For the main thread. The process begins with the first recording.

    Example:
        with Player() as player:
            for outcome in player.play(recording): ...
    """

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
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
        except EOFError as end:
            yield from self._after_death(recording, count, at_ms, str(end))

    def _after_death(
        self, recording: Recording, count: int, at_ms: int | None, why: str
    ) -> Iterator[Opened | Frame | Unreadable]:
        """What is said of a recording that ended the process; its other moments are tried all the same."""
        moments = recording.wanted.moments[recording.skip + count :]
        if moments:
            yield Unreadable(recording.source, moments[0], why)
        else:
            yield Unreadable(recording.source, at_ms, why + LEFT)
        if len(moments) > 1:
            yield from self.play(replace(recording, skip=recording.skip + count + 1))

    def _outcomes(self, recording: Recording) -> Iterator[Opened | Frame | Unreadable]:
        """Raises EOFError where the process ends, with words that say why."""
        pipe = self._pipe or self._start()
        is_over = False
        try:
            pipe.send(recording)
            while (outcome := pipe.recv()) is not None:
                yield outcome
            is_over = True
        except (ConnectionError, EOFError) as error:
            raise EOFError(self._why_it_ended()) from error
        finally:
            if not is_over:  # the rest of what it sends is of no recording that is asked for later
                self._stop()

    def _why_it_ended(self) -> str:
        if self._process:
            self._process.join()
            if self._process.exitcode == -ENDED_BY:
                return HUNG
        return DIED

    def _start(self) -> Connection:
        # Not forked: the libraries that read faces have threads of their own.
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        with interrupts_later():
            self._process = context.Process(target=_serve, args=(other, self._patience_s), daemon=True)
            self._process.start()
        other.close()
        return self._pipe

    def _stop(self) -> None:
        if self._process and self._pipe:
            self._process.kill()
            self._process.join()
            self._pipe.close()
        self._process = self._pipe = None


def _serve(pipe: Connection, patience_s: float) -> None:
    prepare()
    while True:
        recording: Recording = pipe.recv()
        outcomes = recording.play()
        while True:
            with patient(patience_s):
                outcome = next(outcomes, None)
            pipe.send(outcome)
            if outcome is None:
                break
