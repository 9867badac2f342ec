"""From measurements to engagement: a pure fold, used for the live state and for replay alike.

    presence    decides whether there is a value at all: no face is unknown, never disengaged
    pose        1 within the free angle of the own baseline, falling to 0 at the lost angle
    eyes        1 open, 0 closed against the own open eyes
    attentive   the weaker of pose and eyes, averaged over the last 20 seconds
    value       attentive x wakefulness, raised (never lowered) a little by a lively expression

Sources: deviation from the learner's own pose works better than a fixed limit (Becerra et al., 2024);
60 s of own data and attention features before affect (Suemer et al., 2021); PERCLOS (Wierwille, 1994);
averages of single frames predict a clip (Whitehill et al., 2014).
"""

import math
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from emotion.labels import EMOTIONS, Emotion
from emotion.values import Analysis, Attention, EmotionScores
from emotion.window import Window, WindowShape

STATE_VERSION = 1

RECENT = WindowShape(span_s=20, slot_s=2.5)
EXPRESSION = WindowShape(span_s=15, slot_s=2.5)
EYES = WindowShape(span_s=180, slot_s=10)


class UnknownStateVersion(ValueError):
    """A stored state was written by another version of the fold; fold the readings again."""


class Level(StrEnum):
    ENGAGED = "engaged"
    DRIFTING = "drifting"
    AWAY = "away"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class EngagementWeights:
    """Every number of the formula. Angles in degrees, durations in seconds, shares in [0, 1]."""

    engaged_from: float = 0.6
    """Value from which the level is engaged."""
    drifting_from: float = 0.3
    """Value from which the level is drifting; below it is away."""

    yaw_free: float = 15.0
    yaw_lost: float = 35.0
    pitch_free: float = 12.0
    pitch_lost: float = 30.0

    rest_radius: float = 8.0
    """A head that stays within this angle is at rest."""
    second_screen_after_s: float = 30.0
    second_screen_yaw: float = 30.0
    second_screen_pitch: float = 15.0
    second_screen_pose: float = 0.75
    """What a resting head counts at least, within the two angles above of the first baseline."""

    baseline_s: float = 60.0
    baseline_readings: int = 5
    baseline_limit: float = 25.0
    """The baseline is never farther than this from the camera: staring away is nobody's normal."""
    baseline_memory_s: float = 600.0
    baseline_drift: float = 15.0
    """How far slow adaption may carry the baseline from where the first minute set it."""

    eyes_closed_below: float = 0.45
    """Share of the own openness that counts as closed. Landmarks of shut lids do not quite meet, so this
    stands for the 80 % of PERCLOS (see `emotion.attention`)."""
    eyes_floor: float = 0.3
    """The own openness is taken to be at least this, so that eyes shut from the start still count as shut."""
    perclos_readings: int = 12
    perclos_after_s: float = 120.0
    perclos_free: float = 0.15
    perclos_lost: float = 0.5

    presence_needed: float = 0.5
    readings_needed: int = 2
    gap_s: float = 30.0
    """After a longer silence the short windows start again."""

    expression: float = 0.1
    """The most that a lively expression can add; no expression takes anything away."""
    expression_limit: float = 0.35
    """A smoothed expression below this probability is uncertain."""
    expression_pose: float = 30.0
    """Expressions of faces turned farther than this from the camera are not read."""


DEFAULT_WEIGHTS = EngagementWeights()


@dataclass(frozen=True, slots=True)
class Baseline:
    """The participant's own normal. Angles in degrees; `since` is when the first face was read."""

    since: float
    readings: int
    ready: bool
    yaw: float
    pitch: float
    eyes: float
    first_yaw: float
    first_pitch: float


@dataclass(frozen=True, slots=True)
class Rest:
    """Where the head has been resting, and since when."""

    since: float
    yaw: float
    pitch: float


@dataclass(frozen=True, slots=True)
class ParticipantSignals:
    """All that is remembered of one participant in one lesson: small, versioned, JSON-safe.

    Times are seconds of lesson time. Windows hold integer sums:
    `recent` face seen, pose judged, attentive per mille; `eyes` closed; `expression` seven
    probabilities per mille and the uncertain readings.
    """

    measured_at: float
    baseline: Baseline | None = None
    rest: Rest | None = None
    recent: Window = field(default_factory=Window)
    eyes: Window = field(default_factory=Window)
    expression: Window = field(default_factory=Window)

    def to_dict(self) -> dict[str, Any]:
        return {
            "version": STATE_VERSION,
            "measured_at": self.measured_at,
            "baseline": asdict(self.baseline) if self.baseline else None,
            "rest": asdict(self.rest) if self.rest else None,
            "recent": self.recent.to_list(),
            "eyes": self.eyes.to_list(),
            "expression": self.expression.to_list(),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Raises UnknownStateVersion."""
        if data.get("version") != STATE_VERSION:
            raise UnknownStateVersion(data.get("version"))
        return cls(
            measured_at=data["measured_at"],
            baseline=Baseline(**data["baseline"]) if data["baseline"] else None,
            rest=Rest(**data["rest"]) if data["rest"] else None,
            recent=Window.from_list(data["recent"]),
            eyes=Window.from_list(data["eyes"]),
            expression=Window.from_list(data["expression"]),
        )


@dataclass(frozen=True, slots=True)
class Engagement:
    """What the state says now. Value, presence and PERCLOS are shares in [0, 1].

    `value` is None exactly where the level is unknown: no face, no attention signal, or too
    few readings. `perclos` is None before two minutes of readings.
    """

    value: float | None
    level: Level
    presence: float
    expression: EmotionScores | None
    perclos: float | None
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
    expression = _smoothed_expression(state, weights)
    perclos = _perclos(state, weights)
    value = _value(state, expression, perclos, weights)
    return Engagement(
        value=value,
        level=_level(value, weights),
        presence=_presence(state),
        expression=expression,
        perclos=perclos,
        baseline_ready=state.baseline is not None and state.baseline.ready,
    )


def _advance(
    state: ParticipantSignals, analysis: Analysis, at: float, weights: EngagementWeights
) -> ParticipantSignals:
    state = _forget(state, at, weights)
    attention = analysis.attention
    if attention is not None:
        state = _observe(state, attention, at, weights)
    closed = attention is not None and _closed(state, attention, weights)
    attentive = 0.0 if attention is None or closed else _pose(state, attention, at, weights)
    recent = (int(analysis.faces > 0), int(attention is not None), round(1000 * attentive))
    state = replace(state, measured_at=at, recent=state.recent.add(at, recent, RECENT))
    if attention is not None:
        state = replace(state, eyes=state.eyes.add(at, (int(closed),), EYES))
    if analysis.expression is not None and not closed and _faces_camera(attention, weights):
        seven = tuple(round(1000 * p) for p in analysis.expression.probabilities)
        values = (*seven, int(analysis.expression.uncertain))
        state = replace(state, expression=state.expression.add(at, values, EXPRESSION))
    return state


def _forget(state: ParticipantSignals, at: float, weights: EngagementWeights) -> ParticipantSignals:
    interval_s = at - state.measured_at
    if interval_s > weights.gap_s:
        oldest = EYES.oldest(at, 0)
        return replace(
            state, rest=None, recent=Window(), expression=Window(), eyes=state.eyes.forget(oldest, EYES)
        )
    return replace(
        state,
        recent=state.recent.forget(RECENT.oldest(at, interval_s), RECENT),
        eyes=state.eyes.forget(EYES.oldest(at, interval_s), EYES),
        expression=state.expression.forget(EXPRESSION.oldest(at, interval_s), EXPRESSION),
    )


def _observe(
    state: ParticipantSignals, attention: Attention, at: float, weights: EngagementWeights
) -> ParticipantSignals:
    interval_s = min(at - state.measured_at, weights.gap_s)
    return replace(
        state,
        baseline=_learn(state.baseline, attention, at, interval_s, weights),
        rest=_settle(state.rest, attention, at, weights),
    )


def _learn(
    baseline: Baseline | None,
    attention: Attention,
    at: float,
    interval_s: float,
    weights: EngagementWeights,
) -> Baseline:
    if baseline is None:
        yaw, pitch = _limited(attention.yaw, weights), _limited(attention.pitch, weights)
        return Baseline(at, 1, False, yaw, pitch, attention.eye_openness, yaw, pitch)
    if baseline.ready:
        return _adapt(baseline, attention, interval_s, weights)
    return _calibrate(baseline, attention, at, weights)


def _calibrate(baseline: Baseline, attention: Attention, at: float, weights: EngagementWeights) -> Baseline:
    """The mean of the first minute; a blink does not count towards the open eyes."""
    readings = baseline.readings + 1
    yaw = baseline.yaw + (_limited(attention.yaw, weights) - baseline.yaw) / readings
    pitch = baseline.pitch + (_limited(attention.pitch, weights) - baseline.pitch) / readings
    eyes = baseline.eyes
    if attention.eye_openness > eyes / 2:
        eyes += (attention.eye_openness - eyes) / readings
    ready = at - baseline.since >= weights.baseline_s and readings >= weights.baseline_readings
    return Baseline(baseline.since, readings, ready, yaw, pitch, eyes, yaw, pitch)


def _adapt(
    baseline: Baseline, attention: Attention, interval_s: float, weights: EngagementWeights
) -> Baseline:
    """Follow a slowly shifting posture, but no farther than the drift, and never a face that looks away."""
    if not _near_first(baseline, attention.yaw, attention.pitch, weights):
        return baseline
    step = 1 - math.exp(-interval_s / weights.baseline_memory_s)
    yaw = baseline.yaw + step * (attention.yaw - baseline.yaw)
    pitch = baseline.pitch + step * (attention.pitch - baseline.pitch)
    eyes = baseline.eyes
    if attention.eye_openness > eyes / 2:
        eyes += step * (attention.eye_openness - eyes)
    drift = weights.baseline_drift
    return replace(
        baseline,
        yaw=_clamp(yaw, baseline.first_yaw - drift, baseline.first_yaw + drift),
        pitch=_clamp(pitch, baseline.first_pitch - drift, baseline.first_pitch + drift),
        eyes=eyes,
    )


def _settle(rest: Rest | None, attention: Attention, at: float, weights: EngagementWeights) -> Rest:
    if rest is not None:
        yaw, pitch = attention.yaw - rest.yaw, attention.pitch - rest.pitch
        if math.hypot(yaw, pitch) <= weights.rest_radius:
            return Rest(rest.since, rest.yaw + yaw / 10, rest.pitch + pitch / 10)
    return Rest(at, attention.yaw, attention.pitch)


def _pose(state: ParticipantSignals, attention: Attention, at: float, weights: EngagementWeights) -> float:
    """1 towards the own baseline, 0 away from it; a head at rest on a second screen counts mildly."""
    assert state.baseline is not None and state.rest is not None
    yaw = _beyond(attention.yaw - state.baseline.yaw, weights.yaw_free, weights.yaw_lost)
    pitch = _beyond(attention.pitch - state.baseline.pitch, weights.pitch_free, weights.pitch_lost)
    pose = 1 - max(yaw, pitch)
    if _on_second_screen(state.baseline, state.rest, at, weights):
        return max(pose, weights.second_screen_pose)
    return pose


def _on_second_screen(baseline: Baseline, rest: Rest, at: float, weights: EngagementWeights) -> bool:
    rested = at - rest.since >= weights.second_screen_after_s
    return rested and _near_first(baseline, rest.yaw, rest.pitch, weights)


def _near_first(baseline: Baseline, yaw: float, pitch: float, weights: EngagementWeights) -> bool:
    return (
        abs(yaw - baseline.first_yaw) <= weights.second_screen_yaw
        and abs(pitch - baseline.first_pitch) <= weights.second_screen_pitch
    )


def _closed(state: ParticipantSignals, attention: Attention, weights: EngagementWeights) -> bool:
    assert state.baseline is not None
    own = max(state.baseline.eyes, weights.eyes_floor)
    return attention.eye_openness <= weights.eyes_closed_below * own


def _faces_camera(attention: Attention | None, weights: EngagementWeights) -> bool:
    """Without the attention signal nobody knows: the expression is then read as it is."""
    if attention is None:
        return True
    return max(abs(attention.yaw), abs(attention.pitch)) <= weights.expression_pose


def _presence(state: ParticipantSignals) -> float:
    faces, _judged, _attentive = state.recent.sums
    return faces / state.recent.readings


def _value(
    state: ParticipantSignals,
    expression: EmotionScores | None,
    perclos: float | None,
    weights: EngagementWeights,
) -> float | None:
    _faces, judged, attentive = state.recent.sums
    if judged < weights.readings_needed or _presence(state) < weights.presence_needed:
        return None
    drowsy = _beyond(perclos or 0, weights.perclos_free, weights.perclos_lost)
    value = attentive / 1000 / judged * (1 - drowsy)
    return value + weights.expression * _liveliness(expression) * (1 - value)


def _level(value: float | None, weights: EngagementWeights) -> Level:
    if value is None:
        return Level.UNKNOWN
    if value >= weights.engaged_from:
        return Level.ENGAGED
    return Level.DRIFTING if value >= weights.drifting_from else Level.AWAY


def _liveliness(expression: EmotionScores | None) -> float:
    if expression is None:
        return 0.0
    happy, surprise = EMOTIONS.index(Emotion.HAPPY), EMOTIONS.index(Emotion.SURPRISE)
    return min(1.0, expression.probabilities[happy] + expression.probabilities[surprise])


def _smoothed_expression(state: ParticipantSignals, weights: EngagementWeights) -> EmotionScores | None:
    if not state.expression.readings:
        return None
    *sums, uncertain = state.expression.sums
    total = sum(sums)
    probabilities = tuple(s / total for s in sums)
    mostly_uncertain = 2 * uncertain > state.expression.readings
    return EmotionScores(probabilities, mostly_uncertain or max(probabilities) < weights.expression_limit)


def _perclos(state: ParticipantSignals, weights: EngagementWeights) -> float | None:
    readings = state.eyes.readings
    if readings < weights.perclos_readings:
        return None
    if state.measured_at - state.eyes.slots[0].number * EYES.slot_s < weights.perclos_after_s:
        return None
    return state.eyes.sums[0] / readings


def _limited(angle: float, weights: EngagementWeights) -> float:
    return _clamp(angle, -weights.baseline_limit, weights.baseline_limit)


def _beyond(size: float, free: float, lost: float) -> float:
    """0 up to `free`, 1 from `lost` on, straight between them."""
    return _clamp((abs(size) - free) / (lost - free), 0.0, 1.0)


def _clamp(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
