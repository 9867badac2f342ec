"""What became of the cases of one surface: answers by kind, the slowest, and how much memory it took."""

import logging
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

MOST_MEMORY_MB = 400
MOST_S = 15.0
MOST_TOLD = 8
STATUS = Path("/proc/self/status")


@dataclass
class Tally:
    """`faults` are cases that were not answered as they should: one is enough for the test to fail."""

    surface: str
    answers: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    slowest: str = ""
    memory_mb: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def cases(self) -> int:
        return sum(self.answers.values())

    @contextmanager
    def case(self, about: object) -> Iterator[None]:
        """One case, timed; an exception that comes out of it is a fault."""
        began = time.perf_counter()
        try:
            yield
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            self.answers["fault"] += 1
            self.fault(f"{type(error).__name__}: {error} -- {told(about)}")
        finally:
            took = time.perf_counter() - began
            if took > self.slowest_s:
                self.slowest_s, self.slowest = took, told(about)

    def fault(self, text: str) -> None:
        self.faults.append(text)

    def row(self) -> str:
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in self.answers.most_common(9))
        rest = self.cases - sum(count for _, count in self.answers.most_common(9))
        kinds += f", others {rest:,}" if rest else ""
        return (
            f"| {self.surface} | {self.cases:,} | {kinds} | {1000 * self.slowest_s:,.0f} ms"
            f" | {self.memory_mb} MB |"
        )

    def check(self) -> None:
        assert not self.faults, f"{self.surface}: {len(self.faults)} faults\n" + "\n".join(
            self.faults[:MOST_TOLD]
        )
        assert self.memory_mb < MOST_MEMORY_MB, f"{self.surface} took {self.memory_mb} MB"
        assert self.slowest_s < MOST_S, f"{self.slowest_s:.1f} s: {self.slowest}"


HEADINGS = (
    "| surface | cases | answers | slowest | memory taken |",
    "|---|---:|---|---:|---:|",
)


def table(tallies: list[Tally]) -> str:
    whole = f"| **all** | **{sum(one.cases for one in tallies):,}** | | | |"
    return "\n".join([*HEADINGS, *(one.row() for one in tallies), whole])


def told(about: object) -> str:
    text = repr(about)
    return text if len(text) < 400 else f"{text[:400]}… ({len(text)})"


class Tracebacks(logging.Handler):
    """Whatever a log would tell of an error that nobody anticipated."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self._tally = tally

    def emit(self, record: logging.LogRecord) -> None:
        if (record.exc_info and record.exc_info[0]) or record.levelno >= logging.ERROR:
            error = record.exc_info[1] if record.exc_info else ""
            self._tally.fault(f"logged: {record.getMessage()[:200]} {error!r:.300}")


@contextmanager
def watched(tally: Tally) -> Iterator[Tally]:
    """Its time, the log meanwhile, and how far this process grew at its largest."""
    handler, root = Tracebacks(tally), logging.getLogger()
    before = _memory_mb("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the largest so far is forgotten
    began = time.monotonic()
    root.addHandler(handler)
    try:
        yield tally
    finally:
        root.removeHandler(handler)
        tally.seconds = time.monotonic() - began
        tally.memory_mb = max(0, _memory_mb("VmHWM") - before)


def _memory_mb(name: str) -> int:
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) // 1024


def cases_asked() -> int:
    """So many in all; few where nobody asks."""
    return int(os.environ.get("CASES") or 3_000)


def seed_asked() -> int:
    return int(os.environ.get("SEED") or 21)
