"""What a scenario is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from benchmarks.client import Plan
from benchmarks.soak.evidence import Evidence
from benchmarks.soak.scene import Scene

Fault = Callable[[Scene], None]
"""Does the harm, and returns once what it broke is whole again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`does` is what happens, as a line of the table says it, `named` the parts that `make run` is to name.

    `settings` are for the product's programs, besides their own. `arranged` seats students elsewhere, behind
    a network of their own for example. `lacks` answers why the scenario cannot be held here, or "".
    `checks` are made besides those that all have: each answers what is wrong.
    """

    name: str
    does: str
    fault: Fault
    named: frozenset[str] = frozenset()
    students: int = 12
    interval_ms: int = 1000
    settings: Mapping[str, str] = field(default_factory=dict)
    arranged: Callable[[Plan], Plan] = lambda plan: plan
    lacks: Callable[[], str] = lambda: ""
    checks: tuple[Callable[[Evidence], list[str]], ...] = ()
