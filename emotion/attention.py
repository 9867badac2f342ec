"""Head pose, eye openness and gaze of one face. The signs are those of `emotion.values.Attention`.

Pose is measured against the line of sight from the face to the camera, not against the camera's axis:
a person at the picture's edge who looks into the camera has yaw 0.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from emotion.blendshapes import BlendshapeNetwork
from emotion.face import Face
from emotion.landmarks import LEFT_EYE, RIGHT_EYE
from emotion.values import Attention
from emotion.yawn import yawning

# MediaPipe's matrix lies between the two: for a face that looks into the camera it turns by a third of the
# angle between axis and line of sight (rendered faces, camera panned by up to 18 degrees: .34 and .35).
AXIS_SHARE = 1 / 3

# Measured on photographs and clips: lids that are shut leave .06 to .17, relaxed open ones .15 to .36
# by person. The scale starts below the widest open eyes that were seen nearly shut, so that narrow
# eyes keep a range of their own; whether they are closed is judged against the own baseline.
SHUT, OPEN = 0.10, 0.32


class AttentionReader:
    """Construct once, in the process that uses it; one call at a time."""

    def __init__(self, shapes: BlendshapeNetwork) -> None:
        self._shapes = shapes

    @classmethod
    def load(cls, bundle: Path) -> Self:
        """From MediaPipe's bundle. Raises FileNotFoundError where it is missing."""
        return cls(BlendshapeNetwork.load(bundle))

    def read(self, face: Face) -> Attention:
        yaw, pitch, roll = head_pose(face.matrix)
        shapes = self._shapes.read(face.landmarks)
        gaze_x, gaze_y = gaze(shapes)
        return Attention(
            yaw, pitch, roll, eye_openness(face.landmarks), gaze_x, gaze_y, yawning=yawning(shapes)
        )


def head_pose(matrix: NDArray[np.float32]) -> tuple[float, float, float]:
    """Yaw, pitch and roll in degrees from a (4, 4) pose: turned, then nodded, then tilted."""
    x, y, z = (-matrix[:3, 3]).tolist()
    axis = _turned(AXIS_SHARE * math.atan2(x, z), AXIS_SHARE * math.atan2(y, z))
    local = axis.T @ (matrix[:3, :3] / np.linalg.norm(matrix[:3, :3], axis=0))
    (_, _, right), (tilt, upright, up), (_, _, ahead) = local.tolist()
    yaw, pitch, roll = math.atan2(right, ahead), math.asin(_within(up, -1, 1)), math.atan2(-tilt, upright)
    return math.degrees(yaw), math.degrees(pitch), math.degrees(roll)


def eye_openness(landmarks: NDArray[np.float32]) -> float:
    """From 0, shut, to 1, from (478, 3) points."""
    return _within((eye_aspect_ratio(landmarks) - SHUT) / (OPEN - SHUT), 0, 1)


def eye_aspect_ratio(landmarks: NDArray[np.float32]) -> float:
    """Height over width of the eyes, their mean, from (478, 3) points (Soukupova and Cech, 2016).

    Measured in three dimensions, so that a turned head does not change it.
    """
    return (_aspect_ratio(landmarks, RIGHT_EYE) + _aspect_ratio(landmarks, LEFT_EYE)) / 2


def gaze(blendshapes: Mapping[str, float]) -> tuple[float, float]:
    """Where the eyes turn within the head, x to the own left, y up. Vertical gaze is weakly measured."""
    to_left = blendshapes["eyeLookOutLeft"] + blendshapes["eyeLookInRight"]
    to_right = blendshapes["eyeLookInLeft"] + blendshapes["eyeLookOutRight"]
    up = blendshapes["eyeLookUpLeft"] + blendshapes["eyeLookUpRight"]
    down = blendshapes["eyeLookDownLeft"] + blendshapes["eyeLookDownRight"]
    return (to_left - to_right) / 2, (up - down) / 2


def _turned(yaw: float, pitch: float) -> NDArray[np.float64]:
    """The rotation that takes the z axis to the direction of this yaw and pitch (radians)."""
    sin_yaw, cos_yaw = math.sin(yaw), math.cos(yaw)
    sin_pitch, cos_pitch = math.sin(pitch), math.cos(pitch)
    turn = np.array([[cos_yaw, 0, sin_yaw], [0, 1, 0], [-sin_yaw, 0, cos_yaw]])
    nod = np.array([[1, 0, 0], [0, cos_pitch, sin_pitch], [0, -sin_pitch, cos_pitch]])
    turned: NDArray[np.float64] = turn @ nod
    return turned


def _aspect_ratio(landmarks: NDArray[np.float32], eye: tuple[int, ...]) -> float:
    outer, upper_out, upper_in, inner, lower_in, lower_out = (landmarks[mark].tolist() for mark in eye)
    height = math.dist(upper_out, lower_out) + math.dist(upper_in, lower_in)
    return height / (2 * math.dist(outer, inner))


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
