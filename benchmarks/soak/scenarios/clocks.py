"""Clocks that are wrong: of the product's programs, and of students' browsers.

Not by libfaketime: 0.9.10 sets the monotonic clock too, which no wrong clock does, or with
DONT_FAKE_MONOTONIC breaks Python's `time.sleep`.
"""

import shutil
import struct
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.client import Clock, Plan
from benchmarks.soak.evidence import Evidence
from benchmarks.soak.install import Install
from benchmarks.soak.scenario import Fault, Scenario
from benchmarks.soak.scene import Scene
from classroom.models import Lesson
from tests.factories import make_lesson

HOUR_S = 3600
SOURCE = Path(__file__).parents[1] / "wall_clock.c"
LIBRARY, FILE = "wall_clock.so", "wall_clock"
AHEAD_S = struct.Struct("=q")
STAYS_S = 10.0
# After a jump ahead nobody was heard of for an hour, until the next round of those who note who is there.
HEARD_OF_WITHIN_S = 20.0
# Beat sends what waits every fifteen seconds; then it is written.
WRITTEN_WITHIN_S, LOOK_EVERY_S = 60.0, 0.5
# From when all sit; by then everybody has been read.
JUMPS_AFTER_S = 25.0


def lacks_compiler() -> str:
    return "" if shutil.which("cc") else "no C compiler is here (Debian: apt-get install gcc)"


class ServersClock:
    """The clock of all the product's programs, PostgreSQL and Redis among them."""

    def __init__(self, *, at_first_s: int = 0, jumps_to_s: Sequence[int] = ()) -> None:
        self._at_first_s, self._jumps_to_s = at_first_s, jumps_to_s

    @contextmanager
    def meanwhile(self, install: Install) -> Iterator[None]:
        """Right when the lesson begins; what was started by a wrong clock does not go on by a right one."""
        library = str(install.folder / LIBRARY)
        compiler = str(shutil.which("cc"))
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, str(SOURCE)], check=True)
        self._set(install, self._at_first_s)
        install.run_with(misled(install))
        self._set(install, 0)
        try:
            yield
        finally:
            install.stop()

    def fault(self, scene: Scene) -> None:
        """Each for a while, the last to stay. From then on a report waits, of which no task knows."""
        for number, ahead_s in enumerate(self._jumps_to_s):
            time.sleep(STAYS_S if number else 0.0)
            self._set(scene.install, ahead_s)
            scene.offset_s = ahead_s
        self._waiting = make_lesson(minutes=5)

    def beat_goes_on(self, _found: Evidence) -> list[str]:
        give_up_at = time.monotonic() + WRITTEN_WITHIN_S
        while time.monotonic() < give_up_at:
            self._waiting.refresh_from_db()
            if self._waiting.report_state == Lesson.ReportState.READY:
                return []
            time.sleep(LOOK_EVERY_S)
        return ["a report that waited was not sent again by beat"]

    def _set(self, install: Install, ahead_s: int) -> None:
        """In place: the programs see the file as memory of theirs."""
        (install.folder / FILE).touch()
        with (install.folder / FILE).open("r+b") as file:
            file.write(AHEAD_S.pack(ahead_s))


def misled(install: Install) -> Mapping[str, str]:
    return {"LD_PRELOAD": str(install.folder / LIBRARY), "WALL_CLOCK": str(install.folder / FILE)}


def with_clocks(clock: Clock, students: int) -> Callable[[Plan], Plan]:
    """The first few students' browsers have this clock."""

    def arranged(plan: Plan) -> Plan:
        wrong = [replace(seat, clock=clock) for seat in plan.seats[:students]]
        return replace(plan, seats=[*wrong, *plan.seats[students:]])

    return arranged


def until_it_jumped(scene: Scene) -> None:
    time.sleep(max(0.0, scene.began_at + JUMPS_AFTER_S - time.monotonic()))


def nothing_more(_scene: Scene) -> None:
    """It is wrong all the time."""


def _of_the_server(name: str, does: str, clock: ServersClock) -> Scenario:
    return Scenario(
        name=name,
        does=does,
        fault=clock.fault,
        meanwhile=clock.meanwhile,
        settings=misled,
        dashboard_within_s=HEARD_OF_WITHIN_S,
        watched_s=HEARD_OF_WITHIN_S,
        lacks=lacks_compiler,
        checks=(clock.beat_goes_on,),
    )


def _of_browsers(name: str, does: str, clock: Clock, fault: Fault) -> Scenario:
    return Scenario(name=name, does=does, fault=fault, arranged=with_clocks(clock, 4))


SCENARIOS = (
    _of_browsers(
        "browser's clock wrong",
        "the browsers of 4 students are 5 h ahead",
        Clock(ahead_s=5 * HOUR_S),
        nothing_more,
    ),
    _of_browsers(
        "browser's clock jumps ahead",
        "the clocks of 4 students' browsers jump by +2 h",
        Clock(jumps_after_s=JUMPS_AFTER_S, jumps_by_s=2 * HOUR_S),
        until_it_jumped,
    ),
    _of_browsers(
        "browser's clock jumps back",
        "the clocks of 4 students' browsers jump by -2 h",
        Clock(jumps_after_s=JUMPS_AFTER_S, jumps_by_s=-2 * HOUR_S),
        until_it_jumped,
    ),
    _of_the_server(
        "server's clock jumps ahead",
        "the clock of all programs jumps by +1 h",
        ServersClock(jumps_to_s=(HOUR_S,)),
    ),
    _of_the_server(
        "server's clock jumps back",
        f"the clock of all programs jumps by -1 h and is right again after {STAYS_S:.0f} s",
        ServersClock(jumps_to_s=(-HOUR_S, 0)),
    ),
    _of_the_server(
        "server's clock was ahead",
        "all programs were started 1 h ahead; the clock is right when the lesson begins",
        ServersClock(at_first_s=HOUR_S),
    ),
)
