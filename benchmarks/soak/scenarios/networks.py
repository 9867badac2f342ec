"""The network of some students drops everything for a while, and comes back."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from benchmarks.client import Plan
from benchmarks.soak.install import Install
from benchmarks.soak.scenario import Scenario
from benchmarks.soak.scene import Scene
from tests.bad_network import BadNetwork, bad_network

BEHIND_IT = 3


class Dropping:
    """A network that some students sit behind; nothing passes for so many seconds.

    With `forgets` it knows none of its connections any more when it is back.
    """

    def __init__(self, seconds: float, behind: int = BEHIND_IT, *, forgets: bool = False) -> None:
        self._seconds, self._behind, self._forgets = seconds, behind, forgets
        self._network: BadNetwork | None = None

    @contextmanager
    def meanwhile(self, install: Install) -> Iterator[None]:
        with bad_network(install.port) as self._network:
            yield

    def arranged(self, plan: Plan) -> Plan:
        assert self._network is not None
        behind = [replace(seat, url=self._network.url) for seat in plan.seats[: self._behind]]
        return replace(plan, seats=[*behind, *plan.seats[self._behind :]])

    def fault(self, _scene: Scene) -> None:
        assert self._network is not None
        self._network.stands_still = True
        time.sleep(self._seconds)
        if self._forgets:
            self._network.cut()
        self._network.stands_still = False


def _dropping(seconds: int) -> Scenario:
    it = Dropping(seconds)
    return Scenario(
        name=f"network away {seconds} s",
        does=f"the network of {BEHIND_IT} students drops everything for {seconds} s",
        fault=it.fault,
        meanwhile=it.meanwhile,
        arranged=it.arranged,
    )


SCENARIOS = tuple(_dropping(seconds) for seconds in (5, 20, 60))
