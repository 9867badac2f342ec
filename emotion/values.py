"""The values that cross the package's border: frozen, typed, without behaviour beyond reading them."""

from dataclasses import dataclass
from enum import StrEnum

from emotion.labels import EMOTIONS, Emotion


class Signal(StrEnum):
    """What may be computed from a snapshot; a school's policy allows each or not."""

    PRESENCE = "presence"
    ATTENTION = "attention"
    EXPRESSION = "expression"


@dataclass(frozen=True, slots=True)
class FaceBox:
    """A face's rectangle as fractions of the picture's width and height, each in [0, 1]."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class EmotionScores:
    """Calibrated probabilities over the seven labels, in the order of `EMOTIONS`, summing to 1.

    `uncertain` says that the highest one is below the confidence limit of the model card:
    the reading then names no expression.
    """

    probabilities: tuple[float, ...]
    uncertain: bool

    @property
    def top(self) -> Emotion:
        return EMOTIONS[max(range(len(EMOTIONS)), key=self.probabilities.__getitem__)]

    @property
    def confidence(self) -> float:
        return max(self.probabilities)


@dataclass(frozen=True, slots=True)
class Attention:
    """Head pose in degrees and eyes of one face.

    Yaw is positive when the person turns to the own left (right in an unmirrored picture),
    pitch is positive when the face looks up, roll is positive when the head tilts to the
    own left shoulder. `eye_openness` is in [0, 1], 0 closed. `gaze_x` and `gaze_y` are in
    [-1, 1], 0 straight ahead, positive to the own left and up.
    """

    yaw: float
    pitch: float
    roll: float
    eye_openness: float
    gaze_x: float
    gaze_y: float


@dataclass(frozen=True, slots=True)
class Analysis:
    """Raw measurements made from one snapshot.

    `faces` counts the faces found (0 is a normal answer); the other values describe the
    largest central one. A value is None where there is no face or the signal was not asked
    for: it was then never computed.
    """

    faces: int
    box: FaceBox | None = None
    attention: Attention | None = None
    expression: EmotionScores | None = None
