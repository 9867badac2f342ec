"""Several faults in one lesson: what the suite holds."""

from benchmarks.soak.scenario import Scenario
from benchmarks.soak.scenarios.frozen import freezing
from benchmarks.soak.scenarios.killed import PARTS, killing

FROZEN_S, STUDENTS = 3.0, 6
# The suite runs beside others.
BUSY_WITHIN_S = 30.0

SCENARIOS = (
    Scenario(
        name="in a row",
        does="worker killed and frozen, Redis and web killed, in one lesson of 6",
        fault=killing(PARTS["worker"]),
        then=(
            freezing(PARTS["worker"], FROZEN_S),
            killing(PARTS["Redis"]),
            killing(PARTS["web"]),
        ),
        students=STUDENTS,
        dashboard_within_s=BUSY_WITHIN_S,
        named=frozenset({PARTS["worker"], PARTS["Redis"], PARTS["web"]}),
    ),
)
