"""What bad pictures cost: faces spoilt in six ways, each at five severities.

The plan (kinds of damage, five severities, a network that never saw them) is that of Hendrycks and
Dietterich (2019). The strengths are our own, chosen for faces of 48 pixels: severity 1 is hardly seen,
at severity 5 a person must guess. They are part of the measurement: a changed number is a new measure.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from emotion.preprocess import CROP_SIZE

Faces = NDArray[np.uint8]
Spoiler = Callable[[Faces, float, np.random.Generator], Faces]

SEVERITIES = 5
SEED = 2013


@dataclass(frozen=True, slots=True)
class Damage:
    """One way to spoil faces: what the strengths of severities 1 to 5 measure, and how it is done."""

    name: str
    unit: str
    strengths: tuple[float, float, float, float, float]
    spoil: Spoiler

    def apply(self, faces: Faces, severity: int) -> Faces:
        """Spoilt copies of uint8 (n, 48, 48); the same faces and severity (1 to 5) give the same copies."""
        random = np.random.default_rng([SEED, *self.name.encode(), severity])
        return self.spoil(faces, self.strengths[severity - 1], random)


def accuracies(
    accuracy: Callable[[Faces], float], faces: Faces, done: Callable[[], object]
) -> Mapping[str, tuple[float, ...]]:
    """What `accuracy` tells of the faces spoilt in each way, at severities 1 to 5.

    `done` is called after each of the 30 measurements.
    """

    def measured(damage: Damage) -> Iterator[float]:
        for severity in range(1, SEVERITIES + 1):
            yield accuracy(damage.apply(faces, severity))
            done()

    return {damage.name: tuple(measured(damage)) for damage in DAMAGES}


def _blur(faces: Faces, sigma: float, random: np.random.Generator) -> Faces:
    return _each(faces, lambda face: cv2.GaussianBlur(face, (0, 0), sigma))


def _jpeg(faces: Faces, quality: float, random: np.random.Generator) -> Faces:
    def through_jpeg(face: Faces) -> Faces:
        _, encoded = cv2.imencode(".jpg", face, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
        return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8)

    return _each(faces, through_jpeg)


def _noise(faces: Faces, spread: float, random: np.random.Generator) -> Faces:
    noise = random.standard_normal(faces.shape, np.float32) * np.float32(spread)
    return np.clip(np.round(faces + noise), 0, 255).astype(np.uint8)


def _gamma(faces: Faces, factor: float, random: np.random.Generator) -> Faces:
    """Half of the faces, drawn at random, become darker and the others lighter."""
    powers = np.where(random.random(len(faces)) < 0.5, factor, 1 / factor)
    tables = np.round(255 * np.linspace(0, 1, 256) ** powers[:, None]).astype(np.uint8)
    return tables[np.arange(len(faces))[:, None, None], faces]


def _occlusion(faces: Faces, share: float, random: np.random.Generator) -> Faces:
    """A square of one random gray, at a random place within the picture, hides this share of it."""
    side = round(CROP_SIZE * share**0.5)
    covered = faces.copy()
    places = random.integers(0, CROP_SIZE - side + 1, (len(faces), 2))
    grays = random.integers(0, 256, len(faces))
    for face, (top, left), gray in zip(covered, places, grays, strict=True):
        face[top : top + side, left : left + side] = gray
    return covered


def _low_resolution(faces: Faces, side: float, random: np.random.Generator) -> Faces:
    def there_and_back(face: Faces) -> MatLike:
        small = cv2.resize(face, (int(side), int(side)), interpolation=cv2.INTER_AREA)
        return cv2.resize(small, (CROP_SIZE, CROP_SIZE), interpolation=cv2.INTER_LINEAR)

    return _each(faces, there_and_back)


def _each(faces: Faces, change: Callable[[Faces], MatLike]) -> Faces:
    return np.stack([change(face) for face in faces]).astype(np.uint8)


DAMAGES = (
    Damage("blur", "standard deviation of the Gaussian in pixels", (0.5, 0.8, 1.2, 1.7, 2.4), _blur),
    Damage("JPEG", "quality", (60, 40, 25, 15, 8), _jpeg),
    Damage("noise", "standard deviation in grays of 255", (5, 10, 18, 28, 40), _noise),
    Damage("gamma", "power, or its inverse", (1.3, 1.7, 2.2, 2.9, 4.0), _gamma),
    Damage("occlusion", "share of the picture hidden", (0.04, 0.08, 0.14, 0.22, 0.32), _occlusion),
    Damage("low resolution", "side in pixels, of 48", (32, 24, 18, 14, 10), _low_resolution),
)
