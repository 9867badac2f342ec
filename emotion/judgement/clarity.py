"""How clearly one person's expression may be told: by the limits of the network that read it."""

from functools import cache
from pathlib import Path

import msgspec

from emotion.values import Clarity, EmotionScores

CAREFUL_CLEAR_FROM = 0.95
"""For a network whose card has no such limit: higher than any that was measured."""


def clarity(scores: EmotionScores, clear_from: float) -> Clarity:
    """Whether the expression is told as clear, as weak or not at all.

    A mean of readings is told by the limit of a single one: its probability is as well calibrated.

    Args:
        scores: of a reading, or of many together.
        clear_from: the least highest probability of a clear one, as the model card has it.
    """
    if scores.uncertain:
        return Clarity.NOT_SURE
    return Clarity.CLEARLY if scores.confidence >= clear_from else Clarity.WEAKLY


class _Card(msgspec.Struct):
    """What is needed of a model card by who loads no network."""

    clear_from: float = CAREFUL_CLEAR_FROM


@cache
def clear_from_of(card: Path) -> float:
    """The limit that the model card `card` (.json) states; the careful one where that cannot be read.

    What was stored under a former network is told by today's limit: probabilities of both are calibrated.
    """
    try:
        return msgspec.json.decode(card.read_bytes(), type=_Card).clear_from
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError):
        return CAREFUL_CLEAR_FROM
