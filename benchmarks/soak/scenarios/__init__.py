"""All scenarios, in the order in which they are held: those with the same settings after one another."""

from benchmarks.soak.scenario import Scenario
from benchmarks.soak.scenarios import clocks, frozen, in_a_row, killed, networks

ALL: tuple[Scenario, ...] = (
    *killed.SCENARIOS,
    *frozen.SCENARIOS,
    *in_a_row.SCENARIOS,
    *networks.SCENARIOS,
    *clocks.SCENARIOS,
)
