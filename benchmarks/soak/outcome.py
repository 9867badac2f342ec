"""What came of one scenario: plain values, as they are kept in JSON."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.soak import told
from benchmarks.soak.checks import complaints
from benchmarks.soak.evidence import Evidence
from benchmarks.soak.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds: how long the part was away; from its return until all were read again, and on the dashboard.

    `memory_mib` and `descriptors` are how much more all programs hold than before. `said` are the complaints
    in the logs, `wrong` what the checks found, `told` what is to be said besides; `skipped` says why nothing
    was done.
    """

    name: str
    does: str
    away_s: float | None = None
    read_again_s: float | None = None
    dashboard_s: float | None = None
    acknowledged: int = 0
    lost: int = 0
    rows: int = 0
    memory_mib: float = 0.0
    descriptors: int = 0
    said: Sequence[str] = ()
    wrong: Sequence[str] = ()
    told: str = ""
    skipped: str = ""

    @property
    def verdict(self) -> str:
        if self.skipped:
            return f"skipped: {self.skipped}"
        return "; ".join([*(self.wrong or ["well"]), *filter(None, [self.told])])


def outcome_of(scenario: Scenario, found: Evidence, wrong: Sequence[str]) -> Outcome:
    acknowledged = told.acknowledged(found)
    return Outcome(
        name=scenario.name,
        does=scenario.does,
        away_s=sum(one.back_at - one.began_at for one in found.episodes),
        read_again_s=told.read_again_s(found),
        dashboard_s=told.dashboard_s(found),
        acknowledged=len(acknowledged),
        lost=len(acknowledged - found.rows.readings),
        rows=len(found.rows.readings),
        memory_mib=found.after.memory - found.before.memory,
        descriptors=found.after.descriptors - found.before.descriptors,
        said=[f"{part}: {line}" for part, lines in found.said.items() for line in complaints(part, lines)],
        wrong=wrong,
        told=scenario.tells(found),
    )
