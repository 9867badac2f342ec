"""How much is lost between FER2013's own crop of a face and the one that the pipeline makes in service.

Each face is drawn larger into a picture such as a webcam takes, a little turned and out of the
middle; the picture goes the way of a snapshot, and the pipeline finds the face and crops it anew.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from emotion.classifier import ExpressionNetwork, HeadLogits
from emotion.detector import FaceDetector
from emotion.face import Face
from emotion.image import decode
from emotion.labels import EMOTIONS
from emotion.model_card import DamagedModel, ModelCard
from emotion.pipeline import main_face
from emotion.preprocess import CROP_SIZE, EYES_X, EYES_Y, FACE_SIZE, crop_map, face_crop
from emotion.training.data.faces import FaceSet
from emotion.training.score.calibration import Shown, seen_by_most
from emotion.training.score.intervals import Interval, bootstrap

# What the product's page films, sends (`static/js/capture-timer.js`) and how hard it squeezes it.
CAMERA, SNAPSHOT, QUALITY = (640, 480), (320, 240), 80

# A crop of 48 pixels is 170 to 240 high on the camera's 480: the head of somebody at a desk.
SCALES = (3.5, 5.0)
ROLL, SHIFT = 10.0, (90.0, 40.0)
SURROUNDINGS_BLUR = 12.0
SEED = 2013

Affine = NDArray[np.float64]


class Detector(Protocol):
    def detect(self, image: NDArray[np.uint8], /) -> tuple[Face, ...]: ...


@dataclass(frozen=True, slots=True, eq=False)
class PipelineCrops:
    """What the pipeline cut out of pictures with one face each.

    crops: uint8 (n, 48, 48). found: bool (n,), whether a face was found at all; the others are black.
    maps: float64 (n, 2, 3), from pixels of the face as it was to pixels of the crop, the identity where
    both are framed alike.
    """

    crops: NDArray[np.uint8]
    found: NDArray[np.bool_]
    maps: Affine


@dataclass(frozen=True, slots=True)
class Paired:
    """The same faces read from two crops: accuracy of each, and what the second loses against the first.

    `won` counts the faces that only the second crop reads right, `lost` those that only the first does;
    `chance` is how often chance alone would bring so uneven a pair (the exact test of McNemar, 1947).
    """

    first: float
    second: float
    loss: Interval
    lost: int
    won: int
    chance: float

    @classmethod
    def of(cls, first: NDArray[np.bool_], second: NDArray[np.bool_]) -> "Paired":
        """From which faces each crop reads right, bool (n,)."""
        lost, won = int((first & ~second).sum()), int((second & ~first).sum())
        counts = np.array([lost, won, len(first) - lost - won])
        loss = bootstrap(counts, lambda tables: (tables[:, 0] - tables[:, 1]) / tables.sum(axis=1))
        return cls(float(first.mean()), float(second.mean()), loss, lost, won, _mcnemar(lost, won))

    def __str__(self) -> str:
        loss = self.loss
        return (
            f"{self.first:6.1%} {self.second:9.1%}   loses {100 * loss.value:.1f} points"
            f" ({100 * loss.low:+.1f} to {100 * loss.high:+.1f});"
            f" {self.lost} lost, {self.won} won, p {self.chance:.2g}"
        )


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of something and the tenth and ninetieth of a hundred."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> "Spread":
        return cls(*np.quantile(values, (0.1, 0.5, 0.9)).tolist())

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


def pipeline_crops(
    faces: NDArray[np.uint8], detector: Detector, *, first: int = 0, tell: Callable[[], object] | None = None
) -> PipelineCrops:
    """Draw each of `faces`, uint8 (n, 48, 48), into a picture, find it there and crop it.

    Args:
        first: the number of the first face; the same number is always drawn the same way.
        tell: called after each face.
    """
    crops, found = np.zeros_like(faces), np.zeros(len(faces), bool)
    maps = np.zeros((len(faces), 2, 3))
    for index, face in enumerate(faces):
        image, drawn = snapshot(face, np.random.default_rng([SEED, first + index]))
        seen = main_face(detector.detect(image))
        if seen is not None:
            points = seen.crop_points()
            crops[index], found[index] = face_crop(image, *points), True
            maps[index] = _after(crop_map(*points), drawn)
        if tell:
            tell()
    return PipelineCrops(crops, found, maps)


def pipeline_crops_by(model: Path, faces: NDArray[np.uint8], jobs: int = 1) -> PipelineCrops:
    """The same with the detector in the file `model`; the outcome does not depend on the number of `jobs`.

    Raises:
        DamagedModel: the detector's file is missing.
    """
    if not model.is_file():
        raise DamagedModel(f"the face detector {model} is missing: `make model` fetches it")
    with tqdm(total=len(faces), unit="face", desc="finding faces", disable=None) as bar:
        if jobs == 1:
            return pipeline_crops(faces, FaceDetector.load(model), tell=bar.update)
        parts = np.array_split(np.arange(len(faces)), min(4 * jobs, len(faces)))
        # A fork would take over threads of MediaPipe and Keras that do not run on in a child.
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as workers:
            coming = workers.map(
                partial(_crops_of_part, model),
                (faces[part] for part in parts),
                (int(part[0]) for part in parts),
            )
            done = []
            for part in coming:
                done.append(part)
                bar.update(len(part.found))
    return PipelineCrops(*(np.concatenate([getattr(p, x) for p in done]) for x in ("crops", "found", "maps")))


def snapshot(face: NDArray[np.uint8], random: np.random.Generator) -> tuple[NDArray[np.uint8], Affine]:
    """A picture of somebody with this face, as it arrives from a student's browser.

    Returns:
        uint8 (240, 320, 3), RGB; and float64 (2, 3), from pixels of the face to pixels of the picture.
    """
    drawn = _placed(random)
    gray = cv2.warpAffine(face, drawn, CAMERA, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    # The border repeated without end is stripes; out of focus it could be a room, hair and shoulders.
    room = cv2.GaussianBlur(gray, (0, 0), SURROUNDINGS_BLUR)
    inside = cv2.warpAffine(np.ones_like(face, np.float32), drawn, CAMERA, flags=cv2.INTER_LINEAR)
    filmed = (inside * gray + (1 - inside) * room).round().astype(np.uint8)
    sent = cv2.resize(filmed, SNAPSHOT, interpolation=cv2.INTER_AREA)
    jpeg = cv2.imencode(".jpg", sent, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))[1].tobytes()
    return decode(jpeg), _after(_resized(SNAPSHOT[0] / CAMERA[0]), drawn)


def framing(maps: Affine) -> tuple[Spread, Spread, Spread]:
    """Where FER2013 has the eyes (x, y) and how large the face, in its pixels, by what the pipeline found.

    A crop is framed as FER2013 frames where these are `EYES_X`, `EYES_Y` and `FACE_SIZE`.

    Args:
        maps: of the faces that were found, as in `PipelineCrops`.
    """
    back = np.linalg.inv(maps[:, :, :2])
    eyes = np.einsum("nij,nj->ni", back, np.array([EYES_X, EYES_Y]) - maps[:, :, 2])
    scales = np.sqrt(np.abs(np.linalg.det(maps[:, :, :2])))
    return Spread.of(eyes[:, 0]), Spread.of(eyes[:, 1]), Spread.of(FACE_SIZE / scales)


def compare_crops(
    network: ExpressionNetwork, card: ModelCard, faces: FaceSet, found: PipelineCrops
) -> Mapping[str, Paired]:
    """What the pipeline's crops lose, by what the faces were judged by; faces not found have no part.

    The labels of FER2013 where the network has a head of its seven, and what most people saw (FER+)
    where there are votes, by the head that is shown. Each face is read both ways.
    """
    faces = faces.rows(found.found)
    perfect = logits_both_ways(network, faces.images)
    cropped = logits_both_ways(network, found.crops[found.found])
    shown = Shown(card.shown_head, card.shown_labels, card.contempt)
    rows = {}
    for head, labels in card.heads.items():
        if tuple(labels) == EMOTIONS:
            rows[f"labels, head {head}"] = Paired.of(
                *(each[head].argmax(axis=1) == faces.labels for each in (perfect, cropped))
            )
    if faces.votes is not None:
        truth, told = seen_by_most(faces)
        rows[f"most people, as shown ({shown})"] = Paired.of(
            *(
                (shown.shares(each[shown.head], card.temperature).argmax(axis=1) == truth)[told]
                for each in (perfect, cropped)
            )
        )
    return rows


def logits_both_ways(network: ExpressionNetwork, crops: Iterable[NDArray[np.uint8]]) -> HeadLogits:
    """float32 (n, k) by head, each crop averaged with its mirror image."""
    answers = [network.logits_both_ways(crop) for crop in crops]
    return {head: np.stack([answer[head] for answer in answers]) for head in network.heads}


def _crops_of_part(model: Path, faces: NDArray[np.uint8], first: int) -> PipelineCrops:
    return pipeline_crops(faces, FaceDetector.load(model), first=first)


def _placed(random: np.random.Generator) -> Affine:
    """From pixels of a face to pixels of the camera's picture, near its middle."""
    scale, roll = random.uniform(*SCALES), math.radians(random.uniform(-ROLL, ROLL))
    cosine, sine = scale * math.cos(roll), scale * math.sin(roll)
    turned = np.array([[cosine, -sine], [sine, cosine]])
    middle = (np.array(CAMERA) - 1) / 2 + random.uniform(-1, 1, 2) * SHIFT
    centre = np.full(2, (CROP_SIZE - 1) / 2)
    return np.column_stack([turned, middle - turned @ centre])


def _resized(factor: float) -> Affine:
    """What `cv2.resize` does to the centre of each pixel."""
    return np.array([[factor, 0, (factor - 1) / 2], [0, factor, (factor - 1) / 2]])


def _after(second: Affine, first: Affine) -> Affine:
    """Both maps in one, `first` first."""
    return np.column_stack([second[:, :2] @ first[:, :2], second[:, :2] @ first[:, 2] + second[:, 2]])


def _mcnemar(lost: int, won: int) -> float:
    """Two-sided chance of so uneven a split of the faces that only one crop reads right."""
    both = lost + won
    tail = sum(math.comb(both, k) for k in range(min(lost, won) + 1))
    return min(1.0, tail / 2 ** (both - 1)) if both else 1.0
