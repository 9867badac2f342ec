"""A run as it is kept in JSON: a number for each thing that is aimed at, and everything else."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.arithmetic import ratio
from benchmarks.figures import ClassAtWork, Crowd, Figures, Stages, WithRows

# Acts of `figures.WithRows` that have a number of their own.
CLASS_VIEW = "class view with names shown"
RECORDED = "recording a batch of 30"
RECORDED_UNPARTED = "the same into one table without months"


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


def _of_crowd(students: int, of: Callable[[Crowd], float | None]) -> Callable[[Figures], float | None]:
    return lambda figures: next((of(each) for each in figures.crowds if each.students == students), None)


def _most_in_fewest(act: str) -> Callable[[Figures], float | None]:
    """The act's median with the most rows, in that with the fewest."""

    def look(figures: Figures) -> float | None:
        found = [each.took[act].p50 for each in figures.rows if act in each.took]
        return ratio(found[-1], found[0]) if len(found) > 1 else None

    return look


def _with_most(of: Callable[[WithRows], float | None]) -> Callable[[Figures], float | None]:
    return lambda figures: of(figures.rows[-1]) if figures.rows else None


def _parted(one: WithRows) -> float | None:
    return ratio(one.took[RECORDED].p50, one.took[RECORDED_UNPARTED].p50)


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
    Key(
        "share_least_in_most_1000",
        "1,000 students read by the server: the least share of a student in the most",
        _of_crowd(1000, lambda one: ratio(one.share.least, one.share.most)),
    ),
    Key(
        "age_p99_s_1000",
        "age of the newest reading, 1,000 students: 99 % within so many s",
        _of_crowd(1000, lambda one: one.age.p99),
    ),
    Key(
        "class_view_by_rows",
        "the class view with the most rows, in its time with the fewest",
        _most_in_fewest(CLASS_VIEW),
    ),
    Key(
        "recording_by_rows",
        "recording a batch with the most rows, in its time with the fewest",
        _most_in_fewest(RECORDED),
    ),
    Key(
        "recording_parted",
        "recording a batch into months, in recording it into one table, with the most rows",
        _with_most(_parted),
    ),
)


def flat(figures: Figures) -> dict[str, float | None]:
    return {key.name: key.of(figures) for key in KEYS}


def keep(figures: Figures, place: Path) -> None:
    """The flat keys, and everything under "all"."""
    kept = msgspec.json.encode({**flat(figures), "all": figures})
    place.write_bytes(msgspec.json.format(kept, indent=1) + b"\n")


def read(place: Path) -> Figures:
    return msgspec.convert(msgspec.json.decode(place.read_bytes())["all"], Figures)
