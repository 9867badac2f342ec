"""`make bench`: what the product takes and gives on this machine. Prints the tables of docs/benchmarks.md."""

import argparse
import os
import platform
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import servers

# The addresses of the benchmark's own servers are in the environment from here on.
os.environ["DJANGO_SETTINGS_MODULE"] = "classroom.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402

from benchmarks import (  # noqa: E402
    counting,
    crowds,
    database,
    kept,
    live,
    page,
    page_growth,
    processes,
    recall,
    stages,
    steps,
)
from benchmarks.figures import Figures, Machine  # noqa: E402
from benchmarks.lesson import TooBusy  # noqa: E402
from benchmarks.processes import Servers  # noqa: E402
from classroom.local import programs  # noqa: E402
from tests.product import ROOT  # noqa: E402

MODELS = ROOT / "models"
PARTS = (
    "faces",
    "stages",
    "steps",
    "workers",
    "classes",
    "ingest",
    "measured",
    "crowds",
    "counting",
    "database",
)
CLASSES, STEPPED = (10, 30, 60, 100), (10, 200)
WORKERS, FLOOD, CROWD = (1, 2, 3, 4), 240, 400
# Students whose pictures the server reads, more than it can.
CROWDS = (200, 300, 500, 1000)
# Readings in the database. Ten million more take some minutes: `--rows`.
ROWS = (10_000, 100_000, 1_000_000)
# Students whose browsers read, and how many readings each message holds.
BROWSER_READ = ((300, 1), (1000, 4))


Parts = dict[str, Callable[[Servers], None]]


@dataclass(frozen=True, slots=True)
class Lengths:
    """Seconds of each stretch, and how often what is counted is repeated."""

    settle: float
    classes: float
    flood: float
    ingest: float
    faces: int
    rounds: int
    steps: int
    crowds: float
    times: int


WHOLE = Lengths(settle=5, classes=45, flood=25, ingest=20, faces=20, rounds=30, steps=12, crowds=25, times=60)
QUICK = Lengths(settle=2, classes=12, flood=8, ingest=8, faces=3, rounds=6, steps=4, crowds=10, times=20)


def main() -> None:
    options = _options()
    if options.again is not None:
        found = kept.read(options.again)
        for table in page.tables(found).values():
            _print(table)
    else:
        found = Figures(_machine(), is_quick=options.quick)
        _print(page.machine(found))
        try:
            _measure(found, options, QUICK if options.quick else WHOLE)
        finally:
            if options.json is not None:
                kept.keep(found, options.json)
        _print(page.keys(found), page.machine(found))
    if options.page:
        page.write(found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about four minutes instead of fifteen")
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS)
    )
    parser.add_argument("--students", type=int, nargs="+", default=CLASSES, help="in the classes")
    parser.add_argument("--crowds", type=int, nargs="+", default=CROWDS, help="students beyond the classes")
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS, help="readings in the database")
    parser.add_argument("--json", type=Path, metavar="OUT", help="keep all figures in this file")
    parser.add_argument(
        "--again", type=Path, metavar="OUT", help="print those kept there, and measure nothing"
    )
    parser.add_argument("--page", action="store_true", help="write the tables into docs/benchmarks.md")
    parser.add_argument("--photos", type=Path, help="a folder of photographs to find small faces in")
    return parser.parse_args()


def _measure(found: Figures, options: argparse.Namespace, lengths: Lengths) -> None:
    """Part by part, in the order of `PARTS`; each prints its tables."""
    alone: Parts = {
        "faces": lambda _: _measure_faces(found, lengths, options.photos),
        "stages": lambda _: _measure_stages(found, lengths),
    }
    with_product: Parts = {
        "steps": lambda _: _measure_steps(found, lengths),
        "workers": lambda product: _measure_workers(found, product, lengths),
        "classes": lambda product: _measure_classes(found, product, options.students, lengths),
        "ingest": lambda product: _measure_ingest(found, product, lengths),
        "measured": lambda product: _measure_measured(found, product, lengths),
        "crowds": lambda product: _measure_crowds(found, product, options.crowds, lengths),
    }
    on_databases: Parts = {
        "counting": lambda _: _measure_counting(found, lengths),
        "database": lambda _: _measure_database(found, options.rows, lengths),
    }
    with tempfile.TemporaryDirectory() as folder:
        product = Servers(folder=Path(folder), database_url=servers.cluster.url)
        _each(alone, options.only, product)
        if set(options.only) <= alone.keys():
            return
        with _databases(product):
            if with_product.keys() & set(options.only):
                with _started(product):
                    _each(with_product, options.only, product)
            _each(on_databases, options.only, product)


def _each(parts: Parts, names: Sequence[str], product: Servers) -> None:
    for name in (name for name in parts if name in names):
        with _unless_too_busy(name):
            parts[name](product)


def _measure_faces(found: Figures, lengths: Lengths, photos: Path | None) -> None:
    found.faces = recall.measure(MODELS, each=lengths.faces, photos=photos)
    _print(page.faces(found))


def _measure_stages(found: Figures, lengths: Lengths) -> None:
    found.stages = stages.measure(MODELS, rounds=lengths.rounds)
    _print(page.stages(found))


def _measure_steps(found: Figures, lengths: Lengths) -> None:
    found.steps = [steps.measure(students, steps=lengths.steps) for students in STEPPED]
    _print(page.steps(found))


def _measure_workers(found: Figures, product: Servers, lengths: Lengths) -> None:
    for workers in WORKERS:
        flood = live.flood(
            product, workers=workers, students=FLOOD, settle=lengths.settle, seconds=lengths.flood
        )
        found.floods.append(flood)
    _print(page.workers(found))


def _measure_classes(found: Figures, product: Servers, classes: Sequence[int], lengths: Lengths) -> None:
    product.work_with(programs.cores())
    for students in classes:
        with _unless_too_busy(f"{students} students"):
            one = live.at_work(product, students=students, settle=lengths.settle, seconds=lengths.classes)
            found.classes.append(one)
    found.memory = processes.memory(product, servers.process_ids())
    _print(page.latency(found), page.shares(found), page.processor(found), page.memory(found))


def _measure_ingest(found: Figures, product: Servers, lengths: Lengths) -> None:
    found.ingest = live.ingest(product, students=CROWD, settle=lengths.settle, seconds=lengths.ingest)
    _print(page.ingest(found))


def _measure_measured(found: Figures, product: Servers, lengths: Lengths) -> None:
    product.work_with(programs.cores())
    for students, readings in BROWSER_READ:
        with _unless_too_busy(f"{students} students whose browsers read"):
            one = live.measured(
                product,
                students=students,
                readings_a_message=readings,
                settle=lengths.settle,
                seconds=lengths.classes,
            )
            found.measured.append(one)
    _print(page.measured(found))


def _measure_crowds(found: Figures, product: Servers, sizes: Sequence[int], lengths: Lengths) -> None:
    product.work_with(programs.cores())
    for students in sizes:
        with _unless_too_busy(f"{students} students"):
            one = crowds.at_work(
                product, students=students, settle=2 * lengths.settle, seconds=lengths.crowds
            )
            found.crowds.append(one)
    _print(page_growth.crowds(found), page_growth.crowds_teachers(found))


def _measure_counting(found: Figures, lengths: Lengths) -> None:
    found.counted = counting.measure(rounds=lengths.times)
    _print(page_growth.counted(found))


def _measure_database(found: Figures, sizes: Sequence[int], lengths: Lengths) -> None:
    for readings in sorted(sizes):
        found.rows.append(database.measure(readings, times=lengths.times))
    _print(page_growth.database(found), page_growth.filled(found))


@contextmanager
def _unless_too_busy(what: str) -> Iterator[None]:
    """What cannot be measured is said, and the next thing is."""
    try:
        yield
    except TooBusy as error:
        _print(f"Not measured, {what}: {error}.")


@contextmanager
def _databases(product: Servers) -> Iterator[None]:
    """PostgreSQL and Redis run, and nothing on them yet. Everything of them is gone afterwards."""
    servers.start()
    try:
        product.manage("migrate", "--verbosity", "0")
        settings.STATIC_ROOT.mkdir()  # pages that are asked for in this process look for it
        yield
    finally:
        servers.stop()


@contextmanager
def _started(product: Servers) -> Iterator[None]:
    try:
        product.start()
        yield
    finally:
        product.stop()


def _machine() -> Machine:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return Machine(
        cores=programs.cores(),
        processor=next(names, platform.machine()),
        python=platform.python_version(),
        load_before=os.getloadavg()[0],
    )


def _print(*tables: str) -> None:
    for table in tables:
        if table:
            print(f"{table}\n", flush=True)


if __name__ == "__main__":
    main()
