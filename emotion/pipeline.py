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
    def find(self, image: NDArray[np.uint8], /, *, small: bool) -> tuple[Finding, ...]: ...

    def read(self, image: NDArray[np.uint8], finding: Finding, /, *, thoroughly: bool) -> Face | None: ...

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
            ExpressionClassifier.load(models_dir / EXPRESSION_FILE, sparing=True),
        )

    def analyse(self, jpeg: bytes, signals: frozenset[Signal], last: Sighting | None = None) -> Analysis:
        """Measure what `signals` allows and nothing else; where it allows anything, presence is included.

        Args:
            last: of the same person's last snapshot, while it is fresh. The face is read there before it is
                looked for; and what is costly and brought nothing a moment ago is left out.

        Raises:
            BadImage: the snapshot cannot be used.
        """
        image = decode(jpeg)
        if _may_read(signals) and last is not None and last.region is not None:
            face = self._detector.read_in(image, last.region)
            if face is not None:
                return self._measured(image, face, signals, last.faces, found=False)
        return self._looked_for(image, signals, last)

    def _looked_for(
        self, image: NDArray[np.uint8], signals: frozenset[Signal], last: Sighting | None
    ) -> Analysis:
        was_nobody = last is not None and last.nobody
        small = not was_nobody
        found = sorted(self._detector.find(image, small=small), key=lambda each: -_prominence(each.box))
        if not found:
            # Whoever was there a moment ago is looked for thoroughly once more.
            is_lost = last is not None and not was_nobody
            return Analysis(0, sighting=None if is_lost else Sighting(None, 0, found=small))
        if not _may_read(signals):
            return Analysis(len(found), found[0].box)
        thoroughly = last is None or not last.unreadable
        for each in found:
            face = self._detector.read(image, each, thoroughly=thoroughly)
            if face is not None:
                return self._measured(image, face, signals, len(found), found=True)
        return Analysis(len(found), found[0].box, sighting=Sighting(None, len(found), found=thoroughly))

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


def _may_read(signals: frozenset[Signal]) -> bool:
    """Whether landmarks may be laid: under "presence" alone they may not."""
    return not signals <= {Signal.PRESENCE}


def main_face(faces: Sequence[Face]) -> Face | None:
    """The largest central face, which is the one that is read; None where there is none."""
    return max(faces, key=lambda face: _prominence(face.box), default=None)


def _prominence(box: FaceBox) -> float:
    """Large and central first: a face at the side counts half its size, one in a corner a third."""
    off_x = abs(box.left + box.width / 2 - 0.5) * 2
    off_y = abs(box.top + box.height / 2 - 0.5) * 2
    return box.width * box.height / (1 + off_x + off_y)
