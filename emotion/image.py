"""From the bytes of a snapshot to an RGB array, checked before anything is decoded."""

import cv2
import numpy as np
from numpy.typing import NDArray

MAX_BYTES = 200_000
MAX_SIDE = 1280
MAX_PIXELS = 1280 * 960
MIN_LONG_SIDE, MIN_SHORT_SIDE = 64, 48
MAX_SCANS = 20
"""A progressive picture takes about ten; thousands of empty ones would keep a worker busy for minutes."""

_START, _END, _SCAN = b"\xff\xd8\xff", b"\xff\xd9", b"\xff\xda"
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


class BadImage(Exception):
    """The snapshot cannot be used. The message says why and never holds a byte of it."""


def decode(jpeg: bytes) -> NDArray[np.uint8]:
    """Decode a JPEG within the limits above.

    Returns:
        uint8 RGB of shape (height, width, 3), turned upright as its metadata asks.

    Raises:
        BadImage: not a JPEG, damaged, too large or too small.
    """
    check(jpeg)
    try:
        picture = cv2.imdecode(np.frombuffer(jpeg, dtype=np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error:
        raise BadImage("the picture is damaged") from None
    if picture is None:
        raise BadImage("the picture is damaged")
    return np.ascontiguousarray(picture, dtype=np.uint8)


def check(jpeg: bytes) -> tuple[int, int]:
    """Width and height from the header, without decoding. Raises BadImage."""
    if len(jpeg) > MAX_BYTES:
        raise BadImage("the picture has too many bytes")
    if not jpeg.startswith(_START):
        raise BadImage("not a JPEG")
    if not jpeg.rstrip(b"\0").endswith(_END):
        raise BadImage("the picture is cut off")
    if jpeg.count(_SCAN) > MAX_SCANS:
        raise BadImage("the picture has too many scans")
    width, height = _dimensions(jpeg)
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise BadImage("the picture is too large")
    if max(width, height) < MIN_LONG_SIDE or min(width, height) < MIN_SHORT_SIDE:
        raise BadImage("the picture is too small")
    return width, height


def _dimensions(jpeg: bytes) -> tuple[int, int]:
    """Width and height as the one frame header says; a second one would let a bomb past the check."""
    found = [_size(jpeg, at) for marker, at in _segments(jpeg) if marker in _FRAME_HEADERS]
    if len(found) != 1:
        raise BadImage("the picture is damaged")
    return found[0]


def _segments(jpeg: bytes) -> list[tuple[int, int]]:
    """Marker and place of each segment from the start to the first scan."""
    segments: list[tuple[int, int]] = []
    at = 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == 0xDA:
            return segments
        if marker == 0xFF:
            at += 1
        elif marker in _WITHOUT_LENGTH:
            at += 2
        else:
            segments.append((marker, at))
            at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    raise BadImage("the picture is damaged")


def _size(jpeg: bytes, at: int) -> tuple[int, int]:
    return int.from_bytes(jpeg[at + 7 : at + 9]), int.from_bytes(jpeg[at + 5 : at + 7])
