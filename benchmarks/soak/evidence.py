"""What is known after a scenario: what everybody was told, the rows, the logs, and what the programs hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.client import Log
from benchmarks.soak.footprint import Footprint

Acknowledged = tuple[int, str]
"""Whose reading, and when it was taken, as the student's own page was told."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What the database holds of the lesson; `in_bins` is how many readings its ten-second sums hold."""

    readings: frozenset[Acknowledged]
    in_bins: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The class as a dashboard shows it: who is there, the figures, and the tiles by participant."""

    view: Mapping[str, Any]
    tiles: Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Watched:
    """What whoever watches the server sees; no other lesson is open."""

    present: int
    sockets: int
    ghosts: int


@dataclass(frozen=True, slots=True)
class Episode:
    """A fault, and when what it broke was whole again: monotonic, in seconds.

    `ahead_s`: the clock by which the product's programs stamp from then on, minus the monotonic one.
    """

    began_at: float
    back_at: float
    ahead_s: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """`participants` are in the order of the log's students. `shown` is what the rows say that a dashboard
    shows, at the end, while the lesson was paused: now, and at its last beat. `said` are the new lines of
    each program's log.
    """

    participants: Sequence[int]
    log: Log
    episodes: Sequence[Episode]
    rows: Rows
    shown: Sequence[Shown]
    watched: Watched
    said: Mapping[str, Sequence[str]]
    named: frozenset[str]
    dashboard_within_s: float
    before: Footprint
    after: Footprint
