"""The package's front door: the bytes of one snapshot in, one Analysis out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from emotion.attention import AttentionReader
from emotion.classifier import ExpressionClassifier
from emotion.detector import MODEL_FILE, FaceDetector
from emotion.face import Face, Finding
from emotion.image import decode
from emotion.preprocess import face_crop
from emotion.values import Analysis, Attention, EmotionScores, FaceBox, Region, Sighting, Signal
from emotion.yawn import without_yawn

EXPRESSION_FILE = "flagship.tflite"


class Detector(Protocol):
    def find(self, image: NDArray[np.uint8], /) -> tuple[Finding, ...]: ...

    def read(self, image: NDArray[np.uint8], finding: Finding, /) -> Face | None: ...

    def read_in(self, image: NDArray[np.uint8], region: Region, /) -> Face | None: ...


class Gauge(Protocol):
    def read(self, face: Face, /) -> Attention: ...


class Classifier(Protocol):
    def classify(self, crop: NDArray[np.uint8], /) -> EmotionScores: ...


class Analyser:
    """Measures one snapshot at a time. Construct once, in the process that uses it.

    Example:
        analyser = Analyser.load(Path("models"))
        analysis = analyser.analyse(jpeg, frozenset({Signal.PRESENCE, Signal.ATTENTION}))
    """

    def __init__(self, detector: Detector, gauge: Gauge, classifier: Classifier) -> None:
        self._detector = detector
        self._gauge = gauge
        self._classifier = classifier

    @classmethod
    def load(cls, models_dir: Path) -> Self:
        bundle = models_dir / MODEL_FILE
        return cls(
            FaceDetector.load(bundle),
            AttentionReader.load(bundle),
            ExpressionClassifier.load(models_dir / EXPRESSION_FILE),
        )

    def analyse(self, jpeg: bytes, signals: frozenset[Signal], last: Sighting | None = None) -> Analysis:
        """Measure what `signals` allows and nothing else; where it allows anything, presence is included.

        Args:
            last: of the same person's last snapshot, if that was a few seconds ago: the face is read there
                before it is looked for.

        Raises:
            BadImage: the snapshot cannot be used.
        """
        image = decode(jpeg)
        is_read = not signals <= {Signal.PRESENCE}
        if is_read and last is not None:
            face = self._detector.read_in(image, last.region)
            if face is not None:
                return self._measured(image, face, signals, last.faces, found=False)
        found = sorted(self._detector.find(image), key=lambda each: -_prominence(each.box))
        if is_read:
            for each in found:
                face = self._detector.read(image, each)
                if face is not None:
                    return self._measured(image, face, signals, len(found), found=True)
        return Analysis(len(found), found[0].box if found else None)

    def _measured(
        self, image: NDArray[np.uint8], face: Face, signals: frozenset[Signal], faces: int, *, found: bool
    ) -> Analysis:
        attention = self._gauge.read(face) if Signal.ATTENTION in signals else None
        expression = self._expression(image, face) if Signal.EXPRESSION in signals else None
        return Analysis(
            faces=faces,
            box=face.box,
            attention=attention,
            expression=without_yawn(expression, attention) if expression else None,
            sighting=Sighting(face.region, faces, found),
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
