"""All scenarios, in the order in which they are held: those with the same settings after one another."""

from benchmarks.soak.scenario import Scenario
from benchmarks.soak.scenarios import frozen, killed

ALL: tuple[Scenario, ...] = (*killed.SCENARIOS, *frozen.SCENARIOS)
