"""Random changes to training faces: what a webcam, a lamp and a moving head do to a picture."""

from dataclasses import asdict, dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from emotion.preprocess import CROP_SIZE

# What a poor webcam leaves of a face: grays of noise, sides in pixels, shares of the contrast.
WEBCAM_NOISE, WEBCAM_SIDES, WEBCAM_CONTRAST = (3.0, 24.0), (14, 18, 22, 28), (0.15, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Augmentation:
    """Ranges of the changes: degrees, fractions of the picture, chances.

    The last three are what a poor webcam does, more of it than `degrade_chance`: noise, few pixels, and
    dim light, which leaves little contrast.
    """

    rotation: float = 12.0
    scale: float = 0.12
    shift: float = 0.08
    contrast: float = 0.3
    brightness: float = 40.0
    gamma: float = 0.4
    erase_chance: float = 0.25
    degrade_chance: float = 0.12
    noise_chance: float = 0.0
    few_pixels_chance: float = 0.0
    dim_chance: float = 0.0

    def halved(self) -> "Augmentation":
        return Augmentation(**{name: value / 2 for name, value in asdict(self).items()})


def turn(faces: NDArray[np.uint8], settings: Augmentation, random: np.random.Generator) -> NDArray[np.uint8]:
    """Copies of `faces`, uint8 (n, 48, 48), mirrored, turned, moved and lit anew."""
    tables = _light_tables(len(faces), settings, random)
    warps = _warps(len(faces), settings, random)
    turned = np.empty_like(faces)
    for index, face in enumerate(faces):
        warped = cv2.warpAffine(face, warps[index], (CROP_SIZE, CROP_SIZE), borderMode=cv2.BORDER_REPLICATE)
        turned[index] = tables[index][warped]
    return turned


def damage(
    faces: NDArray[np.uint8], settings: Augmentation, random: np.random.Generator
) -> NDArray[np.uint8]:
    """Copies of `faces`, uint8 (n, 48, 48), some of them blurred, noisy, dim, of few pixels or covered."""
    damaged = faces.copy()
    for index in range(len(faces)):
        if random.random() < settings.degrade_chance:
            damaged[index] = _degrade(damaged[index], random)
        damaged[index] = _through_webcam(damaged[index], settings, random)
        if random.random() < settings.erase_chance:
            _erase(damaged[index], random)
    return damaged


def mixup(
    inputs: NDArray[np.float32],
    targets: tuple[NDArray[np.float32], ...],
    alpha: float,
    random: np.random.Generator,
) -> tuple[NDArray[np.float32], tuple[NDArray[np.float32], ...]]:
    """Blend each row with another of the batch, its targets in the same proportion."""
    share = random.beta(alpha, alpha, len(inputs)).astype(np.float32)
    other = random.permutation(len(inputs))

    def blend(rows: NDArray[np.float32]) -> NDArray[np.float32]:
        weight = share.reshape(-1, *[1] * (rows.ndim - 1))
        return weight * rows + (1 - weight) * rows[other]

    return blend(inputs), tuple(blend(rows) for rows in targets)


def _warps(count: int, settings: Augmentation, random: np.random.Generator) -> NDArray[np.float64]:
    angle = np.radians(random.uniform(-settings.rotation, settings.rotation, count))
    scale = np.exp(random.uniform(-settings.scale, settings.scale, count))
    mirrored = random.choice([-1.0, 1.0], count)
    shift = random.uniform(-settings.shift, settings.shift, (count, 2)) * CROP_SIZE
    turned = scale * np.cos(angle), scale * np.sin(angle)
    linear = np.stack([mirrored * turned[0], -turned[1], mirrored * turned[1], turned[0]], axis=1)
    linear = linear.reshape(count, 2, 2)
    centre = np.full(2, (CROP_SIZE - 1) / 2)
    offset = centre + shift - linear @ centre
    return np.concatenate([linear, offset[:, :, None]], axis=2)


def _light_tables(count: int, settings: Augmentation, random: np.random.Generator) -> NDArray[np.uint8]:
    """A lookup table of 256 grays for each face: gamma, then contrast, then brightness."""
    gamma = np.exp(random.uniform(-settings.gamma, settings.gamma, (count, 1)))
    contrast = 1 + random.uniform(-settings.contrast, settings.contrast, (count, 1))
    brightness = random.uniform(-settings.brightness, settings.brightness, (count, 1))
    grays = 255 * np.linspace(0, 1, 256)[None] ** gamma
    return np.clip(contrast * (grays - 128) + 128 + brightness, 0, 255).astype(np.uint8)


def _degrade(face: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    kind = random.integers(3)
    if kind == 0:
        return cv2.GaussianBlur(face, (0, 0), random.uniform(0.4, 1.2)).astype(np.uint8)
    if kind == 1:
        return _noisy(face, random.uniform(3, 12), random)
    return _of_few_pixels(face, int(random.integers(20, 36)))


def _through_webcam(
    face: NDArray[np.uint8], settings: Augmentation, random: np.random.Generator
) -> NDArray[np.uint8]:
    """In the order of a camera: light, pixels, noise."""

    def happens(chance: float) -> bool:
        # A change that is off draws nothing, so runs without it stay what they were.
        return chance > 0 and random.random() < chance

    if happens(settings.dim_chance):
        face = _dim(face, random.uniform(*WEBCAM_CONTRAST))
    if happens(settings.few_pixels_chance):
        face = _of_few_pixels(face, int(random.choice(WEBCAM_SIDES)))
    if happens(settings.noise_chance):
        face = _noisy(face, random.uniform(*WEBCAM_NOISE), random)
    return face


def _dim(face: NDArray[np.uint8], contrast: float) -> NDArray[np.uint8]:
    mean = face.mean()
    return np.asarray(np.round(mean + contrast * (face - mean)), np.uint8)


def _of_few_pixels(face: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    shrunk = cv2.resize(face, (side, side), interpolation=cv2.INTER_AREA)
    return cv2.resize(shrunk, face.shape, interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def _noisy(face: NDArray[np.uint8], spread: float, random: np.random.Generator) -> NDArray[np.uint8]:
    noise = random.normal(0, spread, face.shape)
    return np.clip(face + noise, 0, 255).astype(np.uint8)


def _erase(face: NDArray[np.uint8], random: np.random.Generator) -> None:
    height, width = random.integers(6, 20, 2)
    top, left = random.integers(0, CROP_SIZE - height), random.integers(0, CROP_SIZE - width)
    face[top : top + height, left : left + width] = random.integers(0, 256)
