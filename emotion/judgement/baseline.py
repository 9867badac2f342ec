"""The participant's own normal: pose, gaze and open eyes, learned in the first minute and slowly followed."""

import math
from dataclasses import dataclass, replace

from emotion.judgement.weights import EngagementWeights
from emotion.values import Attention


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is normal for one participant. Angles in degrees; `since` is when a face was first read.

    `first_yaw` and `first_pitch` are where the first minute left them: what is far is far from there.
    """

    since: float
    readings: int
    ready: bool
    yaw: float
    pitch: float
    gaze_y: float
    eyes: float
    first_yaw: float
    first_pitch: float


@dataclass(frozen=True, slots=True)
class Rest:
    """Where the head has been resting, in degrees, and since when."""

    since: float
    yaw: float
    pitch: float


def learn(
    baseline: Baseline | None,
    attention: Attention,
    at: float,
    interval_s: float,
    weights: EngagementWeights,
    *,
    is_engaged: bool = True,
) -> Baseline:
    """The baseline after one more reading, `interval_s` after the one before.

    Once it is ready it follows only readings that are engaged by its own measure: who looks into a lap for an
    hour does not come to look ahead.
    """
    if baseline is None:
        yaw, pitch = _limited(attention, weights)
        return Baseline(at, 1, False, yaw, pitch, attention.gaze_y, attention.eye_openness, yaw, pitch)
    if baseline.ready:
        return _adapt(baseline, attention, interval_s, weights) if is_engaged else baseline
    return _calibrate(baseline, attention, at, weights)


def settle(rest: Rest | None, attention: Attention, at: float, weights: EngagementWeights) -> Rest:
    """Where the head rests now: still there, or newly here."""
    if rest is not None:
        yaw, pitch = attention.yaw - rest.yaw, attention.pitch - rest.pitch
        if math.hypot(yaw, pitch) <= weights.rest_radius:
            return Rest(rest.since, rest.yaw + yaw / 10, rest.pitch + pitch / 10)
    return Rest(at, attention.yaw, attention.pitch)


def pose_score(
    baseline: Baseline, rest: Rest, attention: Attention, at: float, weights: EngagementWeights
) -> float:
    """1 towards the own baseline, 0 away from it; a head at rest on a second screen counts mildly."""
    yaw = beyond(attention.yaw - baseline.yaw, weights.yaw_free, weights.yaw_lost)
    pitch = beyond(attention.pitch - baseline.pitch, weights.pitch_free, weights.pitch_lost)
    pose = 1 - max(yaw, pitch)
    if _on_second_screen(baseline, rest, at, weights):
        return max(pose, weights.second_screen_pose)
    return pose


def eyes_closed(baseline: Baseline, attention: Attention, weights: EngagementWeights) -> bool:
    own = max(baseline.eyes, weights.eyes_floor)
    return attention.eye_openness <= weights.eyes_closed_below * own


def beyond(size: float, free: float, lost: float) -> float:
    """0 up to `free`, 1 from `lost` on, straight between them."""
    return _clamp((abs(size) - free) / (lost - free), 0.0, 1.0)


def _calibrate(baseline: Baseline, attention: Attention, at: float, weights: EngagementWeights) -> Baseline:
    """The mean of the first minute."""
    readings = baseline.readings + 1
    yaw, pitch = _limited(attention, weights)
    yaw = baseline.yaw + (yaw - baseline.yaw) / readings
    pitch = baseline.pitch + (pitch - baseline.pitch) / readings
    gaze_y = baseline.gaze_y + (attention.gaze_y - baseline.gaze_y) / readings
    eyes = _open_eyes(baseline.eyes, attention, 1 / readings)
    ready = at - baseline.since >= weights.baseline_s and readings >= weights.baseline_readings
    return Baseline(baseline.since, readings, ready, yaw, pitch, gaze_y, eyes, yaw, pitch)


def _adapt(
    baseline: Baseline, attention: Attention, interval_s: float, weights: EngagementWeights
) -> Baseline:
    """Follow a slowly shifting posture, but not far, and never a face that looks away."""
    if not _near_first(baseline, attention.yaw, attention.pitch, weights):
        return baseline
    step = 1 - math.exp(-interval_s / weights.baseline_memory_s)
    yaw = baseline.yaw + step * (attention.yaw - baseline.yaw)
    pitch = baseline.pitch + step * (attention.pitch - baseline.pitch)
    drift = weights.baseline_drift
    return replace(
        baseline,
        yaw=_clamp(yaw, baseline.first_yaw - drift, baseline.first_yaw + drift),
        pitch=_clamp(pitch, baseline.first_pitch - drift, baseline.first_pitch + drift),
        gaze_y=baseline.gaze_y + step * (attention.gaze_y - baseline.gaze_y),
        eyes=_open_eyes(baseline.eyes, attention, step),
    )


def _open_eyes(own: float, attention: Attention, step: float) -> float:
    """The own openness, moved towards this reading; a blink says nothing about open eyes."""
    if attention.eye_openness <= own / 2:
        return own
    return own + step * (attention.eye_openness - own)


def _on_second_screen(baseline: Baseline, rest: Rest, at: float, weights: EngagementWeights) -> bool:
    rested = at - rest.since >= weights.second_screen_after_s
    return rested and _near_first(baseline, rest.yaw, rest.pitch, weights)


def _near_first(baseline: Baseline, yaw: float, pitch: float, weights: EngagementWeights) -> bool:
    return (
        abs(yaw - baseline.first_yaw) <= weights.second_screen_yaw
        and abs(pitch - baseline.first_pitch) <= weights.second_screen_pitch
    )


def _limited(attention: Attention, weights: EngagementWeights) -> tuple[float, float]:
    """Yaw and pitch, no farther than a normal may be."""
    yaw, pitch = weights.baseline_yaw, weights.baseline_pitch
    return _clamp(attention.yaw, -yaw, yaw), _clamp(attention.pitch, -pitch, pitch)


def _clamp(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
