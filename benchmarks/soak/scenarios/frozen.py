"""A part stands still for some seconds, as on a machine that swaps or a virtual one that is moved."""

from benchmarks.soak.install import SUPERVISOR
from benchmarks.soak.scenario import Fault, Scenario
from benchmarks.soak.scenarios.killed import PARTS
from benchmarks.soak.scene import Scene

FROZEN_S = 8.0


def freezing(part: str, seconds: float = FROZEN_S) -> Fault:
    def fault(scene: Scene) -> None:
        scene.install.freeze(part, seconds)

    return fault


SCENARIOS = tuple(
    Scenario(
        name=f"{name} frozen",
        does=f"{name} stands still for {FROZEN_S:.0f} s",
        fault=freezing(part),
    )
    for name, part in {**PARTS, "supervisor": SUPERVISOR}.items()
)
