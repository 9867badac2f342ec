"""Faces in a picture: found by MediaPipe's finder, read by its landmark network in squares that we lay.

MediaPipe's own landmarker does the same in one graph. It lays its squares once, by what the finder sees of
the whole picture, and so loses small faces; and it costs more than the networks in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from emotion.face import Face, Finding
from emotion.finder import Finder
from emotion.geometry import GEOMETRY
from emotion.landmarker import Landmarker, Marks
from emotion.pose import pose_matrix
from emotion.region import corners, fits, region_of, turned, wider
from emotion.values import FaceBox, Region

MODEL_FILE = "face_landmarker.task"
SETTLED, STEADY = GEOMETRY.settled, GEOMETRY.steady


@dataclass(frozen=True, slots=True)
class Limits:
    """The score from which on each network is believed, in [0, 1].

    Attributes:
        find: of a face that the finder reports.
        presence: that what the landmarks were laid on is a face.
    """

    find: float = GEOMETRY.finder.found_from
    presence: float = GEOMETRY.landmarks.readable_from


DEFAULT_LIMITS = Limits()


class FaceDetector:
    """Construct once, in the process that uses it; one call at a time.

    Pictures are uint8 RGB, (height, width, 3). `find` computes no landmark: where only presence may be known,
    nothing else is called.

    Example:
        faces = FaceDetector.load(Path("models/face_landmarker.task")).detect(decode(jpeg))
    """

    def __init__(self, finder: Finder, landmarker: Landmarker, limits: Limits = DEFAULT_LIMITS) -> None:
        self._finder = finder
        self._landmarker = landmarker
        self._limits = limits

    @classmethod
    def load(cls, path: Path, *, limits: Limits = DEFAULT_LIMITS) -> Self:
        """Raises FileNotFoundError where the model file is missing."""
        return cls(Finder.load(path, found_from=limits.find), Landmarker.load(path), limits)

    def find(self, image: NDArray[np.uint8], *, small: bool = True) -> tuple[Finding, ...]:
        """Where faces are, the surest first. Not `small`: as one look shows them, small ones are missed."""
        return self._finder.find(image) if small else self._finder.look(image)[: GEOMETRY.finder.most]

    def find_scored(self, image: NDArray[np.uint8]) -> tuple[tuple[FaceBox, float], ...]:
        """Each face that one look at the picture shows, with its score in [0, 1]; the surest first."""
        return tuple((each.box, each.score) for each in self._finder.look(image))

    def detect(self, image: NDArray[np.uint8]) -> tuple[Face, ...]:
        """Every face that can be read; none is a normal answer."""
        return self._read_all(image, self.find(image))

    def look(self, image: NDArray[np.uint8]) -> tuple[Face, ...]:
        """Of the faces that one look at the picture shows those that can be read."""
        return self._read_all(image, self._finder.look(image)[: GEOMETRY.finder.most])

    def read(self, image: NDArray[np.uint8], finding: Finding, *, thoroughly: bool = True) -> Face | None:
        """The face of a finding; None where it is seen but cannot be read, or would be read wrongly.

        The finder also sees faces that lie on their side or upside down, less surely. Landmarks are then laid
        on them as if they stood upright, with full confidence; but elsewhere in each turned square. So where
        the finder is not sure it looks at the turned picture too. It is believed where it is sure there, or
        surer and the landmarks are not steady.

        Not `thoroughly`: only in the finding's own square, and only as it stands there.
        """
        if not thoroughly:
            face, _ = self._settled(image, finding.region)
            is_sure = face is None or finding.score >= STEADY.sure_from or self._is_steady(image, face)
            return face if is_sure else None
        if finding.score < STEADY.sure_from:
            again = self._finder.look_again(image, finding)
            finding = max(finding, again or finding, key=lambda each: each.score)
        read = (self._settled(image, region)[0] for region in self._regions(image, finding))
        face = next((each for each in read if each is not None), None)
        if finding.score >= STEADY.sure_from:
            return face
        lying = self._finder.look_turned(image, finding)
        if lying is None or lying.score <= finding.score:
            return face
        if face is not None and lying.score < STEADY.sure_from and self._is_steady(image, face):
            return face
        face, _ = self._settled(image, lying.region)
        return face if face is not None and self._is_steady(image, face) else None

    def read_in(self, image: NDArray[np.uint8], region: Region) -> Face | None:
        """The face in a region, which is laid anew where it does not fit; None where none can be read.

        A face that has turned in the picture since is read wrongly in the region, and a little less surely:
        where the network is not quite sure, or the region never fits, the landmarks have to be steady.
        """
        face, is_sure = self._settled(image, region)
        return face if face is None or is_sure or self._is_steady(image, face) else None

    def _settled(self, image: NDArray[np.uint8], region: Region) -> tuple[Face | None, bool]:
        """The face in a region, laid anew where it does not fit; whether the network is quite sure of it."""
        height, width = image.shape[:2]
        is_settled = False
        for _ in range(SETTLED.reads):
            marks = self._landmarker.read(image, region)
            if marks.presence < self._limits.presence:
                return None, False
            laid, region = region, region_of(marks.points, width, height)
            is_settled = fits(laid, region, width, height)
            if is_settled:
                break
        face = _face(marks, region, width, height)
        return face, is_settled and marks.presence >= STEADY.sure_presence

    def _read_all(self, image: NDArray[np.uint8], findings: Iterable[Finding]) -> tuple[Face, ...]:
        faces = (self.read(image, each) for each in findings)
        return tuple(face for face in faces if face is not None)

    def _regions(self, image: NDArray[np.uint8], finding: Finding) -> Iterator[Region]:
        """Where a finding may be read, the best place first."""
        yield finding.region
        again = self._finder.look_again(image, finding)
        if again is not None:
            yield again.region
        for size in GEOMETRY.region.wider:
            yield wider((again or finding).region, size)

    def _is_steady(self, image: NDArray[np.uint8], face: Face) -> bool:
        """Whether the landmarks stay where they are if they are read in a turned square.

        Where the network then sees no face, it has to be so in the square that is turned the other way too.
        """
        for turn in (STEADY.turn, -STEADY.turn):
            again = self._landmarker.read(image, turned(face.region, turn))
            moves = np.linalg.norm(again.points[:, :2] - face.landmarks[:, :2], axis=1)
            if np.median(moves) >= STEADY.shift * np.ptp(face.landmarks[:, 0]):
                return False
            if again.presence >= self._limits.presence:
                return True
        return True


def _face(marks: Marks, region: Region, width: int, height: int) -> Face:
    (left, top), (right, bottom) = corners(marks.points)
    box = FaceBox(
        left=left / width,
        top=top / height,
        width=(right - left) / width,
        height=(bottom - top) / height,
    )
    matrix = pose_matrix(marks.points, width, height)
    return Face(box.within_picture(), marks.points, matrix, region)
