"""The rule of November 2026 on a single picture, kept as what later rules are compared with.

The weaker of pose and eyes: eyes closed below 45 % of the own openness count nothing, pose falls to nothing
between 15 and 35 degrees of yaw, 12 and 30 of pitch, from the own normal.
"""

from emotion.judgement.baseline import Baseline
from emotion.values import Attention


def value(own: Baseline, attention: Attention) -> float:
    if attention.eye_openness <= 0.45 * max(own.eyes, 0.3):
        return 0.0
    yaw = (abs(attention.yaw - own.yaw) - 15) / (35 - 15)
    pitch = (abs(attention.pitch - own.pitch) - 12) / (30 - 12)
    return 1 - min(max(yaw, pitch, 0), 1)
