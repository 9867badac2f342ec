"""Faces in a picture, by MediaPipe's face landmarker. The only module that loads MediaPipe."""

import os
import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import mediapipe
import numpy as np
from mediapipe.tasks.python.core.base_options import BaseOptions
from mediapipe.tasks.python.vision.face_landmarker import FaceLandmarker, FaceLandmarkerOptions
from numpy.typing import NDArray

from emotion.face import Face
from emotion.values import FaceBox

MODEL_FILE = "face_landmarker.task"
MAX_FACES = 3


class FaceDetector:
    """Construct once, in the process that uses it; one call at a time.

    Example:
        faces = FaceDetector.load(Path("models/face_landmarker.task")).detect(decode(jpeg))
    """

    def __init__(self, landmarker: FaceLandmarker) -> None:
        self._landmarker = landmarker
        self._closing = weakref.finalize(self, _close, landmarker)

    @classmethod
    def load(cls, path: Path, *, max_faces: int = MAX_FACES) -> Self:
        """Raises FileNotFoundError where the model file is missing."""
        options = FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=path.read_bytes()),
            num_faces=max_faces,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        with _native_chatter_discarded():
            return cls(FaceLandmarker.create_from_options(options))

    def detect(self, image: NDArray[np.uint8]) -> tuple[Face, ...]:
        """The faces of a uint8 RGB picture of shape (height, width, 3); none is a normal answer."""
        height, width = image.shape[:2]
        picture = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)
        found = self._landmarker.detect(picture)
        each = zip(
            found.face_landmarks,
            found.facial_transformation_matrixes,
            found.face_blendshapes,
            strict=True,
        )
        return tuple(_face(*one, width=width, height=height) for one in each)


def _close(landmarker: Any) -> None:
    try:
        landmarker.close()
    except RuntimeError:
        # The interpreter is exiting and took MediaPipe's thread along; the memory goes with the process.
        landmarker._handle = None


def _face(landmarks: Any, matrix: Any, blendshapes: Any, *, width: int, height: int) -> Face:
    fractions = np.array([(point.x, point.y, point.z) for point in landmarks], dtype=np.float32)
    return Face(
        box=_box(fractions),
        landmarks=fractions * np.array((width, height, width), dtype=np.float32),
        matrix=np.asarray(matrix, dtype=np.float32),
        blendshapes={shape.category_name: float(shape.score) for shape in blendshapes},
    )


def _box(fractions: NDArray[np.float32]) -> FaceBox:
    left, top = (float(edge) for edge in np.clip(fractions[:, :2].min(axis=0), 0, 1))
    right, bottom = (float(edge) for edge in np.clip(fractions[:, :2].max(axis=0), 0, 1))
    return FaceBox(left=left, top=top, width=right - left, height=bottom - top)


@contextmanager
def _native_chatter_discarded() -> Iterator[None]:
    """The native library greets on file descriptor 2 and knows no switch; real failures are exceptions."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
