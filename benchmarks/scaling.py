"""What so many students need: the tables of docs/scaling.md, made of what one reading was measured to cost.

    python -m benchmarks.scaling              # writes them anew
    python -m benchmarks.scaling run.json     # with the figures of a run of `make bench`, which are kept

Nothing here was measured at these sizes: the cost of one reading is multiplied.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from math import ceil
from pathlib import Path

import msgspec

from benchmarks import figures
from benchmarks.cells import draw_table
from benchmarks.figures import Figures, Processor
from benchmarks.kept import read
from benchmarks.page import END

KEPT = Path(__file__).with_name("scaling.json")
PAGE = Path(__file__).parents[1] / "docs" / "scaling.md"
SIZES = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
PARTS = ("web", "worker", "postgres", "redis")
SUM_S = 10
HOUR_S = 3600
GB = 1e9


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor of one reading by part, and the kilobytes that a browser sends for it."""

    web: float
    worker: float
    postgres: float
    redis: float
    kilobytes: float

    @property
    def together(self) -> float:
        return self.web + self.worker + self.postgres + self.redis


@dataclass(frozen=True, slots=True)
class Measured:
    """`other_mib`: what a cell has once, however large it is; bytes hold a row's share of the indexes."""

    server: Cost
    browser: Cost
    web_mib: float
    worker_mib: float
    other_mib: float
    reading_bytes: float
    sum_bytes: float


@dataclass(frozen=True, slots=True)
class Assumed:
    """How a school teaches and what a machine costs. `busy`: the share of a core that may be used."""

    readings_per_s: float = 0.5
    busy: float = 0.6
    hours_a_day: float = 5
    days_of_readings: int = 30
    days_of_sums: int = 90
    teaching_days_in_seven: int = 5
    cell: int = 10_000
    core_hour: float = 0.04
    gb_month: float = 0.10

    @property
    def hours_a_month(self) -> float:
        """Taught, of the 730 that a month has."""
        return self.hours_a_day * self.teaching_days_in_seven * 52 / 12


@dataclass(frozen=True, slots=True)
class Need:
    """Of so many students at once. Cores by part are what they use; `reserved` leaves room above that."""

    students: int
    cores: Mapping[str, float]
    reserved: int
    memory_gb: float
    rows_a_day: float
    disk_gb: float
    mbit_per_s: float
    cells: int


def need(students: int, cost: Cost, measured: Measured, assumed: Assumed) -> Need:
    per_s = students * assumed.readings_per_s
    cores = {part: per_s * getattr(cost, part) / 1000 for part in PARTS}
    a_day = assumed.hours_a_day * HOUR_S
    readings, sums = per_s * a_day, students * a_day / SUM_S
    hour = (per_s * measured.reading_bytes + students * measured.sum_bytes / SUM_S) * HOUR_S
    processes = (
        ceil(cores["web"] / assumed.busy) * measured.web_mib
        + ceil(cores["worker"] / assumed.busy) * measured.worker_mib
    )
    cells = ceil(students / assumed.cell)
    kept = (
        readings * measured.reading_bytes * assumed.days_of_readings
        + sums * measured.sum_bytes * assumed.days_of_sums
    )
    return Need(
        students=students,
        cores=cores,
        reserved=ceil(sum(cores.values()) / assumed.busy),
        memory_gb=((processes + cells * measured.other_mib) * 2**20 + hour) / GB,
        rows_a_day=readings + sums,
        disk_gb=kept * assumed.teaching_days_in_seven / 7 / GB,
        mbit_per_s=per_s * cost.kilobytes * 8 / 1000,
        cells=cells,
    )


def a_student_hour(cost: Cost, measured: Measured, assumed: Assumed) -> tuple[float, float]:
    """Its price with machines that are given back between lessons, and with machines that are kept."""
    one = need(assumed.cell, cost, measured, assumed)
    disk = one.disk_gb * assumed.gb_month / assumed.hours_a_month
    while_taught = one.reserved * assumed.core_hour
    kept = while_taught * 730 / assumed.hours_a_month
    return (while_taught + disk) / one.students, (kept + disk) / one.students


def sizes(cost: Cost, measured: Measured, assumed: Assumed) -> str:
    head = ["students at once", *PARTS, "cores to have", "memory, GB", "rows a day", "disk, GB"]
    head += ["Mbit/s", "cells"]
    needs = [need(students, cost, measured, assumed) for students in SIZES]
    return draw_table(
        head,
        [
            [
                f"{one.students:,}",
                *(_rounded(one.cores[part]) for part in PARTS),
                str(one.reserved) if one.reserved < 10 else _rounded(one.reserved),
                _rounded(one.memory_gb),
                _rounded(one.rows_a_day),
                _rounded(one.disk_gb),
                _rounded(one.mbit_per_s),
                f"{one.cells:,}",
            ]
            for one in needs
        ],
    )


def a_core(measured: Measured, assumed: Assumed) -> str:
    ways = {"on the server": measured.server, "in the browser": measured.browser}
    rows = [
        [
            name,
            *(f"{getattr(cost, part):.2f}" for part in PARTS),
            f"{cost.together:.2f}",
            _rounded(1000 / cost.together),
            _rounded(1000 / cost.together / assumed.readings_per_s * assumed.busy),
        ]
        for name, cost in ways.items()
    ]
    head = ["pictures are read", *PARTS, "ms a reading", "readings a second of a core"]
    return draw_table([*head, "students to plan a core for"], rows)


def price(measured: Measured, assumed: Assumed) -> str:
    ways = {"on the server": measured.server, "in the browser": measured.browser}
    rows = [
        [name, *(f"{1000 * each:.2f}" for each in a_student_hour(cost, measured, assumed))]
        for name, cost in ways.items()
    ]
    return draw_table(["pictures are read", "machines given back between lessons", "machines kept"], rows)


def tables(measured: Measured, assumed: Assumed) -> dict[str, str]:
    """Markdown by name."""
    return {
        "core": a_core(measured, assumed),
        "server": sizes(measured.server, measured, assumed),
        "browser": sizes(measured.browser, measured, assumed),
        "price": price(measured, assumed),
    }


def written(text: str, measured: Measured, assumed: Assumed) -> str:
    """The page with its tables made anew."""
    for name, table in tables(measured, assumed).items():
        before, begin, rest = text.partition(f"<!-- scaling: {name} -->\n")
        _, end, after = rest.partition(END)
        assert end, f"the page has no place for {name}"
        text = f"{before}{begin}\n{table}\n\n{end}{after}"
    return text


def measured_by(run: Figures, before: Measured) -> Measured:
    """A run's largest classes of either way and its memory. Bytes stay: the page says where they are from."""
    found = before
    if run.classes:
        found = replace(found, server=_cost(run.classes[-1].processor, before.server))
    if run.measured:
        found = replace(found, browser=_cost(run.measured[-1].processor, before.browser))
    if run.memory:
        many = [each for each in run.memory if each.name.startswith("worker-snapshots, child")]
        web = [each for each in run.memory if each.name.startswith("web")]
        one = sum(each.proportional for each in run.memory) - _together(many) - _together(web)
        found = replace(
            found,
            web_mib=round(_together(web) / max(1, len(web))),
            worker_mib=round(_together(many) / max(1, len(many))),
            other_mib=round(one),
        )
    return found


def kept(place: Path = KEPT) -> Measured:
    return msgspec.json.decode(place.read_bytes(), type=Measured)


def _cost(processor: Processor, before: Cost) -> Cost:
    known = {part: round(value, 2) for part in PARTS if (value := processor.ms.get(part)) is not None}
    return replace(before, **known)


def _together(memory: Iterable[figures.Memory]) -> float:
    return sum(each.proportional for each in memory)


def _rounded(value: float) -> str:
    """Two figures that count: more would say more than is known."""
    if value == 0:
        return "0"
    whole = len(str(int(value))) if value >= 1 else 0
    if whole == 0:
        return f"{value:.2g}" if value >= 0.001 else "under 0.001"
    return f"{round(value, 2 - whole):,.{max(0, 2 - whole)}f}"


def main() -> None:
    measured = kept()
    if len(sys.argv) > 1:
        measured = measured_by(read(Path(sys.argv[1])), measured)
        KEPT.write_bytes(msgspec.json.format(msgspec.json.encode(asdict(measured)), indent=1) + b"\n")
    PAGE.write_text(written(PAGE.read_text(), measured, Assumed()))


if __name__ == "__main__":
    main()
