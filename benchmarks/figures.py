"""What a run of the benchmark found out: plain values, as they are kept in JSON.

None stands for what was not measured, and for a quantile of too few values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.arithmetic import Beat, Shares, Spread


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


@dataclass(frozen=True, slots=True)
class Crowd:
    """More students than can be read, in so many lessons, a snapshot a second each.

    `grid` and `views` are what the teachers see: from a step's instant to the view that tells it, and between
    two views, in seconds. `memory`: proportional MiB by part.
    """

    students: int
    lessons: int
    seconds: float
    sending: Sending
    stored_per_s: float
    share: Shares
    own_page: Spread
    age: Ages
    grid: Beat
    views: Beat
    processor: Processor
    memory: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Took:
    """Real milliseconds of one act that was done a few times, and its SQL statements."""

    p50: float
    p95: float | None
    statements: int


@dataclass(frozen=True, slots=True)
class WithRows:
    """A database with so many readings: what each act takes, by name; `fill_s` is how long it was filled.

    `reading_bytes` and `sum_bytes` are a row's, its indexes among them.
    """

    readings: int
    sums: int
    fill_s: float
    reading_bytes: float
    sum_bytes: float
    took: Mapping[str, Took]


@dataclass(frozen=True, slots=True)
class Counted:
    """Microseconds of Redis that a script of the mailbox takes, with its counts for /metrics and without."""

    script: str
    with_counts: float
    without: float


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
    crowds: list[Crowd] = field(default_factory=list)
    rows: list[WithRows] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)

    def of_class(self, students: int) -> ClassAtWork | None:
        return next((each for each in self.classes if each.students == students), None)
