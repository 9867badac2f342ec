"""A file that Chromium plays as the camera: the rendered portrait, moving a little, as JPEGs in a row."""

from math import pi, sin
from pathlib import Path

import cv2

from worker.simulation.camera.portrait import LOOKS, Expression, Framing, Portrait, Pose

PICTURES = 30
NEAR = Framing(zoom=1.3)  # the face fills more than a third of the picture, as at a laptop


def write_webcam(path: Path, *, expression: Expression | None = None, yaw: float = 0.0) -> Path:
    """Write a loop of a person who keeps the expression and the head's turn, breathing and swaying."""
    portrait = Portrait(LOOKS[0])
    with path.open("wb") as video:
        for number in range(PICTURES):
            sway = sin(2 * pi * number / PICTURES)
            pose = Pose(yaw=yaw + 2 * sway, pitch=sway)
            picture = portrait.render(pose, expression or Expression(), framing=NEAR, seed=number)
            larger = cv2.resize(picture, (640, 480), interpolation=cv2.INTER_CUBIC)
            video.write(cv2.imencode(".jpg", larger[:, :, ::-1])[1].tobytes())
    return path
