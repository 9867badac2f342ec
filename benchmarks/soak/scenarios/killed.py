"""A part is killed in the middle of a lesson, and the supervisor starts it anew."""

import os
import signal
from dataclasses import replace

from benchmarks.soak.checks import one_socket_each
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
# A minute until nobody has heard of them, and one until somebody looks.
SOCKETS_FORGOTTEN_S = 130.0


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


def _killed(name: str, part: str) -> Scenario:
    it = Scenario(
        name=f"{name} killed", does=f"kill -9 of {name}", fault=killing(part), named=frozenset({part})
    )
    return replace(it, watched_s=SOCKETS_FORGOTTEN_S, checks=(one_socket_each,)) if part == "web" else it


SCENARIOS = (
    *(_killed(name, part) for name, part in PARTS.items()),
    Scenario(
        name="worker's child killed",
        does="kill -9 of one of the worker's processes",
        fault=a_child_of_the_worker,
    ),
    Scenario(
        name="supervisor killed",
        does="kill -9 of the supervisor, then `make run` anew",
        fault=the_supervisor,
        watched_s=SOCKETS_FORGOTTEN_S,
        checks=(one_socket_each,),
    ),
)
