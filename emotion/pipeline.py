"""The package's front door: the bytes of one snapshot in, one Analysis out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from emotion.attention import attention_of
from emotion.classifier import ExpressionClassifier
from emotion.detector import MODEL_FILE, FaceDetector
from emotion.face import Face
from emotion.image import decode
from emotion.preprocess import face_crop
from emotion.values import Analysis, EmotionScores, FaceBox, Signal

EXPRESSION_FILE = "flagship.tflite"


class Detector(Protocol):
    def find(self, image: NDArray[np.uint8], /) -> tuple[FaceBox, ...]: ...

    def detect(self, image: NDArray[np.uint8], /) -> tuple[Face, ...]: ...


class Classifier(Protocol):
    def classify(self, crop: NDArray[np.uint8], /) -> EmotionScores: ...


class Analyser:
    """Measures one snapshot at a time. Construct once, in the process that uses it.

    Example:
        analyser = Analyser.load(Path("models"))
        analysis = analyser.analyse(jpeg, frozenset({Signal.PRESENCE, Signal.ATTENTION}))
    """

    def __init__(self, detector: Detector, classifier: Classifier) -> None:
        self._detector = detector
        self._classifier = classifier

    @classmethod
    def load(cls, models_dir: Path) -> Self:
        detector = FaceDetector.load(models_dir / MODEL_FILE)
        return cls(detector, ExpressionClassifier.load(models_dir / EXPRESSION_FILE))

    def analyse(self, jpeg: bytes, signals: frozenset[Signal]) -> Analysis:
        """Measure what `signals` allows and nothing else; where it allows anything, presence is included.

        Raises:
            BadImage: the snapshot cannot be used.
        """
        image = decode(jpeg)
        if signals <= {Signal.PRESENCE}:
            return self._presence(image)
        return self._measure(image, signals)

    def _presence(self, image: NDArray[np.uint8]) -> Analysis:
        boxes = self._detector.find(image)
        return Analysis(len(boxes), max(boxes, key=_prominence, default=None))

    def _measure(self, image: NDArray[np.uint8], signals: frozenset[Signal]) -> Analysis:
        faces = self._detector.detect(image)
        face = main_face(faces)
        if face is None:
            return Analysis(faces=0)
        return Analysis(
            faces=len(faces),
            box=face.box,
            attention=attention_of(face) if Signal.ATTENTION in signals else None,
            expression=self._expression(image, face) if Signal.EXPRESSION in signals else None,
        )

    def _expression(self, image: NDArray[np.uint8], face: Face) -> EmotionScores:
        return self._classifier.classify(face_crop(image, *face.crop_points()))


def main_face(faces: Sequence[Face]) -> Face | None:
    """The largest central face, which is the one that is read; None where there is none."""
    return max(faces, key=lambda face: _prominence(face.box), default=None)


def _prominence(box: FaceBox) -> float:
    """Large and central first: a face at the side counts half its size, one in a corner a third."""
    off_x = abs(box.left + box.width / 2 - 0.5) * 2
    off_y = abs(box.top + box.height / 2 - 0.5) * 2
    return box.width * box.height / (1 + off_x + off_y)
