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

from benchmarks import figures, live, page, processes, recall, stages, steps  # noqa: E402
from benchmarks.figures import Figures, Machine  # noqa: E402
from benchmarks.lesson import TooBusy  # noqa: E402
from benchmarks.processes import Servers  # noqa: E402
from classroom.local import programs  # noqa: E402
from tests.product import ROOT  # noqa: E402

MODELS = ROOT / "models"
PARTS = ("faces", "stages", "steps", "workers", "classes", "ingest", "measured")
CLASSES, STEPPED = (10, 30, 60, 100), (10, 200)
FLOOD, CROWD = 160, 400
# Students whose browsers read, and how many readings each message holds.
BROWSER_READ = ((300, 1), (1000, 4))


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


WHOLE = Lengths(settle=5, classes=45, flood=25, ingest=20, faces=20, rounds=30, steps=12)
QUICK = Lengths(settle=2, classes=12, flood=8, ingest=8, faces=3, rounds=6, steps=4)


def main() -> None:
    options = _options()
    if options.again is not None:
        found = figures.kept(options.again)
        for table in page.tables(found).values():
            _print(table)
    else:
        found = Figures(_machine(), is_quick=options.quick)
        _print(page.machine(found))
        try:
            _measure(found, options, QUICK if options.quick else WHOLE)
        finally:
            if options.json is not None:
                figures.keep(found, options.json)
        _print(page.keys(found), page.machine(found))
    if options.page:
        page.write(found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about two minutes instead of eight")
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS)
    )
    parser.add_argument("--students", type=int, nargs="+", default=CLASSES, help="in the classes")
    parser.add_argument("--json", type=Path, metavar="OUT", help="keep all figures in this file")
    parser.add_argument(
        "--again", type=Path, metavar="OUT", help="print those kept there, and measure nothing"
    )
    parser.add_argument("--page", action="store_true", help="write the tables into docs/benchmarks.md")
    parser.add_argument("--photos", type=Path, help="a folder of photographs to find small faces in")
    return parser.parse_args()


def _measure(found: Figures, options: argparse.Namespace, lengths: Lengths) -> None:
    """Part by part, in the order of `PARTS`; each prints its tables."""
    parts: dict[str, Callable[[], None]] = {
        "faces": lambda: _measure_faces(found, lengths, options.photos),
        "stages": lambda: _measure_stages(found, lengths),
    }
    for name in (name for name in parts if name in options.only):
        parts[name]()
    if set(options.only) <= parts.keys():
        return
    with _product() as product:
        parts = {
            "steps": lambda: _measure_steps(found, lengths),
            "workers": lambda: _measure_workers(found, product, lengths),
            "classes": lambda: _measure_classes(found, product, options.students, lengths),
            "ingest": lambda: _measure_ingest(found, product, lengths),
            "measured": lambda: _measure_measured(found, product, lengths),
        }
        for name in (name for name in parts if name in options.only):
            with _unless_too_busy(name):
                parts[name]()


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
    for workers in (1, 2):
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


@contextmanager
def _unless_too_busy(what: str) -> Iterator[None]:
    """What cannot be measured is said, and the next thing is."""
    try:
        yield
    except TooBusy as error:
        _print(f"Not measured, {what}: {error}.")


@contextmanager
def _product() -> Iterator[Servers]:
    """On servers of its own; everything of it is gone afterwards."""
    servers.start()
    with tempfile.TemporaryDirectory() as folder:
        product = Servers(folder=Path(folder), database_url=servers.cluster.url)
        try:
            product.manage("migrate", "--verbosity", "0")
            product.start()
            yield product
        finally:
            product.stop()
            servers.stop()


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
