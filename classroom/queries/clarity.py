"""One person's expression as it may be told: in words of how clear it is, wherever it was stored."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from classroom.wire.messages import ExpressionInfo
from emotion.judgement.clarity import clarity, clear_from_of
from emotion.values import Clarity, EmotionScores


def stored_scores(probabilities: Sequence[float] | None, uncertain: bool | None) -> EmotionScores | None:
    """From the two columns that a reading and a state have of an expression."""
    return None if probabilities is None else EmotionScores(tuple(probabilities), bool(uncertain))


def clear_from() -> float:
    """What the card of the network in use calls clear."""
    return clear_from_of(Path(settings.MODELS_DIR) / "flagship.json")


def clarity_of(scores: EmotionScores) -> Clarity:
    return clarity(scores, clear_from())


def expression_info(scores: EmotionScores | None) -> ExpressionInfo | None:
    if scores is None:
        return None
    found = clarity_of(scores)
    label = None if found is Clarity.NOT_SURE else scores.top.value
    return {"label": label, "clarity": found.value}
