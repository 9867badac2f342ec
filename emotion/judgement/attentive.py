"""How far one reading faces the own screen: where the head turns, times where and how openly the eyes look.

sight   where head and eyes together point, up and down: 1 near the own normal, 0 far below it
eyes    1 from the own openness on, or from wide open eyes on; 0 closed
gaze    1 where the eyes look level out of the head, 0 where they look down
look    three parts sight, two parts eyes, one part gaze
"""

from emotion.judgement.baseline import Baseline, Rest, beyond, pose_score
from emotion.judgement.weights import EngagementWeights
from emotion.values import Attention


def attentive(
    own: Baseline, rest: Rest, attention: Attention, at: float, weights: EngagementWeights
) -> float:
    """In [0, 1]: pose times look, so that looking at a neighbour with wide open eyes is not attentive."""
    return pose_score(own, rest, attention, at, weights) * look_score(own, attention, weights)


def look_score(own: Baseline, attention: Attention, weights: EngagementWeights) -> float:
    """In [0, 1]. Soft everywhere: no single measurement of an eye decides anything."""
    parts = (
        (weights.sight_part, _sight(own, attention, weights)),
        (weights.eyes_part, _eyes(own, attention, weights)),
        (weights.gaze_part, _gaze(attention, weights)),
    )
    return sum(part * score for part, score in parts) / sum(part for part, _ in parts)


def _sight(own: Baseline, attention: Attention, weights: EngagementWeights) -> float:
    """A head that nods while the eyes stay on the screen is above it; only what lies below is lost."""
    normal = max(_line_of_sight(own.pitch, own.gaze_y, weights), weights.sight_floor)
    below = normal - _line_of_sight(attention.pitch, attention.gaze_y, weights)
    return 1 - beyond(max(below, 0), weights.sight_free, weights.sight_lost)


def _eyes(own: Baseline, attention: Attention, weights: EngagementWeights) -> float:
    wide = min(max(own.eyes, weights.eyes_floor), weights.eyes_wide)
    return min(attention.eye_openness / wide, 1)


def _gaze(attention: Attention, weights: EngagementWeights) -> float:
    return 1 - beyond(
        max(weights.gaze_level - attention.gaze_y, 0), 0, weights.gaze_level - weights.gaze_down
    )


def _line_of_sight(pitch: float, gaze_y: float, weights: EngagementWeights) -> float:
    """Degrees above the line to the camera."""
    return pitch + weights.gaze_degrees * gaze_y
