"""A map laid back over the picture that its face was cut from."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from emotion.preprocess import CROP_SIZE

# Vermilion for, blue against: the pair that people with any colour vision tell apart (Okabe and Ito, 2008).
FOR = (213, 94, 0)
AGAINST = (0, 114, 178)
STRENGTH, HALF = 0.8, 0.5
COLOUR_LEFT = 0.25

# A map this faint is drawn faint: the smallest change that fills the colours, the odds divided by 1.1.
FAINTEST = math.log(1.1)


def scale_of(heat: NDArray[np.float32]) -> float:
    """The change of log-odds that is drawn in full colour."""
    return max(float(np.abs(heat).max()), FAINTEST)


def overlay(
    picture: NDArray[np.uint8], heat: NDArray[np.float32], to_crop: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """The picture in faded colours with the map over the face, where its crop was cut out.

    A line surrounds what reaches half of the strongest change, so that colour is not the only sign.

    Args:
        picture: uint8 (height, width, 3), RGB.
        heat: float32 (48, 48), as an `OcclusionMap` has it.
        to_crop: float64 (2, 3), from pixels of this picture to pixels of the crop, as `crop_map`.

    Returns:
        uint8 (height, width, 3), RGB.
    """
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = picture.shape[1], picture.shape[0]
    placed = cv2.warpAffine(heat, to_crop, size, flags=flags).astype(np.float32) / scale_of(heat)
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None]
    drawn = tinted(COLOUR_LEFT * picture + (1 - COLOUR_LEFT) * gray, placed)
    lines = [
        *_outlines(placed > HALF),
        *_outlines(placed < -HALF),
        np.round(footprint(to_crop)).astype(np.int32),
    ]
    for colour, width in (((255, 255, 255), 3), ((0, 0, 0), 1)):  # seen on any ground
        cv2.polylines(drawn, lines, True, colour, width, cv2.LINE_AA)
    return drawn


def tinted(ground: NDArray[np.floating], values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Colours of values in [-1, 1], of shape (...), over a ground of shape (..., 3) in [0, 255]."""
    opacity = STRENGTH * np.clip(np.abs(values), 0, 1)[..., None]
    colour = np.where(values[..., None] > 0, np.array(FOR), np.array(AGAINST))
    mixed: NDArray[np.uint8] = np.round(ground * (1 - opacity) + colour * opacity).astype(np.uint8)
    return mixed


def footprint(to_crop: NDArray[np.float64]) -> NDArray[np.float64]:
    """The four corners of the crop in the picture, float64 (4, 2)."""
    low, high = -0.5, CROP_SIZE - 0.5
    corners = np.array([(low, low, 1), (high, low, 1), (high, high, 1), (low, high, 1)])
    return corners @ cv2.invertAffineTransform(to_crop).T


def _outlines(mask: NDArray[np.bool_]) -> list[NDArray[np.int32]]:
    found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    return [line.astype(np.int32) for line in found]
