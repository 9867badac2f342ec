"""What a report says about a class: frozen values, stored as JSON and read back. They name nobody.

Whatever concerns one person stays in rows of its own, so that it vanishes with them. Who does not show own
results is part of the class's words alone: every number here is of those who do, or of everybody present.
Times are whole seconds of lesson time since the start; shares are in [0, 1].
"""

from dataclasses import dataclass, replace
from typing import Any, Self

import msgspec

from classroom.disclosure import Amount, Strength
from emotion.values import Signal

MINUTE_S = 60
SUMMARY_VERSION = 3
READABLE = (2, SUMMARY_VERSION)
"""Of version 2 there are no phases, no estimates and nothing about how well cameras were read."""


class UnknownSummaryVersion(ValueError):
    """A stored summary was written by another version; the report has to be written again."""


@dataclass(frozen=True, slots=True)
class Written:
    """Of a stored summary what is read first."""

    version: Any = None


@dataclass(frozen=True, slots=True)
class Span:
    start_s: int
    end_s: int

    @property
    def length_s(self) -> int:
        return self.end_s - self.start_s


def minute_of(at_s: int) -> int:
    return at_s // MINUTE_S * MINUTE_S


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
class PaceCounts:
    """How many students said so of the pace, as `SelfReportCounts` of how it goes."""

    too_fast: int = 0
    right_pace: int = 0
    too_slow: int = 0


@dataclass(frozen=True, slots=True)
class SelfReportStep:
    """A minute in which enough people were present for what was said to be told: `present` of whom it is.

    See `disclosure.whose_taps`. Of lessons before November 2026 nothing is known of the pace.
    """

    span: Span
    present: int
    counts: SelfReportCounts
    pace: PaceCounts = PaceCounts()


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """What the school allowed when the report was written, and the smallest group of that moment.

    `is_without_cameras` says that the teacher asked for none in this lesson, whatever the school allowed.
    """

    preset: str
    signals: tuple[str, ...]
    allows_self_report: bool
    minimum_group_size: int
    is_without_cameras: bool = False

    def within(self, today: "PolicyInForce | None") -> "PolicyInForce | None":
        """What both allow, under the name of the one that allows less."""
        if today is None:
            return None
        signals = tuple(signal for signal in self.signals if signal in today.signals)
        return PolicyInForce(
            preset=self.preset if signals == self.signals else today.preset,
            signals=signals,
            allows_self_report=self.allows_self_report and today.allows_self_report,
            minimum_group_size=max(self.minimum_group_size, today.minimum_group_size),
            is_without_cameras=self.is_without_cameras,
        )


@dataclass(frozen=True, slots=True)
class SharedStep:
    """Exact figures of those who show their own results, as `classroom.wire.messages.SharedInfo`."""

    counted: int
    engaged: int
    drifting: int
    away: int
    engagement: float | None
    engagement_low: float | None
    engagement_high: float | None
    expression_shares: tuple[float, ...] | None
    expression_spread: float | None

    def under(self, policy: PolicyInForce) -> "SharedStep | None":
        """Without what is not allowed. Before December 2026 an expression raised it: that goes too."""
        step, hides_attention = self, Signal.ATTENTION not in policy.signals
        hides_expression = Signal.EXPRESSION not in policy.signals and self.expression_shares is not None
        if hides_attention:
            step = replace(step, engaged=0, drifting=0, away=0)
        if hides_expression:
            step = replace(step, expression_shares=None, expression_spread=None)
        if hides_attention or hides_expression:
            step = replace(step, engagement=None, engagement_low=None, engagement_high=None)
        is_told = step.engagement is not None or step.expression_shares is not None or step.levels > 0
        return step if is_told and step.counted >= policy.minimum_group_size else None

    @property
    def levels(self) -> int:
        """How many had a level."""
        return self.engaged + self.drifting + self.away


@dataclass(frozen=True, slots=True)
class MoodStep:
    """What the teacher was told at one step of the ten-second grid. None: not enough to say.

    `level` and `expressions` are the class in coarse words.
    """

    at_s: int
    level: Amount | None
    expressions: tuple[Strength, ...] | None
    shared: SharedStep | None

    @property
    def engagement(self) -> float | None:
        return self.shared.engagement if self.shared else None

    @property
    def expression_shares(self) -> tuple[float, ...] | None:
        return self.shared.expression_shares if self.shared else None

    @property
    def says_anything(self) -> bool:
        return self.level is not None or self.expressions is not None or self.shared is not None

    def under(self, policy: PolicyInForce) -> "MoodStep":
        return MoodStep(
            at_s=self.at_s,
            level=self.level if Signal.ATTENTION in policy.signals else None,
            expressions=self.expressions if Signal.EXPRESSION in policy.signals else None,
            shared=self.shared.under(policy) if self.shared else None,
        )


@dataclass(frozen=True, slots=True)
class Side:
    """The time just before or just after a key moment.

    `steps` are those with figures of students who show their own, of whom `counted` are the median; `told`
    are those with a word for the class, of which `level` prevails. `self_reports` is None if untold.
    """

    steps: int
    counted: int
    engagement: float | None
    expression_shares: tuple[float, ...] | None
    told: int
    level: Amount | None
    self_reports: SelfReportCounts | None


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
    """Some minutes with the mean engagement of those who show it, or else with the class's word."""

    span: Span
    engagement: float | None
    level: Amount | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """The mean engagement of those who show it in `span`, and the bounds within which it is with 95 %.

    In each minute that is counted from `fewest` to `most` students were.
    """

    span: Span
    mean: float
    low: float
    high: float
    fewest: int
    most: int


@dataclass(frozen=True, slots=True)
class Cameras:
    """How well the cameras of those who show their results were read; at least the smallest group of them.

    `coverage` is the mean share of the lesson with readings, `no_face` the share of readings without a face,
    `uncertain` the share of half minutes with an uncertain expression (None: none was read). In
    `thin_minutes` most of them had fewer than half of the readings that were due.
    """

    students: int
    coverage: float
    no_face: float
    uncertain: float | None
    thin_minutes: int


@dataclass(frozen=True, slots=True)
class Summary:
    """`joined` leaves trials out, `mood` the pauses; `self_reports` are the minutes that may be told.

    `phases` follow each other from one change of the class's level to the next: all with the engagement of
    those who show it, or all in the class's words. `network` read the expressions.
    """

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
    phases: tuple[Stretch, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    cameras: Cameras | None = None
    network: str = ""

    @property
    def taught_s(self) -> int:
        """Seconds of the lesson outside pauses."""
        return self.lesson_s - sum(pause.length_s for pause in self.pauses)

    @property
    def asked_for_cameras(self) -> bool:
        """Where none was, nobody could show own results."""
        return self.policy is not None and bool(self.policy.signals)

    @property
    def tells_of_class(self) -> bool:
        """Whether anything was computed that is told of the class."""
        return self.allows(Signal.ATTENTION) or self.allows(Signal.EXPRESSION)

    def allows(self, signal: str) -> bool:
        return self.policy is not None and signal in self.policy.signals

    def estimate(self, span: Span) -> Estimate | None:
        return next((one for one in self.estimates if one.span == span), None)

    @property
    def whole(self) -> Span:
        return Span(0, self.lesson_s)

    def to_dict(self) -> dict[str, Any]:
        return {"version": SUMMARY_VERSION, **msgspec.to_builtins(self)}

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises UnknownSummaryVersion."""
        found = msgspec.json.decode(text, type=Written).version
        if found not in READABLE:
            raise UnknownSummaryVersion(found)
        return msgspec.json.decode(text, type=cls)
