"""Faces in a picture, by MediaPipe. The only module that loads it."""

import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from zipfile import ZipFile

import mediapipe
import numpy as np
from mediapipe.tasks.python.core.base_options import BaseOptions
from mediapipe.tasks.python.vision import face_detector as finding
from mediapipe.tasks.python.vision import face_landmarker as landmarking
from numpy.typing import NDArray

from emotion.face import Face
from emotion.quiet import native_chatter_discarded
from emotion.values import FaceBox

MODEL_FILE = "face_landmarker.task"
FINDER_IN_MODEL = "face_detector.tflite"
MAX_FACES = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """The score from which on each of the three networks is believed, in [0, 1].

    Attributes:
        find: of a face that `find` and `find_scored` report.
        detect: of a face that `detect` looks for landmarks on.
        presence: that what the landmarks were laid on is a face.
    """

    find: float = 0.5
    detect: float = 0.5
    presence: float = 0.5


DEFAULT_LIMITS = Limits()


class FaceDetector:
    """Construct once, in the process that uses it; one call at a time.

    `find` runs the small network that finds faces and nothing else: where only presence may be
    known, no landmark is ever computed. `detect` runs the landmarks too.

    Example:
        faces = FaceDetector.load(Path("models/face_landmarker.task")).detect(decode(jpeg))
    """

    def __init__(self, finder: Any, landmarker: Any, *, max_faces: int = MAX_FACES) -> None:
        self._finder = finder
        self._landmarker = landmarker
        self._max_faces = max_faces
        for task in (finder, landmarker):
            weakref.finalize(self, _close, task)

    @classmethod
    def load(cls, path: Path, *, max_faces: int = MAX_FACES, limits: Limits = DEFAULT_LIMITS) -> Self:
        """Raises FileNotFoundError where the model file is missing."""
        with ZipFile(path) as bundle:
            finder_bytes = bundle.read(FINDER_IN_MODEL)
        finder_options = finding.FaceDetectorOptions(
            BaseOptions(model_asset_buffer=finder_bytes), min_detection_confidence=limits.find
        )
        landmarker_options = landmarking.FaceLandmarkerOptions(
            BaseOptions(model_asset_buffer=path.read_bytes()),
            num_faces=max_faces,
            min_face_detection_confidence=limits.detect,
            min_face_presence_confidence=limits.presence,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        with native_chatter_discarded():
            finder = finding.FaceDetector.create_from_options(finder_options)
            landmarker = landmarking.FaceLandmarker.create_from_options(landmarker_options)
        return cls(finder, landmarker, max_faces=max_faces)

    def find(self, image: NDArray[np.uint8]) -> tuple[FaceBox, ...]:
        """Only where faces are, the surest first; image as in `detect`."""
        return tuple(box for box, _ in self.find_scored(image)[: self._max_faces])

    def find_scored(self, image: NDArray[np.uint8]) -> tuple[tuple[FaceBox, float], ...]:
        """Each face found, however many, with its score in [0, 1]; the surest first."""
        height, width = image.shape[:2]
        found = self._finder.detect(_picture(image)).detections
        found.sort(key=lambda detection: -detection.categories[0].score)
        scored = ((each.bounding_box, float(each.categories[0].score)) for each in found)
        return tuple(
            (
                _box(
                    box.origin_x / width,
                    box.origin_y / height,
                    (box.origin_x + box.width) / width,
                    (box.origin_y + box.height) / height,
                ),
                score,
            )
            for box, score in scored
        )

    def detect(self, image: NDArray[np.uint8]) -> tuple[Face, ...]:
        """The faces of a uint8 RGB picture of shape (height, width, 3); none is a normal answer."""
        height, width = image.shape[:2]
        found = self._landmarker.detect(_picture(image))
        each = zip(
            found.face_landmarks,
            found.facial_transformation_matrixes,
            found.face_blendshapes,
            strict=True,
        )
        return tuple(_face(*one, width=width, height=height) for one in each)


def _picture(image: NDArray[np.uint8]) -> Any:
    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)


def _face(landmarks: Any, matrix: Any, blendshapes: Any, *, width: int, height: int) -> Face:
    fractions = np.array([(point.x, point.y, point.z) for point in landmarks], dtype=np.float32)
    (left, top), (right, bottom) = fractions[:, :2].min(axis=0), fractions[:, :2].max(axis=0)
    return Face(
        box=_box(float(left), float(top), float(right), float(bottom)),
        landmarks=fractions * np.array((width, height, width), dtype=np.float32),
        matrix=np.asarray(matrix, dtype=np.float32),
        blendshapes={shape.category_name: float(shape.score) for shape in blendshapes},
    )


def _box(left: float, top: float, right: float, bottom: float) -> FaceBox:
    """The rectangle cut at the picture's edge."""
    left, top, right, bottom = (min(max(edge, 0.0), 1.0) for edge in (left, top, right, bottom))
    return FaceBox(left=left, top=top, width=right - left, height=bottom - top)


def _close(task: Any) -> None:
    try:
        task.close()
    except RuntimeError:
        # The interpreter is exiting and took MediaPipe's thread along; the memory goes with the process.
        task._handle = None
