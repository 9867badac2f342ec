"""What a scenario is."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from benchmarks.client import Plan
from benchmarks.soak.evidence import Evidence
from benchmarks.soak.install import Install
from benchmarks.soak.scene import Scene

Fault = Callable[[Scene], None]
"""Does the harm, and returns once what it broke is whole again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`does` is what happens, as a line of the table says it, `named` the parts that `make run` is to name.

    `then` are further faults of the same lesson, each once all is well after the one before. `speed` is that
    of the lesson. `settings` are for the product's programs, besides their own. `meanwhile` holds from before
    these programs start until after the lesson's end. `arranged` seats students elsewhere, behind a network
    of their own for example. `lacks` answers why the scenario cannot be held here, or "". After each fault
    the lesson goes on for `watched_s`. `checks` are made besides those that all have: each answers what is
    wrong. `tells` answers what else the table is to say.
    """

    name: str
    does: str
    fault: Fault
    then: tuple[Fault, ...] = ()
    named: frozenset[str] = frozenset()
    students: int = 12
    interval_ms: int = 1000
    speed: int = 1
    settings: Callable[[Install], Mapping[str, str]] = lambda install: {}
    meanwhile: Callable[[Install], AbstractContextManager[object]] = nullcontext
    arranged: Callable[[Plan], Plan] = lambda plan: plan
    lacks: Callable[[], str] = lambda: ""
    dashboard_within_s: float = 5.0
    watched_s: float = 5.5
    checks: tuple[Callable[[Evidence], list[str]], ...] = ()
    tells: Callable[[Evidence], str] = lambda found: ""
