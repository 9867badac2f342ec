"""Four hours of a lesson at twenty times their speed: nothing grows with time."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from benchmarks.client import Plan
from benchmarks.soak.evidence import Evidence
from benchmarks.soak.footprint import Footprint, look
from benchmarks.soak.scenario import Scenario
from benchmarks.soak.scene import Scene
from benchmarks.soak.trend import Trend, trend

DATABASE, SPEED = "postgres", 20
LOOK_EVERY_S, PICTURE_EVERY_S = 5.0, 1.0
# Rows of a lesson are read into caches, and what an allocator keeps rises and falls: so much is no growth.
MIB_MORE, SHARE_MORE = 8.0, 0.05
COUNTED_MORE = 10.0


@dataclass(slots=True)
class Watch:
    """What all programs hold, from the first moment to the last."""

    hours: float
    series: list[tuple[float, Footprint]] = field(default_factory=list)

    def keep_watch(self, scene: Scene) -> None:
        began_at = time.monotonic()
        self.series = []
        while (passed_s := time.monotonic() - began_at) < self.hours * 3600 / SPEED:
            self.series.append((passed_s, look(scene.install)))
            time.sleep(LOOK_EVERY_S)

    def trends(self) -> Iterator[tuple[str, str, Trend]]:
        """Each with what it is of, and its unit."""
        for part in sorted(set.intersection(*(set(each.parts) for _, each in self.series))):
            held = [(at, each.parts[part]) for at, each in self.series]
            yield part, "MiB", trend([(at, each.memory) for at, each in held])
            if part != DATABASE:  # its processes open tables as they are asked for them
                yield part, "descriptors", trend([(at, each.descriptors) for at, each in held])
        yield "data in Redis", "MiB", trend([(at, each.redis_mib) for at, each in self.series])
        yield "data in Redis", "keys", trend([(at, each.keys) for at, each in self.series])
        yield DATABASE, "connections", trend([(at, each.connections) for at, each in self.series])

    def is_flat(self, found: Evidence) -> list[str]:
        return [
            f"{what} grew by {it.growth:.1f} {unit} in the last half"
            for what, unit, it in self.trends()
            if it.growth > (max(MIB_MORE, SHARE_MORE * it.level) if unit == "MiB" else COUNTED_MORE)
        ]

    def said(self, found: Evidence) -> str:
        grown = [
            f"{what} {it.growth:+.1f} {unit} of {it.level:.0f}"
            for what, unit, it in self.trends()
            if abs(it.growth) >= 0.05
        ]
        return f"in the last half: {', '.join(grown) or 'nothing grew'}"


def each_second(plan: Plan) -> Plan:
    return replace(plan, interval_s=PICTURE_EVERY_S)


def scenario(hours: float) -> Scenario:
    watch = Watch(hours)
    return Scenario(
        name="long lesson",
        does=f"nothing, for {hours:g} hours of a lesson at {SPEED} times their speed",
        fault=watch.keep_watch,
        speed=SPEED,
        interval_ms=10_000,
        arranged=each_second,
        checks=(watch.is_flat,),
        tells=watch.said,
    )


SCENARIOS = (scenario(float(os.environ.get("SOAK_HOURS", "4"))),)
