"""Every student of a lesson loses the socket in one instant, and all come back at once."""

from collections.abc import Iterator
from dataclasses import replace
from statistics import median

from benchmarks.client import Attended, Plan
from benchmarks.soak import told
from benchmarks.soak.evidence import Episode, Evidence
from benchmarks.soak.scenario import Scenario
from benchmarks.soak.scenarios.killed import killing
from benchmarks.soak.scenarios.networks import Dropping

CROWDS = (200, 1000)
AWAY_S = 10.0
# All pictures of a crowd in a second, so that its cameras leave two cores room for its sockets.
PICTURES_A_SECOND = 50
# Of one process on two cores, which its students share with it.
SEATED_A_SECOND = 25


def calm(plan: Plan) -> Plan:
    return replace(plan, interval_s=max(plan.interval_s, len(plan.seats) / PICTURES_A_SECOND))


def back_s(found: Evidence) -> list[float | None]:
    """Of each student, from the part's return until the full state came over a new socket."""
    return [_back_s(log, found.episodes[-1]) for log in found.log.students]


def _back_s(log: Attended, fault: Episode) -> float | None:
    states = (at for at, _ in told.messages(log, "state") if at >= fault.began_at)
    return next((max(0.0, at - fault.back_at) for at in states), None)


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
    network = Dropping(AWAY_S, students, forgets=True)
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
        meanwhile=network.meanwhile,
        students=students,
        arranged=lambda plan: calm(network.arranged(plan)),
        dashboard_within_s=max(5.0, students / SEATED_A_SECOND),
        checks=(all_back, once_each),
        tells=how_soon,
    )


SCENARIOS = tuple(each for students in CROWDS for each in scenarios(students))
