"""What somebody uploads as a logo, and the small picture that is made of it."""

import struct
import zlib

import cv2
import numpy as np
import pytest

from classroom import logo
from classroom.errors import BadLogo


def picture(kind=".png", shape=(40, 60, 4), dtype=np.uint8):
    noise = np.random.default_rng(1).integers(0, np.iinfo(dtype).max, shape, dtype=dtype)
    return cv2.imencode(kind, noise)[1].tobytes()


def decoded(png):
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)


@pytest.mark.parametrize("kind", [".png", ".jpg", ".webp"])
def test_a_picture_is_written_anew_as_a_png(kind):
    made = logo.small(picture(kind, (40, 60, 3)))
    assert made.startswith(b"\x89PNG") and decoded(made).shape[:2] == (40, 60)


@pytest.mark.parametrize("shape", [(500, 400, 4), (500, 500, 3), (20, 3000), (1, 1)])
def test_it_has_at_most_256_pixels_a_side_and_100_kb(shape):
    made = logo.small(picture(".png", shape))
    assert max(decoded(made).shape[:2]) <= 256 and len(made) <= 100_000


def test_it_keeps_its_transparency_and_loses_whatever_stood_beside_the_pixels():
    given = picture()
    secret = b"tEXtComment\0where it was taken"
    chunk = struct.pack(">I", len(secret) - 4) + secret + struct.pack(">I", zlib.crc32(secret))
    made = logo.small(given[:33] + chunk + given[33:])
    assert decoded(made).shape == (40, 60, 4)
    assert b"where it was taken" not in made


def test_sixteen_bits_become_eight():
    assert decoded(logo.small(picture(".png", (10, 10, 3), np.uint16))).dtype == np.uint8


def bomb(width, height):
    """A PNG whose header promises so many pixels, of which next to none come."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xd9",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        cv2.imencode(".bmp", np.zeros((8, 8, 3), np.uint8))[1].tobytes(),
        cv2.imencode(".tiff", np.zeros((8, 8, 3), np.uint8))[1].tobytes(),
        b"GIF89a" + b"\0" * 40,
        bomb(60_000, 60_000),
        bomb(5_000, 5_000),
        b"\x89PNG\r\n\x1a\n" + b"x" * 2_000_000,
    ],
    ids=["nothing", "a start", "no JPEG", "SVG", "BMP", "TIFF", "GIF", "a bomb", "a smaller one", "too long"],
)
def test_what_is_no_small_picture_of_a_known_kind_is_refused(given):
    with pytest.raises(BadLogo):
        logo.small(given)
