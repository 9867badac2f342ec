"""Clocks that are wrong: of the product's programs (by libfaketime), and of students' browsers."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.client import Clock, Plan
from benchmarks.soak.install import Install
from benchmarks.soak.scenario import Fault, Scenario
from benchmarks.soak.scene import Scene

HOUR_S = 3600
FAKED_BY = "libfaketimeMT.so.1"
PLACES = ("/usr/lib/*/faketime", "/usr/lib/faketime", "/usr/local/lib/faketime", "/usr/lib64/faketime")
# The programs look at the file once a second.
LOOKED_AT_S = 1.0
FILE = "clock.txt"
# From when all sit; by then everybody has been read.
JUMPS_AFTER_S = 25.0


def library() -> str:
    """Empty where there is none."""
    found = (path for place in PLACES for path in Path("/").glob(f"{place[1:]}/{FAKED_BY}"))
    return str(next(found, ""))


def lacks_library() -> str:
    return "" if library() else "libfaketime is not here (Debian: apt-get install libfaketime)"


class ServersClock:
    """The clock of all the product's programs, PostgreSQL and Redis among them."""

    def __init__(self, jumps_by_s: int) -> None:
        self._jumps_by_s = jumps_by_s

    @contextmanager
    def meanwhile(self, install: Install) -> Iterator[None]:
        """Right at first; what was started by a wrong clock does not go on by a right one."""
        self._set(install, 0)
        yield
        install.stop()
        install.forget_beat()

    def fault(self, scene: Scene) -> None:
        self._set(scene.install, self._jumps_by_s)
        scene.offset_s = self._jumps_by_s
        time.sleep(2 * LOOKED_AT_S)

    def _set(self, install: Install, ahead_s: int) -> None:
        """Renamed into place, so that nobody reads half of it."""
        written = install.folder / f"{FILE}.new"
        written.write_text(f"{ahead_s:+d}\n")
        written.replace(install.folder / FILE)


def faked(install: Install) -> Mapping[str, str]:
    return {
        "LD_PRELOAD": library(),
        "FAKETIME_TIMESTAMP_FILE": str(install.folder / FILE),
        "FAKETIME_CACHE_DURATION": f"{LOOKED_AT_S:.0f}",
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


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


def _of_the_server(jumps_by_s: int) -> Scenario:
    clock = ServersClock(jumps_by_s)
    return Scenario(
        name=f"server's clock {jumps_by_s // HOUR_S:+d} h",
        does=f"the clock of all programs jumps by {jumps_by_s // HOUR_S:+d} h",
        fault=clock.fault,
        meanwhile=clock.meanwhile,
        settings=faked,
        lacks=lacks_library,
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
    _of_the_server(HOUR_S),
    _of_the_server(-HOUR_S),
)
