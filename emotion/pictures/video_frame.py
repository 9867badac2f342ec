"""A picture of a recording, as a player shows it."""

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from av import FFmpegError, VideoFrame
from av.video.reformatter import Colorspace, Interpolation
from numpy.typing import NDArray

from emotion.pictures.frames import too_large

HIGH_DEFINITION = 720
"""From so many lines on a recording that does not name its colour space has that of HDTV, for players too."""

MAX_STRETCH = 8
"""Pixels that are longer than this are a mistake of the header."""

DAMAGED = "the picture is damaged"

_UNNAMED_COLOURS = 2
_MATRIX = struct.Struct("=9i")
_QUARTER_TURNS = {1: (0, -1, 0, 1, 0), 2: (-1, 0, 0, 0, -1), 3: (0, 1, 0, -1, 0)}


class Broken(Exception):
    """A picture that cannot be shown; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class VideoPicture:
    """One picture of a recording, decoded and not yet made upright RGB.

    Attributes:
        at_ms: when it is shown, from the start of the recording.
        pixel: width by height of one of its pixels.
        is_opaque: what stands in the place of its transparency means nothing.
    """

    at_ms: int
    frame: VideoFrame
    pixel: Fraction
    is_opaque: bool = False

    def image(self) -> NDArray[np.uint8]:
        """uint8 RGB (height, width, 3), upright. Raises Broken."""
        width, height = stretched(self.frame.width, self.frame.height, self.pixel)
        if told := too_large(width, height):
            raise Broken(told)
        frame = self.frame
        is_transparent = not self.is_opaque and any(part.is_alpha for part in frame.format.components)
        is_hd = frame.colorspace == _UNNAMED_COLOURS and frame.height >= HIGH_DEFINITION
        try:
            converted: Any = frame.reformat(
                width,
                height,
                "rgba" if is_transparent else "rgb24",
                src_colorspace=Colorspace.ITU709 if is_hd else None,
                interpolation=Interpolation.BICUBIC,
                threads=1,
            ).to_ndarray()
        except (FFmpegError, OSError, ValueError) as error:
            raise Broken(DAMAGED) from error
        rgb = _on_white(converted) if is_transparent else converted
        return np.ascontiguousarray(upright(rgb, self._matrix()), dtype=np.uint8)

    def _matrix(self) -> tuple[int, ...] | None:
        try:
            side_data: Any = self.frame.side_data
            return _MATRIX.unpack(bytes(side_data["DISPLAYMATRIX"]))
        except (KeyError, struct.error):
            return None
        except ValueError:  # of any other kind of side data that PyAV does not know
            return _QUARTER_TURNS.get(round(self.frame.rotation / 90) % 4)


def stretched(width: int, height: int, pixel: Fraction) -> tuple[int, int]:
    """The size with square pixels, no side smaller than it was."""
    if pixel <= 0 or max(pixel, 1 / pixel) > MAX_STRETCH:
        return width, height
    return (round(width * pixel), height) if pixel > 1 else (width, round(height / pixel))


def upright(image: NDArray[np.uint8], matrix: tuple[int, ...] | None) -> NDArray[np.uint8]:
    """Turned and mirrored by quarter turns, as a display matrix (ISO 14496-12) asks."""
    if matrix is None:
        return image
    a, b, _, c, d = matrix[:5]
    if abs(b) > abs(a):
        image, a, d = image.swapaxes(0, 1), c, b
    return image[:: -1 if d < 0 else 1, :: -1 if a < 0 else 1]


def _on_white(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    alpha = rgba[..., 3:].astype(np.uint16)
    return ((rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
