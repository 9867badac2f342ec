"""From measurements to engagement: a pure fold, used for the live state and for replay alike.

    presence    decides whether there is a value at all: no face is unknown, never disengaged
    attentive   how far each reading faces the own screen: pose times look (`attentive`)
    value       attentive, averaged over the last 20 seconds; no expression has a part in it

Sources: deviation from the learner's own pose works better than a fixed limit (Becerra et al., 2024);
60 s of own data and attention features before affect (Suemer et al., 2021); averages of single frames
predict a clip (Whitehill et al., 2014). `validate` measures how well it agrees with people.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

import msgspec

from emotion.judgement.attentive import attentive
from emotion.judgement.baseline import Baseline, Rest, eyes_closed, learn, settle
from emotion.judgement.weights import DEFAULT_WEIGHTS, EngagementWeights
from emotion.judgement.window import Window, WindowShape
from emotion.labels import EMOTIONS, Emotion
from emotion.values import Analysis, Attention, EmotionScores

STATE_VERSION = 2

RECENT = WindowShape(span_s=20, slot_s=2.5)
EXPRESSION = WindowShape(span_s=15, slot_s=2.5)


class UnknownStateVersion(ValueError):
    """A stored state was written by another version of the fold; fold the readings again."""


class Level(StrEnum):
    ENGAGED = "engaged"
    DRIFTING = "drifting"
    AWAY = "away"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ParticipantSignals:
    """All that is remembered of one participant in one lesson: small, versioned, JSON-safe.

    Times are seconds of lesson time. Windows hold integer sums:
    `recent` face seen, attention judged, attentive per mille; `expression` seven probabilities per
    mille and the uncertain readings.
    """

    measured_at: float
    baseline: Baseline | None = None
    rest: Rest | None = None
    recent: Window = field(default_factory=Window)
    expression: Window = field(default_factory=Window)

    def to_dict(self) -> dict[str, Any]:
        return {
            "version": STATE_VERSION,
            "measured_at": self.measured_at,
            "baseline": msgspec.to_builtins(self.baseline),
            "rest": msgspec.to_builtins(self.rest),
            "recent": self.recent.to_list(),
            "expression": self.expression.to_list(),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Raises UnknownStateVersion."""
        if data.get("version") != STATE_VERSION:
            raise UnknownStateVersion(data.get("version"))
        return cls(
            measured_at=data["measured_at"],
            baseline=msgspec.convert(data["baseline"], Baseline | None),
            rest=msgspec.convert(data["rest"], Rest | None),
            recent=Window.from_list(data["recent"]),
            expression=Window.from_list(data["expression"]),
        )


@dataclass(frozen=True, slots=True)
class Engagement:
    """What the state says now. Value and presence are shares in [0, 1].

    `value` is None exactly where the level is unknown: no face, no attention signal, or too
    few readings.
    """

    value: float | None
    level: Level
    presence: float
    expression: EmotionScores | None
    baseline_ready: bool


def fold(
    state: ParticipantSignals | None,
    analysis: Analysis,
    taken_at: float,
    weights: EngagementWeights = DEFAULT_WEIGHTS,
) -> tuple[ParticipantSignals, Engagement]:
    """The state after one more measurement, and what it says.

    `taken_at` is in seconds of lesson time. A measurement not newer than the state leaves it
    as it is.
    """
    if state is not None and taken_at <= state.measured_at:
        return state, assess(state, weights)
    advanced = _advance(state or ParticipantSignals(measured_at=taken_at), analysis, taken_at, weights)
    return advanced, assess(advanced, weights)


def assess(state: ParticipantSignals, weights: EngagementWeights = DEFAULT_WEIGHTS) -> Engagement:
    """What a state says, at the time of its last measurement."""
    value = _value(state, weights)
    return Engagement(
        value=value,
        level=level_of(value, weights),
        presence=_presence(state),
        expression=_smoothed_expression(state, weights),
        baseline_ready=state.baseline is not None and state.baseline.ready,
    )


def _advance(
    state: ParticipantSignals, analysis: Analysis, at: float, weights: EngagementWeights
) -> ParticipantSignals:
    state = _learn(_forget(state, at, weights), analysis.attention, at, weights)
    closed = _eyes_closed(state, analysis.attention, weights)
    return replace(
        state,
        measured_at=at,
        recent=state.recent.add(at, _recent(state, analysis, at, weights), RECENT),
        expression=_with_expression(state.expression, analysis, closed, at, weights),
    )


def _forget(state: ParticipantSignals, at: float, weights: EngagementWeights) -> ParticipantSignals:
    interval_s = at - state.measured_at
    if interval_s > weights.gap_s:
        return replace(state, rest=None, recent=Window(), expression=Window())
    return replace(
        state,
        recent=state.recent.forget(RECENT.oldest(at, interval_s), RECENT),
        expression=state.expression.forget(EXPRESSION.oldest(at, interval_s), EXPRESSION),
    )


def _learn(
    state: ParticipantSignals, attention: Attention | None, at: float, weights: EngagementWeights
) -> ParticipantSignals:
    if attention is None:
        return state
    interval_s = min(at - state.measured_at, weights.gap_s)
    rest, own = settle(state.rest, attention, at, weights), state.baseline
    is_engaged = own is None or attentive(own, rest, attention, at, weights) >= weights.engaged_from
    baseline = learn(own, attention, at, interval_s, weights, is_engaged=is_engaged)
    return replace(state, baseline=baseline, rest=rest)


def _eyes_closed(state: ParticipantSignals, attention: Attention | None, weights: EngagementWeights) -> bool:
    if attention is None or state.baseline is None:
        return False
    return eyes_closed(state.baseline, attention, weights)


def _recent(
    state: ParticipantSignals, analysis: Analysis, at: float, weights: EngagementWeights
) -> tuple[int, int, int]:
    """Face seen, attention judged, attentive per mille."""
    if analysis.attention is None or state.baseline is None or state.rest is None:
        return int(analysis.faces > 0), 0, 0
    return 1, 1, round(1000 * attentive(state.baseline, state.rest, analysis.attention, at, weights))


def _with_expression(
    window: Window, analysis: Analysis, closed: bool, at: float, weights: EngagementWeights
) -> Window:
    """Faces turned far away or with closed eyes are left out: networks read sadness into both.

    Of a yawn that looks like surprise only the doubt counts.
    """
    scores, attention = analysis.expression, analysis.attention
    if scores is None or closed:
        return window
    if attention is not None and max(abs(attention.yaw), abs(attention.pitch)) > weights.expression_pose:
        return window
    if attention is not None and attention.yawning and scores.top is Emotion.SURPRISE:
        return window.add(at, (*[0] * len(EMOTIONS), 1), EXPRESSION)
    permille = tuple(round(1000 * probability) for probability in scores.probabilities)
    return window.add(at, (*permille, int(scores.uncertain)), EXPRESSION)


def _presence(state: ParticipantSignals) -> float:
    faces, _judged, _attentive = state.recent.sums
    return faces / state.recent.readings


def _value(state: ParticipantSignals, weights: EngagementWeights) -> float | None:
    _faces, judged, sum_of_attentive = state.recent.sums
    if judged < weights.readings_needed or _presence(state) < weights.presence_needed:
        return None
    return sum_of_attentive / 1000 / judged


def level_of(value: float | None, weights: EngagementWeights = DEFAULT_WEIGHTS) -> Level:
    if value is None:
        return Level.UNKNOWN
    if value >= weights.engaged_from:
        return Level.ENGAGED
    return Level.DRIFTING if value >= weights.drifting_from else Level.AWAY


def _smoothed_expression(state: ParticipantSignals, weights: EngagementWeights) -> EmotionScores | None:
    if not state.expression.readings:
        return None
    *sums, uncertain = state.expression.sums
    total = sum(sums)
    if not total:
        return None
    probabilities = tuple(s / total for s in sums)
    mostly_uncertain = 2 * uncertain > state.expression.readings
    return EmotionScores(probabilities, mostly_uncertain or max(probabilities) < weights.expression_limit)
