"""A part is killed in the middle of a lesson, and the supervisor starts it anew."""

import os
import signal

from benchmarks.soak.install import SUPERVISOR
from benchmarks.soak.scenario import Fault, Scenario
from benchmarks.soak.scene import Scene

PARTS = {
    "worker": "worker-snapshots",
    "Redis": "redis",
    "PostgreSQL": "postgres",
    "web": "web",
    "beat": "beat",
}


def killing(part: str) -> Fault:
    def fault(scene: Scene) -> None:
        scene.install.kill(part)

    return fault


def a_child_of_the_worker(scene: Scene) -> None:
    """Celery itself replaces it; the others go on meanwhile."""
    child = scene.install.family(PARTS["worker"])[-1]
    child.kill()


def the_supervisor(scene: Scene) -> None:
    """All parts end with it, and `make run` too; whoever looks after the machine starts it again."""
    os.kill(scene.install.process_id(SUPERVISOR), signal.SIGKILL)
    scene.install.wait_until_over()
    scene.install.start()


SCENARIOS = (
    *(
        Scenario(
            name=f"{name} killed",
            does=f"kill -9 of {name}",
            fault=killing(part),
            named=frozenset({part}),
        )
        for name, part in PARTS.items()
    ),
    Scenario(
        name="worker's child killed",
        does="kill -9 of one of the worker's processes",
        fault=a_child_of_the_worker,
    ),
    Scenario(
        name="supervisor killed",
        does="kill -9 of the supervisor, then `make run` anew",
        fault=the_supervisor,
    ),
)
