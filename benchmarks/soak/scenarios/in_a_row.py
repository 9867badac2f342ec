"""Several faults in one lesson: what the suite holds."""

from benchmarks.soak.scenario import Scenario
from benchmarks.soak.scenarios.frozen import freezing
from benchmarks.soak.scenarios.killed import PARTS, killing

FROZEN_S = 3.0
# The suite runs beside others.
BUSY_WITHIN_S = 30.0

SCENARIOS = (
    Scenario(
        name="in a row",
        does="kill -9 of worker, Redis and web, and the worker frozen, in one lesson",
        fault=killing(PARTS["worker"]),
        then=(
            freezing(PARTS["worker"], FROZEN_S),
            killing(PARTS["Redis"]),
            killing(PARTS["web"]),
        ),
        dashboard_within_s=BUSY_WITHIN_S,
        named=frozenset({PARTS["worker"], PARTS["Redis"], PARTS["web"]}),
    ),
)
