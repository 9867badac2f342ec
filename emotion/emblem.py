"""Makes a small PNG of a picture that somebody uploaded: one on standard input, the other on standard output.

A program of its own, so that whatever a picture does to a decoder ends with it: it imports nothing of the
product, has little memory and a few seconds, and writes no file. What is no PNG, JPEG or WebP is not decoded.
"""

import resource
import sys

import cv2
import numpy as np

LONGEST_SIDE = 256
MOST_BYTES = 100_000
MEMORY_BYTES = 1_500_000_000
SECONDS = 5
REFUSED = 3
"""The exit code for a picture that cannot be used; others are faults of this program."""
KINDS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def is_known(picture: bytes) -> bool:
    return picture.startswith(KINDS) or (picture[:4] == b"RIFF" and picture[8:12] == b"WEBP")


def small(picture: bytes) -> bytes | None:
    """8 bits a channel, with its transparency; None for what cannot be used."""
    try:
        decoded = cv2.imdecode(np.frombuffer(picture, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if decoded is None or decoded.size == 0:
        return None
    if decoded.dtype == np.uint16:
        decoded = (decoded // 257).astype(np.uint8)
    if decoded.dtype != np.uint8:
        return None
    side = LONGEST_SIDE
    while side >= 16:
        scale = min(1.0, side / max(decoded.shape[:2]))
        height, width = (max(1, round(one * scale)) for one in decoded.shape[:2])
        shrunk = cv2.resize(decoded, (width, height), interpolation=cv2.INTER_AREA)
        _done, png = cv2.imencode(".png", shrunk, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        if png.size <= MOST_BYTES:
            return png.tobytes()
        side = side * 3 // 4
    return None


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    given = sys.stdin.buffer.read()
    made = small(given) if is_known(given) else None
    if made is None:
        sys.exit(REFUSED)
    sys.stdout.buffer.write(made)
