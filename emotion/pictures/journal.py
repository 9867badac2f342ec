"""What an unfinished run has read so far, line by line, so that a run that was killed can be gone on with.

The first line says what the run is, each further one is a `FrameReading`, in the order of the run.
Numbers are written so that they come back bit for bit: tables made after any number of stops are the same.
"""

import fcntl
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Self

import msgspec

from emotion.pictures.errors import JournalError
from emotion.pictures.reading import FrameReading

FORMAT = 3
EARLIER = frozenset({2})
"""Formats of versions before, whose readings count. The file that was under way then is read anew: its times
may have been others."""

START_ANEW = "--fresh starts anew"
READINGS = msgspec.json.Decoder(FrameReading)
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError)  # no JSON, or a text of it that is not UTF-8


class Journal:
    """One file, held by one run at a time. A context manager: it closes the file, and leaves it there.

    Attributes:
        done: how many readings there are of each source.
        failed: how many readings are errors.
        last, last_error: the source of the last reading and what was wrong; None where there is none.
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path = path
        self._file = file
        self.done: Counter[str] = Counter()
        self.failed = 0
        self.last: str | None = None
        self.last_error = ""

    @classmethod
    def open(cls, path: Path, run: Mapping[str, Any], *, fresh: bool) -> Self:
        """Go on with the journal `path` or begin it; `run` is what decides over the tables, as JSON.

        A last line that was cut off is dropped: its picture is read again.

        Raises:
            JournalError: the journal is another run's, or another process writes it just now.
            OSError: it cannot be written.
        """
        journal = cls(path, path.open("a+b"))
        try:
            journal._lock()
            journal._begin(msgspec.json.decode(msgspec.json.encode(run)), fresh)
        except BaseException:
            journal._file.close()
            raise
        return journal

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def append(self, reading: FrameReading) -> None:
        self._write(reading)
        self._count(reading)

    def readings(self) -> Iterator[FrameReading]:
        """From the first on."""
        self._file.seek(0)
        self._file.readline()
        for line in self._file:
            yield READINGS.decode(line)

    def remove(self) -> None:
        self.path.unlink()

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise JournalError(f"{self.path} is being written by another run") from error

    def _begin(self, run: dict[str, Any], fresh: bool) -> None:
        if fresh:
            self._file.truncate(0)
        self._file.seek(0)
        first = self._file.readline()
        if not first.endswith(b"\n"):
            self._file.truncate(0)
            self._write(run)
            return
        is_earlier = self._compare(first, run)
        self._file.truncate(self._counted(len(first), without_last=is_earlier))

    def _compare(self, first: bytes, run: dict[str, Any]) -> bool:
        """Whether it is of an earlier version. Raises JournalError where it is another run's."""
        try:
            before = msgspec.json.decode(first)
        except UNREADABLE:
            before = None
        if not isinstance(before, dict):
            raise JournalError(f"{self.path} is not the journal of a run; {START_ANEW}")
        is_earlier = before.get("format") in EARLIER and "format" in run
        if is_earlier:
            before["format"] = run["format"]
        if before != run:
            changed = "; ".join(_changes(before, run))
            raise JournalError(
                f"{self.path} is of an unfinished run that was another: {changed}. {START_ANEW}"
            )
        return is_earlier

    def _counted(self, end: int, *, without_last: bool) -> int:
        """Count the readings after the first line, up to the first that is not whole; where that begins."""
        before_last = end, self.failed, self.last
        for line in self._file:
            try:
                reading = READINGS.decode(line)
            except UNREADABLE:
                break
            if not line.endswith(b"\n"):
                break
            if reading.source != self.last:
                before_last = end, self.failed, self.last
            self._count(reading)
            end += len(line)
        if without_last and self.last is not None:
            del self.done[self.last]
            end, self.failed, self.last = before_last
            self.last_error = ""
        return end

    def _count(self, reading: FrameReading) -> None:
        self.done[reading.source] += 1
        self.failed += bool(reading.error)
        self.last, self.last_error = reading.source, reading.error

    def _write(self, values: Mapping[str, Any] | FrameReading) -> None:
        self._file.write(msgspec.json.encode(values) + b"\n")
        self._file.flush()


def _changes(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """In what two runs differ, in words; of the files the first that does."""
    for name in sorted((before.keys() | now.keys()) - {"files"}):
        if before.get(name) != now.get(name):
            yield f"{name} was {before.get(name)}, is {now.get(name)}"
    old, new = (dict(run.get("files", {})) for run in (before, now))
    for name in [*old, *new]:
        if old.get(name) != new.get(name):
            what = "is new" if name not in old else "is gone" if name not in new else "has changed"
            yield f"{name} {what}"
            return
    if list(old) != list(new):
        yield "the files come in another order"
