"""How many faces are read, by their height in the picture; rendered ones, and photographs made small."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import cv2
import numpy as np

from benchmarks.figures import Faces
from emotion.pipeline import Analyser
from emotion.values import FaceBox, Signal
from tests.small_faces import HEIGHTS, KINDS, Pixels, Scene, is_read, jpeg, laid, scenes, share_read
from worker.simulation.camera.portrait import LOOKS, Portrait

# A photograph's own face is measured in a picture of this side.
LARGE = 1200
PHOTOGRAPHS = (".jpg", ".jpeg", ".png")


def measure(models: Path, *, each: int, photos: Path | None = None) -> list[Faces]:
    """The share of faces read, by height and kind; `each` faces of a height and kind."""
    analyser = Analyser.load(models)
    shares = {kind: share_read(analyser, scenes(kind, each=each)) for kind in KINDS}
    if photos is not None:
        shares["photographs"] = _of_photographs(analyser, photos)
    return [Faces(height, {kind: read[height] for kind, read in shares.items()}) for height in HEIGHTS]


def _of_photographs(analyser: Analyser, folder: Path) -> Mapping[float, float]:
    """Of photographs with one face each."""
    random = np.random.default_rng(1)
    rooms = [Portrait(look).empty() for look in LOOKS]
    read: dict[float, list[bool]] = {height: [] for height in HEIGHTS}
    for picture, box in _photographs(analyser, folder):
        height, width = picture.shape[:2]
        middle = (box.left + box.width / 2) * width, (box.top + box.height / 2) * height
        for share in HEIGHTS:
            half = share / 2 * (box.width * width) / (box.height * height) * 240 / 320
            scene = Scene(
                height=share,
                x=random.uniform(half, 1 - half),
                y=random.uniform(min(0.55 * share, 0.5), max(1 - 0.55 * share, 0.5)),
            )
            room = rooms[int(random.integers(len(rooms)))]
            small = laid(picture, middle, share * 240 / (box.height * height), room, scene.x, scene.y)
            read[share].append(is_read(analyser.analyse(jpeg(small), frozenset(Signal)), scene))
    return {height: sum(each) / len(each) if each else 0.0 for height, each in read.items()}


def _photographs(analyser: Analyser, folder: Path) -> Iterator[tuple[Pixels, FaceBox]]:
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in PHOTOGRAPHS:
            continue
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
        if picture is None:
            continue
        scale = min(LARGE / max(picture.shape[:2]), 1.0)
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        seen = analyser.analyse(jpeg(picture.astype(np.uint8)), frozenset(Signal))
        if seen.faces == 1 and seen.box is not None and seen.attention is not None:
            yield picture.astype(np.uint8), seen.box
