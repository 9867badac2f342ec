"""A lesson at work on an install, before, during and after its fault."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django import db

from benchmarks.lesson import LiveClass, TooBusy
from benchmarks.soak.evidence import Rows, Shown, Watched
from benchmarks.soak.install import Install
from classroom import queries, services
from classroom.models import Lesson, Participant, Reading, RollupBin
from classroom.queries.gauges import gauges

LOOK_EVERY_S = 0.2


@dataclass(slots=True)
class Scene:
    """What a fault has at hand. `offset_s`: how far the programs' clock is ahead of this process's."""

    install: Install
    live: LiveClass
    offset_s: float = 0.0
    began_at: float = field(default_factory=time.monotonic)
    log_sizes: Mapping[str, int] = field(default_factory=dict)

    @property
    def lesson(self) -> Lesson:
        return self.live.lesson

    def now(self) -> datetime:
        """By the programs' clock."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_s)

    def participants(self) -> list[int]:
        """In the order in which they sit."""
        ids = dict(
            Participant.objects.filter(classroom=self.lesson.classroom).values_list("display_name", "id")
        )
        return [ids[name] for name in self.live.names]

    def wait_until_all_are_read(self, since: datetime, seconds: float) -> None:
        """Everybody has a reading of a snapshot that was taken since. Raises TooBusy."""
        wanted, read = set(self.participants()), set[int]()
        newer = Reading.objects.filter(lesson=self.lesson, taken_at__gt=since)

        def all_are_read() -> bool:
            read.update(newer.values_list("participant_id", flat=True).distinct())
            return wanted <= read

        self.wait_until(all_are_read, seconds, lambda: f"{len(wanted - read)} of {len(wanted)} were not read")

    @staticmethod
    def wait_until(is_so: Callable[[], bool], seconds: float, why: Callable[[], str]) -> None:
        """Raises TooBusy."""
        give_up_at = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > give_up_at:
                raise TooBusy(f"{why()} within {seconds:.0f} s")
            time.sleep(LOOK_EVERY_S)

    def rows(self) -> Rows:
        readings = Reading.objects.filter(lesson=self.lesson).values_list("participant_id", "taken_at")
        bins = RollupBin.objects.filter(lesson=self.lesson).values_list("readings", flat=True)
        return Rows(frozenset((one, at.isoformat()) for one, at in readings), sum(bins))

    def shown(self, ago_s: float = 0.0) -> Shown:
        """What the rows say that a dashboard shows now, or showed then."""
        lesson = Lesson.objects.get(id=self.lesson.id)
        state = queries.teacher_state(lesson, self.now() - timedelta(seconds=ago_s), reveal=True)
        return Shown(dict(state["view"]), {tile["id"]: dict(tile) for tile in state["tiles"] or []})

    def watched(self) -> Watched:
        found = gauges(self.now())
        return Watched(found.present, found.sockets, found.ghosts)

    def pause(self) -> None:
        services.pause_lesson(lesson_id=self.lesson.id, now=self.now())

    def wait_until_still(self, seconds: float, within: float) -> None:
        """Nothing more was recorded for so long. Raises TooBusy."""
        count, since = -1, 0.0

        def is_still() -> bool:
            nonlocal count, since
            if (found := Reading.objects.filter(lesson=self.lesson).count()) != count:
                count, since = found, time.monotonic()
            return time.monotonic() - since >= seconds

        self.wait_until(is_still, within, lambda: "the lesson was paused, and readings went on")

    def begin_logs(self) -> None:
        self.log_sizes = {name: path.stat().st_size for name, path in self.install.logs().items()}

    def said(self) -> dict[str, list[str]]:
        """The lines of each log since `begin_logs`."""
        return {
            name: _lines_since(path, self.log_sizes.get(name, 0))
            for name, path in self.install.logs().items()
        }


def _lines_since(log: Path, size: int) -> list[str]:
    with log.open("rb") as file:
        file.seek(min(size, log.stat().st_size))
        return file.read().decode(errors="replace").splitlines()


@contextmanager
def forgotten_connection() -> Iterator[None]:
    """The harness's own connection to PostgreSQL is none of those that a fault may cut."""
    db.connection.close()
    try:
        yield
    finally:
        db.connection.close()
