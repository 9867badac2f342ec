"""Where a face is before the camera and how it is turned, from its landmarks.

The landmarks of a picture are laid back into space and fitted to the canonical face, as MediaPipe's face
geometry does it: a weighted orthogonal Procrustes problem (Schönemann, 1966). MediaPipe solves it three
times, because the size of the face says how far away it is, and that how large its landmarks are; but all of
them grow alike with it, so once is enough.
"""

import math

import numpy as np
from numpy.typing import NDArray

from emotion.geometry import GEOMETRY

Floats = NDArray[np.float64]

MARKS = np.array([point.landmark for point in GEOMETRY.canonical])
CANONICAL: Floats = np.array([point.at for point in GEOMETRY.canonical])
WEIGHTS: Floats = np.array([point.weight for point in GEOMETRY.canonical])
SHARES: Floats = WEIGHTS / WEIGHTS.sum()
MIDDLE: Floats = SHARES @ CANONICAL
AROUND: Floats = CANONICAL - MIDDLE
WEIGHED: Floats = SHARES[:, None] * AROUND
SPREAD = float((WEIGHED * AROUND).sum())
NEAR, FIELD = GEOMETRY.camera.near, math.radians(GEOMETRY.camera.field_of_view)
# What MediaPipe takes for all landmarks: those of the mesh, without the irises.
MESH = 468


def pose_matrix(landmarks: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    """From the canonical face to the camera, float32 (4, 4).

    Centimetres; x right, y up, z towards the viewer. The columns of its first three rows have length 1.

    Args:
        landmarks: (478, 3), in pixels of a picture of this width and height.
    """
    seen = _in_space(landmarks, width, height)
    rotation, scale = _fit(seen)
    pose = np.eye(4, dtype=np.float32)
    pose[:3, :3] = rotation
    pose[:3, 3] = SHARES @ seen / scale - rotation @ MIDDLE
    return pose


def _in_space(landmarks: NDArray[np.float32], width: int, height: int) -> Floats:
    """The canonical face's landmarks in front of the camera, as large as they are on its near plane."""
    # The plane's height follows from the field of view; x and z are measured alike.
    pixel = 2 * NEAR * math.tan(FIELD / 2) / height
    x, y, z = landmarks[MARKS].astype(np.float64).T * pixel
    middle = float(landmarks[:MESH, 2].mean(dtype=np.float64)) * pixel
    depth = z - middle + NEAR
    across, up = x - width * pixel / 2, height * pixel / 2 - y
    return np.column_stack([across * depth / NEAR, up * depth / NEAR, -depth])


def _fit(targets: Floats) -> tuple[Floats, float]:
    """The rotation (3, 3) and the scale that bring the canonical points nearest to the targets."""
    left, values, right = np.linalg.svd(targets.T @ WEIGHED)
    rotation: Floats = left @ right
    if np.linalg.det(rotation) < 0:
        # A reflection would fit no better face.
        left[:, 2] *= -1
        values[2] *= -1
        rotation = left @ right
    return rotation, float(values.sum()) / SPREAD
