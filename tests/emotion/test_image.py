"""Snapshots come from strangers: decoding refuses what is too large, damaged or no JPEG; it never crashes."""

import struct

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emotion import image
from emotion.image import BadImage, decode


def make_jpeg(width: int = 320, height: int = 240, *, quality: int = 80, progressive: bool = False) -> bytes:
    noise = np.random.default_rng(0).integers(0, 255, (height // 8, width // 8, 3), dtype=np.uint8)
    picture = cv2.resize(noise, (width, height))
    flags = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_PROGRESSIVE, int(progressive)]
    return cv2.imencode(".jpg", picture, flags)[1].tobytes()


JPEG = make_jpeg()
FRAME_HEADER = JPEG.index(b"\xff\xc0")


def with_size(width: int, height: int) -> bytes:
    """The same bytes under a header that claims another size."""
    size = struct.pack(">HH", height, width)
    return JPEG[: FRAME_HEADER + 5] + size + JPEG[FRAME_HEADER + 9 :]


def with_comment(text: bytes) -> bytes:
    return JPEG[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + JPEG[2:]


@pytest.mark.parametrize("size", [(64, 48), (48, 64), (320, 240), (1280, 960), (960, 1280)])
def test_it_decodes_every_allowed_size(size: tuple[int, int]) -> None:
    width, height = size
    picture = decode(make_jpeg(width, height, quality=30))
    assert picture.shape == (height, width, 3)
    assert picture.dtype == np.uint8


def test_channels_are_red_green_blue() -> None:
    red_in_opencv_order = np.full((48, 64, 3), (0, 0, 255), dtype=np.uint8)
    red = decode(cv2.imencode(".jpg", red_in_opencv_order)[1].tobytes())
    assert red[..., 0].mean() > 250
    assert red[..., 2].mean() < 5


def test_it_decodes_gray_progressive_and_commented_pictures() -> None:
    gray = cv2.imencode(".jpg", np.full((48, 64), 100, dtype=np.uint8))[1].tobytes()
    assert decode(gray).shape == (48, 64, 3)
    assert decode(make_jpeg(progressive=True)).shape == (240, 320, 3)
    assert np.array_equal(decode(with_comment(b"\xff\xc0 not a header")), decode(JPEG))
    assert np.array_equal(decode(JPEG + b"\0\0"), decode(JPEG))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a JPEG"),
        (b"\xff\xd8\xff", "cut off"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not a JPEG"),
        (JPEG[:-2], "cut off"),
        (JPEG[: len(JPEG) // 2], "cut off"),
        (b"\xff\xd8\xff\xd9", "damaged"),
        (with_size(65_535, 65_535), "too large"),
        (with_size(1281, 100), "too large"),
        (with_size(1280, 1280), "too large"),
        (with_size(0, 0), "too small"),
        (with_size(63, 48), "too small"),
        (with_size(64, 47), "too small"),
        (JPEG + bytes(image.MAX_BYTES), "too many bytes"),
        (JPEG[:-2] + b"\xff\xda" * 21 + b"\xff\xd9", "too many scans"),
        (JPEG[:FRAME_HEADER] + JPEG[FRAME_HEADER : FRAME_HEADER + 19] + JPEG[FRAME_HEADER:], "damaged"),
    ],
)
def test_it_refuses_what_it_cannot_use(data: bytes, reason: str) -> None:
    with pytest.raises(BadImage, match=reason):
        decode(data)


def test_a_header_that_claims_gigabytes_is_refused_without_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("decoded"))
    with pytest.raises(BadImage):
        decode(with_size(50_000, 50_000))


def assert_decodes_or_refuses(data: bytes) -> None:
    """The only two ends; a refusal tells nothing of the bytes."""
    try:
        picture = decode(data)
    except BadImage as refusal:
        assert len(str(refusal)) < 60
        assert str(refusal).isascii()
        assert refusal.__cause__ is None
        assert refusal.__suppress_context__ or refusal.__context__ is None
    else:
        assert picture.size <= image.MAX_PIXELS * 3


@given(st.binary(max_size=2000))
def test_random_bytes_end_well(data: bytes) -> None:
    assert_decodes_or_refuses(data)


@given(st.binary(max_size=300))
def test_random_bytes_behind_a_jpeg_start_end_well(data: bytes) -> None:
    assert_decodes_or_refuses(b"\xff\xd8\xff" + data + b"\xff\xd9")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(2, len(JPEG) - 3), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_corrupt_picture_ends_well(changes: list[tuple[int, int]]) -> None:
    data = bytearray(JPEG)
    for place, value in changes:
        data[place] = value
    assert_decodes_or_refuses(bytes(data))


@settings(deadline=None)
@given(st.integers(0, len(JPEG)), st.booleans())
def test_a_truncated_picture_ends_well(length: int, ended: bool) -> None:
    assert_decodes_or_refuses(JPEG[:length] + b"\xff\xd9" * ended)
