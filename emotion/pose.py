"""Where a face is before the camera and how it is turned, from its landmarks.

The landmarks of a picture are laid back into space and fitted to the canonical face, as MediaPipe's face
geometry does it: a weighted orthogonal Procrustes problem (Schönemann, 1966), solved three times because the
size of the face says how far away it is, and that how large its landmarks are.
"""

import numpy as np
from numpy.typing import NDArray

from emotion.geometry import GEOMETRY

Floats = NDArray[np.float64]

MARKS = [point.landmark for point in GEOMETRY.canonical]
CANONICAL: Floats = np.array([point.at for point in GEOMETRY.canonical])
WEIGHTS: Floats = np.array([point.weight for point in GEOMETRY.canonical])
NEAR, FIELD = GEOMETRY.camera.near, np.radians(GEOMETRY.camera.field_of_view)
# What MediaPipe takes for all landmarks: those of the mesh, without the irises.
MESH = 468


def pose_matrix(landmarks: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    """From the canonical face to the camera, float32 (4, 4).

    Centimetres; x right, y up, z towards the viewer. The columns of its first three rows have length 1.

    Args:
        landmarks: (478, 3), in pixels of a picture of this width and height.
    """
    # On the near plane: its height follows from the field of view, x and z are measured alike.
    pixel = 2 * NEAR * np.tan(FIELD / 2) / height
    screen = landmarks[MARKS].astype(np.float64) * pixel
    screen[:, 0] -= width * pixel / 2
    screen[:, 1] = height * pixel / 2 - screen[:, 1]
    screen[:, 2] -= float(landmarks[:MESH, 2].mean(dtype=np.float64)) * pixel
    scale = np.linalg.norm(_fit(screen * (1, 1, -1))[:3, 0])
    scale *= np.linalg.norm(_fit(_in_space(screen, scale))[:3, 0])
    return _fit(_in_space(screen, scale)).astype(np.float32)


def _in_space(screen: Floats, scale: np.floating) -> Floats:
    """Points of the near plane where they are if the face is so many times smaller there than it is."""
    depth = (screen[:, 2] + NEAR) / scale
    return np.column_stack([screen[:, :2] * depth[:, None] / NEAR, -depth])


def _fit(targets: Floats) -> Floats:
    """The similarity (4, 4) that brings the canonical points nearest to the targets."""
    shares = WEIGHTS[:, None] / WEIGHTS.sum()
    middle, aim = (shares * CANONICAL).sum(axis=0), (shares * targets).sum(axis=0)
    sources, targets = CANONICAL - middle, targets - aim
    left, _, right = np.linalg.svd((shares * targets).T @ sources)
    # A reflection would fit no better face.
    left[:, 2] *= np.sign(np.linalg.det(left) * np.linalg.det(right))
    rotation = left @ right
    scale = (shares * targets * (sources @ rotation.T)).sum() / (shares * sources**2).sum()
    fitted = np.eye(4)
    fitted[:3, :3] = scale * rotation
    fitted[:3, 3] = aim - scale * rotation @ middle
    return fitted
