"""A school's logo out of whatever was uploaded: decoded and written anew by a program of its own."""

import subprocess
import sys
from pathlib import Path

from classroom.errors import BadLogo

# It loads OpenCV, which no web process does.
PROGRAM = Path(__file__).resolve().parent.parent / "emotion" / "emblem.py"
MOST_BYTES = 900_000  # a form may hold no more than 1 MB (classroom.bodies)
LONGEST_S = 20
LIMITS = {"OPENCV_IO_MAX_IMAGE_PIXELS": "16000000", "OMP_NUM_THREADS": "1"}
"""More pixels are not decoded, whatever a header promises."""
KINDS = ("image/png", "image/jpeg", "image/webp")


def small(picture: bytes) -> bytes:
    """PNG of at most 256 pixels a side and 100 kB. Raises BadLogo."""
    if len(picture) > MOST_BYTES:
        raise BadLogo
    command = [sys.executable, "-I", str(PROGRAM)]
    try:
        done = subprocess.run(
            command, input=picture, capture_output=True, timeout=LONGEST_S, env=LIMITS, check=True
        )
    except subprocess.SubprocessError:
        raise BadLogo from None
    return done.stdout
