"""The clips: what the rendered person does, and what is meant to be read of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import cv2
import numpy as np

from emotion.labels import Emotion
from worker.simulation.camera.portrait import Expression, Look, Portrait, Pose
from worker.simulation.camera.portrait.texture import Pixels
from worker.simulation.camera.portrait.values import FRONTAL, RELAXED

FRAMES = 8  # of each clip; played round and round
JPEG_QUALITY = 80
FACING = 15.0  # degrees within which a head is meant to face the camera


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is meant to be read of nearly every picture. None: anything may be read.

    Attributes:
        face: whether a face is found.
        expression: the label with the highest probability.
        yaw, pitch: (lowest, highest) degrees.
        eyes: "open" or "closed".
    """

    face: bool = True
    expression: Emotion | None = None
    yaw: tuple[float, float] | None = (-FACING, FACING)
    pitch: tuple[float, float] | None = (-FACING, FACING)
    eyes: str | None = "open"


@dataclass(frozen=True, slots=True)
class Clip:
    """One loop. Each picture turns the head anew by about `sway` degrees and moves the face a little.

    `brightness` is a gain on the person's own light.
    """

    name: str
    meaning: Meaning
    pose: Pose = FRONTAL
    expression: Expression = RELAXED
    sway: float = 2.0
    brightness: float = 1.0
    empty: bool = False


def _listed(*clips: Clip) -> Mapping[str, Clip]:
    return MappingProxyType({clip.name: clip for clip in clips})


CALM = Expression(
    corners=-0.5,
    pucker=0.45,
    lip_press=0.3,
    brow_raise=0.15,
    eyelids=0.15,
    squint=0.6,
    nose_wrinkle=0.2,
    furrow=0.4,
)
GRIEVED = Expression(
    corners=-0.1,
    mouth_open=0.4,
    brow_inner_up=1.1,
    brow_lower=0.9,
    eyelids=0.34,
    squint=0.85,
    furrow=1.2,
    gaze_y=-1.0,
)

CLIPS = _listed(
    Clip("attentive", Meaning(expression=Emotion.NEUTRAL), expression=CALM),
    Clip(
        "restless",
        Meaning(expression=Emotion.NEUTRAL),
        pose=Pose(roll=5),
        expression=CALM,
        sway=5.0,
    ),
    Clip("smiling", Meaning(expression=Emotion.HAPPY), expression=Expression(smile=0.9)),
    Clip(
        "sad",
        Meaning(expression=Emotion.SAD, pitch=(-FACING, 20.0)),
        pose=Pose(pitch=6, roll=7),
        expression=GRIEVED,
    ),
    Clip(
        "surprised",
        Meaning(expression=Emotion.SURPRISE),
        expression=Expression(mouth_open=0.9, pucker=0.5, brow_raise=1.0, eye_wide=1.0),
    ),
    Clip(
        "turned_left",
        Meaning(yaw=(33, 70), pitch=None, eyes=None),
        pose=Pose(yaw=47, pitch=-4),
    ),
    Clip(
        "turned_right",
        Meaning(yaw=(-70, -33), pitch=None, eyes=None),
        pose=Pose(yaw=-47, pitch=-4),
    ),
    Clip(
        "looking_down",
        Meaning(yaw=(-20, 20), pitch=(-60, -25), eyes=None),
        pose=Pose(pitch=-36, yaw=6),
        expression=Expression(eyelids=0.4, gaze_y=-1),
    ),
    Clip("eyes_closed", Meaning(eyes="closed"), pose=Pose(pitch=-4), expression=Expression(eyelids=1.0)),
    Clip(
        "second_screen",
        Meaning(yaw=(17, 30)),
        pose=Pose(yaw=24),
        expression=CALM,
        sway=1.5,
    ),
    Clip(
        "dim_light",
        Meaning(),
        expression=CALM,
        brightness=0.35,
    ),
    Clip("empty_chair", Meaning(face=False, yaw=None, pitch=None, eyes=None), empty=True),
)


class Filming:
    """Films one look: pictures are made when first asked for and kept as JPEGs."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._portrait = Portrait(look)
        self._kept: dict[tuple[str, int], bytes] = {}

    def jpeg(self, clip: str, frame: int) -> bytes:
        key = clip, frame % FRAMES
        if key not in self._kept:
            self._kept[key] = _encoded(self.picture(CLIPS[clip], frame % FRAMES))
        return self._kept[key]

    def picture(self, clip: Clip, frame: int) -> Pixels:
        """(240, 320, 3) RGB of a clip that need not be one of `CLIPS`."""
        light = replace(self._look.light, gain=self._look.light.gain * clip.brightness)
        if clip.empty:
            return self._portrait.empty(light=light, seed=frame)
        random = np.random.default_rng([frame, *clip.name.encode()])
        return self._portrait.render(
            _swayed(clip.pose, clip.sway, random),
            _stirred(clip.expression, random),
            light=light,
            seed=frame,
        )


def _swayed(pose: Pose, sway: float, random: np.random.Generator) -> Pose:
    yaw, pitch, roll = random.uniform(-1, 1, 3) * (sway, 0.7 * sway, 0.7 * sway)
    return Pose(pose.yaw + yaw, pose.pitch + pitch, pose.roll + roll)


def _stirred(expression: Expression, random: np.random.Generator) -> Expression:
    """Nobody holds a face quite still."""
    return replace(
        expression,
        corners=expression.corners + random.uniform(-0.05, 0.05),
        brow_raise=expression.brow_raise + random.uniform(0, 0.08),
        eyelids=float(np.clip(expression.eyelids + random.uniform(-0.05, 0.05), 0, 1)),
        gaze_x=expression.gaze_x + random.uniform(-0.15, 0.15),
    )


def _encoded(picture: Pixels) -> bytes:
    bgr = np.ascontiguousarray(picture[..., ::-1])
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
