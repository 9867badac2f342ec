"""What a run of the benchmark found out: plain values, as they are kept in JSON.

None stands for what was not measured, and for a quantile of too few values.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from benchmarks.arithmetic import Shares, Spread, ratio


@dataclass(frozen=True, slots=True)
class Machine:
    cores: int
    processor: str
    python: str
    load_before: float


@dataclass(frozen=True, slots=True)
class Faces:
    """The share of faces of this height (of the picture's) that is read, by kind of picture."""

    height: float
    read: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Stage:
    """Milliseconds of processor: the face looked for, the face read where it was, the floor."""

    name: str
    found: float
    followed: float
    floor: float | None


@dataclass(frozen=True, slots=True)
class Stages:
    """Milliseconds of processor of one snapshot. `bare_finder`: in numpy, answers read."""

    stages: list[Stage]
    found: float
    followed: float
    presence: float
    empty: float
    still_empty: float
    floor: float
    bare_finder: float


@dataclass(frozen=True, slots=True)
class Ages:
    """Seconds, of each student's newest reading at evenly spread instants."""

    p50: float | None
    p95: float | None
    p99: float | None
    longest: float | None


@dataclass(frozen=True, slots=True)
class Processor:
    """Milliseconds a reading by process (a snapshot where none is read), and shares of one core.

    `others` is what ran on this machine beside the product, its client and the benchmark.
    """

    ms: Mapping[str, float | None]
    client: float
    others: float

    @property
    def system_ms(self) -> float | None:
        known = [each for each in self.ms.values() if each is not None]
        return sum(known) if known else None


@dataclass(frozen=True, slots=True)
class Sending:
    """`late_p99_ms`: the client behind its beat. `refused`: errors by code; `reconnects`: lost sockets."""

    per_s: float
    late_p99_ms: float | None
    refused: Mapping[str, int]
    reconnects: int


@dataclass(frozen=True, slots=True)
class ClassAtWork:
    """A class of so many, a snapshot a second each. Spreads and ages are in seconds."""

    students: int
    seconds: float
    sending: Sending
    stored_per_s: float
    own_page: Spread
    tile: Spread
    grid: Spread
    share: Shares
    age: Ages
    processor: Processor


@dataclass(frozen=True, slots=True)
class Ingest:
    """Snapshots that are taken in and never read; `processor` is of one that was taken in."""

    students: int
    sending: Sending
    taken_per_s: float
    processor: Processor


@dataclass(frozen=True, slots=True)
class Flood:
    """More snapshots than can be read, by so many worker processes."""

    workers: int
    students: int
    sending: Sending
    stored_per_s: float
    processor: Processor


@dataclass(frozen=True, slots=True)
class Step:
    """SQL statements and milliseconds of processor of a step of the live class, and of a view between two."""

    students: int
    step_statements: float
    step_ms: float
    view_statements: float
    view_ms: float


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB. The resident size counts shared pages in full, the proportional one by their share."""

    name: str
    processes: int
    resident: float
    proportional: float


@dataclass(frozen=True, slots=True)
class BrowserRead:
    """A class whose browsers read; `own_page` is from a message to the own page that shows it."""

    students: int
    readings_a_message: int
    sending: Sending
    stored_per_s: float
    own_page: Spread
    processor: Processor


@dataclass(slots=True)
class Figures:
    machine: Machine
    is_quick: bool
    faces: list[Faces] = field(default_factory=list)
    stages: Stages | None = None
    steps: list[Step] = field(default_factory=list)
    floods: list[Flood] = field(default_factory=list)
    classes: list[ClassAtWork] = field(default_factory=list)
    memory: list[Memory] = field(default_factory=list)
    ingest: Ingest | None = None
    measured: list[BrowserRead] = field(default_factory=list)

    def of_class(self, students: int) -> ClassAtWork | None:
        return next((each for each in self.classes if each.students == students), None)


@dataclass(frozen=True, slots=True)
class Key:
    """One number of a run by a name of its own."""

    name: str
    says: str
    of: Callable[[Figures], float | None]
    digits: int = 2


def _stages(of: Callable[[Stages], float]) -> Callable[[Figures], float | None]:
    return lambda figures: of(figures.stages) if figures.stages else None


def _of_class(students: int, of: Callable[[ClassAtWork], float | None]) -> Callable[[Figures], float | None]:
    def look(figures: Figures) -> float | None:
        found = figures.of_class(students)
        return of(found) if found else None

    return look


def _ms(seconds: float | None) -> float | None:
    return 1000 * seconds if seconds is not None else None


def _ingest_per_core(figures: Figures) -> float | None:
    return ratio(1000, figures.ingest.processor.ms["web"]) if figures.ingest else None


def _two_workers(figures: Figures) -> float | None:
    stored = {each.workers: each.stored_per_s for each in figures.floods}
    return ratio(stored.get(2), stored.get(1))


KEYS = (
    Key(
        "floor_ratio",
        "the Analyser, its face looked for each time, in floors",
        _stages(lambda one: one.found / one.floor),
    ),
    Key(
        "analyser_per_core",
        "snapshots that a core analyses in a second, the face read where it was",
        _stages(lambda one: 1000 / one.followed),
        1,
    ),
    Key(
        "system_ms_per_reading",
        "processor of all processes but the client, 60 students, ms a reading",
        _of_class(60, lambda one: one.processor.system_ms),
        1,
    ),
    Key(
        "worker_ms_per_reading",
        "of it the worker",
        _of_class(60, lambda one: one.processor.ms["worker"]),
        1,
    ),
    Key(
        "system_ms_per_reading_100",
        "the same of 100 students",
        _of_class(100, lambda one: one.processor.system_ms),
        1,
    ),
    Key(
        "worker_ms_per_reading_100",
        "of it the worker",
        _of_class(100, lambda one: one.processor.ms["worker"]),
        1,
    ),
    Key("ingest_per_core", "snapshots that a core of the web process takes in a second", _ingest_per_core, 0),
    Key("two_workers", "readings of two worker processes, in those of one", _two_workers),
    Key(
        "share_analysed_60",
        "of 60 students' snapshots those that were read",
        _of_class(60, lambda one: one.share.together),
        3,
    ),
    Key(
        "share_analysed_100",
        "of 100 students' snapshots those that were read",
        _of_class(100, lambda one: one.share.together),
        3,
    ),
    Key(
        "own_page_p95_ms_60",
        "snapshot to the own page, 60 students, 95 % within so many ms",
        _of_class(60, lambda one: _ms(one.own_page.p95)),
        0,
    ),
    Key(
        "own_page_p95_ms_100",
        "the same of 100 students",
        _of_class(100, lambda one: _ms(one.own_page.p95)),
        0,
    ),
    Key(
        "age_p99_over_median_60",
        "age of the newest reading, 60 students: its 99 % in its median",
        _of_class(60, lambda one: ratio(one.age.p99, one.age.p50)),
    ),
    Key(
        "client_share_60",
        "share of one core that the client takes, 60 students",
        _of_class(60, lambda one: one.processor.client),
    ),
)


def flat(figures: Figures) -> dict[str, float | None]:
    return {key.name: key.of(figures) for key in KEYS}


def keep(figures: Figures, place: Path) -> None:
    """The flat keys, and everything under "all"."""
    kept = msgspec.json.encode({**flat(figures), "all": figures})
    place.write_bytes(msgspec.json.format(kept, indent=1) + b"\n")


def kept(place: Path) -> Figures:
    return msgspec.convert(msgspec.json.decode(place.read_bytes())["all"], Figures)
