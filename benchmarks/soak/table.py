"""The table of docs/soak.md, as a run prints it and as it is written into the page."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.cells import draw_table
from benchmarks.page import END
from benchmarks.soak.outcome import Outcome
from classroom.local import programs

PAGE = Path(__file__).parents[2] / "docs" / "soak.md"
BEGIN = "<!-- soak -->\n"
HEAD = (
    "what happens",
    "away",
    "all read again",
    "dashboard right",
    "acknowledged",
    "lost",
    "memory",
    "descriptors",
    "log",
    "outcome",
)


def draw(outcomes: Sequence[Outcome]) -> str:
    """Seconds after the part's return; MiB and descriptors more than before, of all programs together."""
    return f"{_machine()}\n\n{draw_table(HEAD, [_row(each) for each in outcomes])}"


def write(outcomes: Sequence[Outcome], page: Path = PAGE) -> None:
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    assert end, f"{page} has no place for the table"
    page.write_text(f"{before}{begin}\n{draw(outcomes)}\n\n{end}{after}")


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    processor = next(names, platform.machine())
    return (
        f"{datetime.now(UTC):%d %B %Y}, {programs.cores()} cores of {processor}, Python"
        f" {platform.python_version()}, load {os.getloadavg()[0]:.1f}."
    )


def _row(it: Outcome) -> list[str]:
    if it.skipped:
        return [it.does, *[""] * 8, it.verdict]
    return [
        it.does,
        _seconds(it.away_s),
        _seconds(it.read_again_s),
        _seconds(it.dashboard_s),
        str(it.acknowledged),
        str(it.lost),
        f"{it.memory_mib:+.0f}",
        f"{it.descriptors:+d}",
        f"{len(it.said)}",
        it.verdict,
    ]


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f} s"
