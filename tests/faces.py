"""What a test's cameras show: the rendered portrait at known poses, as the JPEGs that a browser sends."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count

import cv2

from worker.simulation.camera.portrait import LOOKS, Expression, Portrait, Pose

VARIANTS = 4
AHEAD, RELAXED = Pose(), Expression()


@dataclass(frozen=True, slots=True)
class Scene:
    pose: Pose = AHEAD
    expression: Expression = RELAXED


NEUTRAL = Scene()
SMILE = Scene(expression=Expression(smile=1.0))
EYES_SHUT = Scene(expression=Expression(eyelids=1.0))


class Camera:
    """One person before a camera; the comment goes into every JPEG."""

    def __init__(self, look: int, scene: Scene = NEUTRAL, *, comment: bytes = b"") -> None:
        self._look, self._comment = look, comment
        self._numbers = count()
        self.show(scene)

    def show(self, scene: Scene) -> None:
        """From now on."""
        self._pictures = [with_comment(each, self._comment) for each in render(self._look, scene)]

    def picture(self) -> bytes:
        return self._pictures[next(self._numbers) % VARIANTS]


@cache
def render(look: int, scene: Scene) -> Sequence[bytes]:
    """A few JPEGs of the scene, 320x240, each of another instant: a little movement, other noise."""
    portrait = Portrait(LOOKS[look % len(LOOKS)])
    poses = (
        Pose(scene.pose.yaw + sway, scene.pose.pitch - sway / 2, scene.pose.roll) for sway in range(VARIANTS)
    )
    pictures = (portrait.render(pose, scene.expression, seed=seed) for seed, pose in enumerate(poses))
    return [cv2.imencode(".jpg", picture[:, :, ::-1])[1].tobytes() for picture in pictures]


def with_comment(jpeg: bytes, comment: bytes) -> bytes:
    """The JPEG with a comment segment right after its start."""
    if not comment:
        return jpeg
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]
