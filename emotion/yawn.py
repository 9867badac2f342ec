"""A yawn: a mouth wide open under narrowed eyes. The network of expressions takes it for surprise.

Surprise opens the eyes too. Brows tell the two apart far worse: whoever yawns raises them a little
(`docs/models.md` has the counts).
"""

from collections.abc import Mapping
from dataclasses import replace

from emotion.labels import Emotion
from emotion.values import Attention, EmotionScores

JAW_OPEN = 0.3
EYES_NARROWED = 0.25


def yawning(blendshapes: Mapping[str, float]) -> bool:
    narrowed = (blendshapes["eyeSquintLeft"] + blendshapes["eyeSquintRight"]) / 2
    return blendshapes["jawOpen"] >= JAW_OPEN and narrowed >= EYES_NARROWED


def without_yawn(scores: EmotionScores, attention: Attention | None) -> EmotionScores:
    """Nothing is named where a yawning face would be called surprised; without attention nobody can tell."""
    if attention is None or not attention.yawning or scores.top is not Emotion.SURPRISE:
        return scores
    return replace(scores, uncertain=True)
