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

    def within_picture(self) -> "FaceBox":
        """Cut at the picture's edge."""
        left, right = (min(max(edge, 0.0), 1.0) for edge in (self.left, self.left + self.width))
        top, bottom = (min(max(edge, 0.0), 1.0) for edge in (self.top, self.top + self.height))
        return FaceBox(left=left, top=top, width=right - left, height=bottom - top)


@dataclass(frozen=True, slots=True)
class Region:
    """A square of a picture, turned as the face in it is: what its landmarks are read from.

    `x` and `y` of its middle are fractions of the picture's width and height, `size` is its side
    in widths of the picture, `angle` its turn in degrees, clockwise in the picture.
    """

    x: float
    y: float
    size: float
    angle: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a snapshot showed, for whoever reads that person's next one.

    `region` is where the face was read; None where none was, however thoroughly it was looked for. `faces`
    is how many were counted when the finder last looked so, `found` whether that was in this very snapshot.
    """

    region: Region | None
    faces: int
    found: bool

    @property
    def nobody(self) -> bool:
        """No face was there, not even a small one."""
        return self.region is None and self.faces == 0

    @property
    def unreadable(self) -> bool:
        """Faces were there, and none of them could be read."""
        return self.region is None and self.faces > 0


class Clarity(StrEnum):
    """How an expression may be told to a person, who would take a number for more than it is."""

    CLEARLY = "clearly"
    WEAKLY = "weakly"
    NOT_SURE = "not_sure"


@dataclass(frozen=True, slots=True)
class EmotionScores:
    """Calibrated probabilities over the seven labels, in the order of `EMOTIONS`, summing to 1.

    `uncertain` says that the reading names no expression: the highest one is below the confidence
    limit of the model card, or the face yawns where surprise would be named.
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
    [-1, 1], 0 straight ahead, positive to the own left and up. `yawning` is of this one reading
    and never stored.
    """

    yaw: float
    pitch: float
    roll: float
    eye_openness: float
    gaze_x: float
    gaze_y: float
    yawning: bool = False


@dataclass(frozen=True, slots=True)
class Analysis:
    """Raw measurements made from one snapshot.

    `faces` counts the faces found (0 is a normal answer); the other values describe the
    largest central one. A value is None where there is no face, where the face is seen but
    cannot be read, or where the signal was not asked for: it was then never computed.
    `sighting` is None where nothing is to be known of it in the next snapshot; it is never stored.
    """

    faces: int
    box: FaceBox | None = None
    attention: Attention | None = None
    expression: EmotionScores | None = None
    sighting: Sighting | None = None
