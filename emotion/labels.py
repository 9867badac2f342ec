"""The seven expression labels of FER2013: the only list of emotions in the project."""

from enum import StrEnum


class Emotion(StrEnum):
    """A facial expression, in the label order of FER2013 (Goodfellow et al., 2013)."""

    ANGRY = "angry"
    DISGUST = "disgust"
    FEAR = "fear"
    HAPPY = "happy"
    SAD = "sad"
    SURPRISE = "surprise"
    NEUTRAL = "neutral"


EMOTIONS: tuple[Emotion, ...] = tuple(Emotion)

# What stands in place of a label where no expression is named.
UNCERTAIN = "uncertain"
