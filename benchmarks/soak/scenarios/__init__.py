"""All scenarios, in the order in which they are held: those with the same settings after one another."""

from benchmarks.soak.scenario import Scenario
from benchmarks.soak.scenarios import (
    clocks,
    crowds,
    demonstration,
    frozen,
    full_disk,
    in_a_row,
    killed,
    long_lesson,
    networks,
)

ALL: tuple[Scenario, ...] = (
    *killed.SCENARIOS,
    *frozen.SCENARIOS,
    *in_a_row.SCENARIOS,
    *networks.SCENARIOS,
    *crowds.SCENARIOS,
    *demonstration.SCENARIOS,
    *long_lesson.SCENARIOS,
    *full_disk.SCENARIOS,
    *clocks.SCENARIOS,
)
