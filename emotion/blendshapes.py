"""How far each part of a face moves, by MediaPipe's network of 52 blendshapes, run in LiteRT."""

from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from emotion.geometry import GEOMETRY
from emotion.litert import Network

IN_BUNDLE = "face_blendshapes.tflite"
MARKS, NAMES = np.array(GEOMETRY.blendshapes.landmarks), GEOMETRY.blendshapes.names


class BlendshapeNetwork:
    """Construct once, in the process that uses it; one call at a time."""

    def __init__(self, network: Network) -> None:
        self._network = network

    @classmethod
    def load(cls, bundle: Path) -> Self:
        """Raises FileNotFoundError where the model file is missing."""
        return cls(Network.of_bundle(bundle, IN_BUNDLE))

    def read(self, landmarks: NDArray[np.float32]) -> dict[str, float]:
        """By name in [0, 1], from (478, 3) landmarks in pixels; left and right are the person's own."""
        (shapes,) = self._network.run(landmarks[MARKS, :2][None])
        return dict(zip(NAMES, shapes.tolist(), strict=True))
