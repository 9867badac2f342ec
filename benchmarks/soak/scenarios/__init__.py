"""All scenarios, in the order in which they are held: those with the same settings after one another."""

from benchmarks.soak.scenario import Scenario
from benchmarks.soak.scenarios import crowds, demonstration, frozen, full_disk, killed, long_lesson

ALL: tuple[Scenario, ...] = (
    *killed.SCENARIOS,
    *frozen.SCENARIOS,
    *crowds.SCENARIOS,
    *demonstration.SCENARIOS,
    *long_lesson.SCENARIOS,
    *full_disk.SCENARIOS,
)
