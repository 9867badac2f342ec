"""What a report says about a class: frozen values, stored as JSON and read back. They name nobody.

Whatever concerns one person stays in rows of its own, so that it vanishes with them.
Times are whole seconds of lesson time since the start; shares are in [0, 1].
"""

from dataclasses import asdict, dataclass, fields, is_dataclass
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Self, TypeVar, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SUMMARY_VERSION = 1

Value = TypeVar("Value", bound="DataclassInstance")


class UnknownSummaryVersion(ValueError):
    """A stored summary was written by another version; the report has to be written again."""


@dataclass(frozen=True, slots=True)
class Span:
    start_s: int
    end_s: int

    @property
    def length_s(self) -> int:
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class SelfReportCounts:
    """How many students said so; somebody who says the same twice in the time counted counts once."""

    following: int = 0
    lost: int = 0
    need_a_break: int = 0

    @property
    def total(self) -> int:
        return self.following + self.lost + self.need_a_break


@dataclass(frozen=True, slots=True)
class SelfReportStep:
    span: Span
    counts: SelfReportCounts


@dataclass(frozen=True, slots=True)
class MoodStep:
    """One step of the ten-second grid, as the teacher saw it. None: too few to be shown."""

    at_s: int
    counted: int
    unknown: int
    engagement: float | None
    engagement_low: float | None
    engagement_high: float | None
    expression_shares: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Side:
    """The time just before or just after a key moment. `steps` are the grid steps with a value."""

    steps: int
    counted: int
    engagement: float | None
    expression_shares: tuple[float, ...] | None
    self_reports: SelfReportCounts


@dataclass(frozen=True, slots=True)
class Moment:
    at_s: int
    label: str
    before: Side
    after: Side

    @property
    def change(self) -> float | None:
        """By how much engagement changed; None without enough evidence on both sides."""
        if self.before.engagement is None or self.after.engagement is None:
            return None
        return self.after.engagement - self.before.engagement


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some minutes with their mean engagement."""

    span: Span
    engagement: float


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """The school's policy when the report was written."""

    preset: str
    signals: tuple[str, ...]
    allows_self_report: bool
    minimum_group_size: int


@dataclass(frozen=True, slots=True)
class Summary:
    lesson_s: int
    interval_ms: int
    joined: int
    policy: PolicyInForce | None
    pauses: tuple[Span, ...]
    mood: tuple[MoodStep, ...]
    moments: tuple[Moment, ...]
    best: Stretch | None
    hardest: Stretch | None
    self_reports: tuple[SelfReportStep, ...]

    @property
    def taught_s(self) -> int:
        """Seconds of the lesson outside pauses."""
        return self.lesson_s - sum(pause.length_s for pause in self.pauses)

    @property
    def has_engagement(self) -> bool:
        return any(step.engagement is not None for step in self.mood)

    @property
    def has_expression(self) -> bool:
        return any(step.expression_shares is not None for step in self.mood)

    def allows(self, signal: str) -> bool:
        return self.policy is not None and signal in self.policy.signals

    def to_dict(self) -> dict[str, Any]:
        return {"version": SUMMARY_VERSION, **asdict(self)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Raises UnknownSummaryVersion."""
        if data.get("version") != SUMMARY_VERSION:
            raise UnknownSummaryVersion(data.get("version"))
        return read(cls, data)


def read(cls: type[Value], data: dict[str, Any]) -> Value:
    """The dataclass `cls` from what `asdict` made of it, after a trip through JSON."""
    hints = get_type_hints(cls)
    return cls(**{field.name: _read_value(hints[field.name], data[field.name]) for field in fields(cls)})


def _read_value(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) is UnionType:
        return _read_value(next(one for one in get_args(hint) if one is not NoneType), value)
    if get_origin(hint) is tuple:
        return tuple(_read_value(get_args(hint)[0], item) for item in value)
    return read(hint, value) if is_dataclass(hint) else value
