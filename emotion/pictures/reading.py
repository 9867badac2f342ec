"""What is read from one picture: every face with its expression, pose and eyes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from emotion.attention import AttentionReader
from emotion.classifier import ExpressionClassifier
from emotion.detector import MODEL_FILE
from emotion.face import Face
from emotion.pictures.errors import ModelMissing
from emotion.pictures.frames import Frame, Unreadable
from emotion.pictures.tiles import GroupDetector
from emotion.pipeline import EXPRESSION_FILE, Classifier, Gauge
from emotion.preprocess import face_crop
from emotion.values import Attention, EmotionScores, FaceBox
from emotion.yawn import without_yawn


class FaceFinder(Protocol):
    def detect(self, image: NDArray[np.uint8], /) -> tuple[Face, ...]: ...


@dataclass(frozen=True, slots=True)
class FaceReading:
    """One face. `expression` is None where the face could not be cut out, and `error` says so."""

    box: FaceBox
    attention: Attention
    expression: EmotionScores | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class FrameReading:
    """The faces of one picture, row by row, or why it could not be read.

    Attributes:
        source: the file, as the command named it.
        at_ms: when a recording shows the picture; None for one that stands by itself.
        width, height: of the upright picture, in pixels; 0 where it could not be read.
        page: of a document with several pages, from 1; None for everything else.
    """

    source: str
    at_ms: int | None
    width: int = 0
    height: int = 0
    faces: tuple[FaceReading, ...] = ()
    error: str = ""
    page: int | None = None


class FrameReader:
    """Construct once, in the process that uses it; one call at a time. It remembers nothing between calls.

    Example:
        reading = FrameReader.load(Path("models")).read(Frame("class.jpg", None, image))
    """

    def __init__(self, finder: FaceFinder, gauge: Gauge, classifier: Classifier) -> None:
        self._finder = finder
        self._gauge = gauge
        self._classifier = classifier

    @classmethod
    def load(cls, models: Path) -> Self:
        """Raises ModelMissing, and what `ExpressionClassifier.load` raises."""
        return cls.by(GroupDetector.load(face_model(models)), models)

    @classmethod
    def by(cls, finder: FaceFinder, models: Path) -> Self:
        """With another finder. Raises what `load` raises."""
        gauge = AttentionReader.load(face_model(models))
        return cls(finder, gauge, ExpressionClassifier.load(models / EXPRESSION_FILE))

    def read(self, frame: Frame | Unreadable) -> FrameReading:
        if isinstance(frame, Unreadable):
            return FrameReading(frame.source, frame.at_ms, error=frame.error, page=frame.page)
        height, width = frame.image.shape[:2]
        faces = tuple(self._face(frame.image, face) for face in self._finder.detect(frame.image))
        return FrameReading(frame.source, frame.at_ms, width, height, faces, page=frame.page)

    def _face(self, image: NDArray[np.uint8], face: Face) -> FaceReading:
        attention = self._gauge.read(face)
        try:
            crop = face_crop(image, *face.crop_points())
        except ValueError:
            return FaceReading(face.box, attention, None, "the face cannot be cut out")
        return FaceReading(face.box, attention, without_yawn(self._classifier.classify(crop), attention))


def face_model(models: Path) -> Path:
    """The file that finds faces. Raises ModelMissing."""
    path = models / MODEL_FILE
    if not path.is_file():
        raise ModelMissing(
            f"{path} is missing: `make model` fetches it into models/ (4 MB), as does `make run`;"
            " another folder is named with --models"
        )
    return path
