"""Every student of a lesson loses the socket in one instant, and all come back at once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import median

from benchmarks.client import Attended, Plan
from benchmarks.soak import told
from benchmarks.soak.evidence import Evidence
from benchmarks.soak.install import Install
from benchmarks.soak.scenario import Scenario
from benchmarks.soak.scenarios.killed import killing
from benchmarks.soak.scene import Scene
from tests.bad_network import BadNetwork, bad_network

CROWDS = (200, 1000)
AWAY_S = 10.0
# All pictures of a crowd in a second, so that its cameras leave two cores room for its sockets.
PICTURES_A_SECOND = 20
# Of one process on two cores, which its students share with it.
SEATED_A_SECOND = 25


@dataclass(slots=True)
class SchoolNetwork:
    """All students are behind it: it stands still, and then has forgotten every connection."""

    network: BadNetwork | None = None

    @contextmanager
    def around(self, install: Install) -> Iterator[None]:
        with bad_network(install.port) as self.network:
            yield

    def arranged(self, plan: Plan) -> Plan:
        assert self.network is not None
        return replace(plan, seats=[replace(seat, url=self.network.url) for seat in plan.seats])

    def fault(self, scene: Scene) -> None:
        assert self.network is not None
        self.network.stands_still = True
        time.sleep(AWAY_S)
        self.network.cut()
        self.network.stands_still = False


def calm(plan: Plan) -> Plan:
    return replace(plan, interval_s=max(plan.interval_s, len(plan.seats) / PICTURES_A_SECOND))


def back_s(found: Evidence) -> list[float | None]:
    """Of each student, from the part's return until the full state came over a new socket."""
    return [_back_at(log, found.faulted_at, found.back_at) for log in found.log.students]


def _back_at(log: Attended, faulted_at: float, back_at: float) -> float | None:
    states = (at for at, _ in told.messages(log, "state") if at >= faulted_at)
    return next((max(0.0, at - back_at) for at in states), None)


def all_back(found: Evidence) -> list[str]:
    wanting = back_s(found).count(None)
    return [f"{wanting} students have no new socket"] if wanting else []


def once_each(found: Evidence) -> list[str]:
    """A socket that a full server lets go of would be one more of the crowd."""
    again = sum(max(0, len(log.closed) - 1) for log in found.log.students)
    return [f"{again} sockets were closed once more"] if again else []


def how_soon(found: Evidence) -> str:
    seconds = [each for each in back_s(found) if each is not None]
    return (
        f"all back after {max(seconds):.1f} s, half of them after {median(seconds):.1f} s" if seconds else ""
    )


def scenarios(students: int) -> Iterator[Scenario]:
    network = SchoolNetwork()
    yield Scenario(
        name=f"{students} back from web",
        does=f"kill -9 of web under {students} students",
        fault=killing("web"),
        named=frozenset({"web"}),
        students=students,
        arranged=calm,
        dashboard_within_s=max(5.0, students / SEATED_A_SECOND),
        checks=(all_back,),
        tells=how_soon,
    )
    yield Scenario(
        name=f"{students} back from network",
        does=f"the network of {students} students is away for {AWAY_S:.0f} s and forgets their connections",
        fault=network.fault,
        around=network.around,
        students=students,
        arranged=lambda plan: calm(network.arranged(plan)),
        dashboard_within_s=max(5.0, students / SEATED_A_SECOND),
        checks=(all_back, once_each),
        tells=how_soon,
    )


SCENARIOS = tuple(each for students in CROWDS for each in scenarios(students))
