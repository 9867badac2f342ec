"""Every face of a picture with many or small faces, by a detector that was made for one near face.

MediaPipe's finder sees any picture at 128 x 128 pixels, and a face in it only from about a fifth of the
side on. So it is shown tiles: the whole picture, then tiles half as large, and so on, overlapping so that
each face lies whole in one of them. Over hundreds of tiles it has hundreds of chances to be wrong, so what
it is not sure of is looked at again in several cuts. On a face the finder keeps finding it, the landmarker
lays its landmarks on the same points each time, and where it lays the eyes it is darker than on the cheeks.
How that was measured: docs/pictures.md.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from emotion.detector import FaceDetector, Limits
from emotion.face import Face
from emotion.pictures.area import SAME_PLACE, Area, area_of
from emotion.pictures.likeness import likeness
from emotion.values import FaceBox

LIMITS = Limits(find=0.1, presence=0.0)
"""Lenient, because they do not decide. The landmarker's own word on presence least of all: it is as sure of
a coloured disc with two letters, which stands for a person without camera, as of a face."""

SEEN_FROM = 0.3
"""The score from which on a finding that is looked at again counts as seen."""

POSSIBLE, SURE = 0.6, 0.9
"""Scores from which on a finding is looked at again, and from which on it is a face if it has landmarks."""

SEEN_AGAIN = 1.0
"""What its score and the mean of its scores in the cuts have to make for the landmarker to be asked."""

BELIEVED = 1.22
"""What that sum and the likeness of its landmarks to those of a face have to make for it to be one."""

CUTS = (2.3, 3.0, 2.0, 3.5, 2.7)
"""Sides of the cuts, in sizes of the face: a small face is seen in one and missed in the next."""

FINEST_SIDE = 80
"""Of the smallest tiles, in pixels: faces are found from about 16 pixels of height on."""

FINEST_PART = 32
"""No tile is smaller than this part of the picture's longer side: what a picture costs is bounded."""

STEP = 0.6
"""From tile to tile, in sides: a face of up to 0.4 lies whole in one of them, and a larger one is found
among tiles of twice the side."""

LARGEST_SIGHT = 1280
"""Larger tiles are shrunk for the finder, which makes them far smaller anyway: no huge picture is copied."""

FOUND_FROM = 0.2
"""The height, in sides of the tile, from which on a face is found."""

ALWAYS = 320
"""Side of the tiles that are always searched, half the picture where that is less: a large face must not hide
a strip of small ones beside it."""

LIKELY, SPREAD = 0.75, 1.5
"""Finer tiles are searched while a likely face is less than so many times larger than the smallest that these
tiles show, and where no face is sure."""


class Detector(Protocol):
    def find_scored(self, image: NDArray[np.uint8], /) -> tuple[tuple[FaceBox, float], ...]: ...

    def look(self, image: NDArray[np.uint8], /) -> tuple[Face, ...]: ...


class GroupDetector:
    """Construct once, in the process that uses it; one call at a time.

    Example:
        faces = GroupDetector.load(Path("models/face_landmarker.task")).detect(picture)
    """

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises FileNotFoundError where the model file is missing."""
        return cls(FaceDetector.load(path, limits=LIMITS))

    def detect(self, image: NDArray[np.uint8]) -> tuple[Face, ...]:
        """The faces of a uint8 RGB picture of shape (height, width, 3), in reading order.

        Landmarks and boxes are those of the picture. A matrix tells the pose for a camera that is turned
        to a place near the face, so that its distance is not the one from the picture's own camera.
        """
        faces: list[Face] = []
        areas: list[Area] = []
        for score, finding in self._findings(image):
            if _known(finding, areas):
                continue
            face = self._confirmed(image, finding, score)
            if face is not None and not _known(area_of(face), areas):
                faces.append(face)
                areas.append(area_of(face))
        return reading_order(faces)

    def _findings(self, image: NDArray[np.uint8]) -> list[tuple[float, Area]]:
        """Where a face is possible, with the finder's score; the surest first."""
        height, width = image.shape[:2]
        found: list[tuple[float, Area]] = []
        for side in tile_sides(width, height):
            for tile in tiles(width, height, side):
                found.extend(self._in_tile(image, tile, POSSIBLE))
            found = _distinct(found)
            if side <= min(ALWAYS, max(width, height) / 2) and _nothing_smaller(found, side):
                break
        return found

    def _in_tile(self, image: NDArray[np.uint8], tile: Area, least: float) -> Iterator[tuple[float, Area]]:
        for box, score in self._detector.find_scored(_shrunk(tile.of(image))):
            if score < least:
                return
            left, top = tile.left + box.left * tile.width, tile.top + box.top * tile.height
            right, bottom = left + box.width * tile.width, top + box.height * tile.height
            yield score, Area(left, top, right, bottom)

    def _confirmed(self, image: NDArray[np.uint8], finding: Area, score: float) -> Face | None:
        """The face of a finding; None for a false alarm."""
        cuts = list(dict.fromkeys(_cut(finding, size, image) for size in CUTS))
        if score >= SURE and (face := self._face_in(image, cuts[0], finding)):
            return face
        seen = score + sum(self._look(image, finding, cut) for cut in cuts) / len(cuts)
        if seen < SEEN_AGAIN:
            return None
        faces = [self._face_in(image, cut, finding) for cut in cuts]
        found = [face for face in faces if face is not None]
        return found[0] if found == faces and seen + likeness(image, found) >= BELIEVED else None

    def _look(self, image: NDArray[np.uint8], finding: Area, cut: Area) -> float:
        """The score of the finding in another cut; 0 where nothing is found on its place."""
        seen = self._in_tile(image, cut, SEEN_FROM)
        return max((score for score, area in seen if area.likeness(finding) >= SAME_PLACE), default=0.0)

    def _face_in(self, image: NDArray[np.uint8], cut: Area, finding: Area) -> Face | None:
        """The finding with its landmarks, as the landmarker sees it in a cut."""
        height, width = image.shape[:2]
        part = np.ascontiguousarray(cut.of(image))
        seen = [_moved(face, cut, width, height) for face in self._detector.look(part)]
        face = max(seen, key=lambda face: area_of(face).likeness(finding), default=None)
        return face if face and area_of(face).likeness(finding) >= SAME_PLACE else None


def tile_sides(width: int, height: int) -> tuple[int, ...]:
    """From the whole picture, whatever its shape, down to the finest tiles."""
    longer = max(width, height)
    sides = [max(FINEST_SIDE, math.ceil(longer / FINEST_PART))]
    while sides[-1] < longer:
        sides.append(min(2 * sides[-1], longer))
    return tuple(reversed(sides))


def tiles(width: int, height: int, side: int) -> Iterator[Area]:
    """Squares of that side that cover the picture, overlapping; cut where the picture is smaller."""
    for top in _starts(height, side):
        for left in _starts(width, side):
            yield Area(left, top, min(left + side, width), min(top + side, height))


def reading_order(faces: Iterable[Face]) -> tuple[Face, ...]:
    """From the top row to the bottom one, each from left to right.

    A face belongs to the row above it while its middle is above the chin of that row's highest face.
    """
    rows: list[list[Face]] = []
    for face in sorted(faces, key=lambda face: (_middle(face.box), face.box.left)):
        if rows and _middle(face.box) < rows[-1][0].box.top + rows[-1][0].box.height:
            rows[-1].append(face)
        else:
            rows.append([face])
    return tuple(face for row in rows for face in sorted(row, key=lambda face: face.box.left))


def _middle(box: FaceBox) -> float:
    return box.top + box.height / 2


def _starts(length: int, side: int) -> list[int]:
    if length <= side:
        return [0]
    steps = math.ceil((length - side) / (STEP * side))
    return [round(step * (length - side) / steps) for step in range(steps + 1)]


def _nothing_smaller(found: Sequence[tuple[float, Area]], side: int) -> bool:
    if not any(score >= SURE for score, _ in found):
        return False
    return all(area.height >= SPREAD * FOUND_FROM * side for score, area in found if score >= LIKELY)


def _distinct(found: Iterable[tuple[float, Area]]) -> list[tuple[float, Area]]:
    """Of findings that are one face the surest: a face that a tile's edge cuts is seen less surely."""
    kept: list[tuple[float, Area]] = []
    for score, area in sorted(found, key=lambda one: -one[0]):
        if not _known(area, [other for _, other in kept]):
            kept.append((score, area))
    return kept


def _known(area: Area, others: Sequence[Area]) -> bool:
    return any(area.is_face_of(other) for other in others)


def _cut(finding: Area, size: float, image: NDArray[np.uint8]) -> Area:
    """A square around the finding, as far as the picture goes."""
    reach = size * max(finding.width, finding.height) / 2
    x, y = (finding.left + finding.right) / 2, (finding.top + finding.bottom) / 2
    return Area(x - reach, y - reach, x + reach, y + reach).within(image)


def _shrunk(part: NDArray[np.uint8]) -> NDArray[np.uint8]:
    scale = LARGEST_SIGHT / max(part.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(part)
    height, width = (max(round(side * scale), 1) for side in part.shape[:2])
    return cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _moved(face: Face, cut: Area, width: int, height: int) -> Face:
    """The face of a cut in coordinates of the picture."""
    moved = replace(face, landmarks=face.landmarks + np.array((cut.left, cut.top, 0), dtype=np.float32))
    area = area_of(moved)
    left, right = (min(max(edge / width, 0.0), 1.0) for edge in (area.left, area.right))
    top, bottom = (min(max(edge / height, 0.0), 1.0) for edge in (area.top, area.bottom))
    return replace(moved, box=FaceBox(left=left, top=top, width=right - left, height=bottom - top))
