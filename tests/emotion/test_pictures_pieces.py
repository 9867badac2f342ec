"""Animations put together from their pieces, as specifications and browsers say of each pixel."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from emotion.pictures.frames import Frame, Unreadable
from emotion.pictures.picture_file import DAMAGED, PictureFile
from emotion.pictures.sampling import Wanted

WIDTH, HEIGHT = 20, 16
STAYS, CLEARED, AS_BEFORE = range(3)
PALETTE = np.random.default_rng(0).integers(0, 256, (16, 3), np.uint8)

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Drawn:
    """uint8 RGBA, laid over at a place or put in its stead, for so many hundredths of a second."""

    pixels: Pixels
    left: int
    top: int
    afterwards: int
    is_over: bool = True
    hundredths: int = 50


def read(path: Path) -> list[Frame | Unreadable]:
    return list(PictureFile("a", path, Wanted(1)).open())


def shown(pieces: Sequence[Drawn]) -> list[NDArray[np.float64]]:
    """Each picture on white, reckoned without rounding."""
    canvas = np.zeros((HEIGHT, WIDTH, 4))
    found = []
    for piece in pieces:
        before = canvas.copy()
        height, width = piece.pixels.shape[:2]
        place = canvas[piece.top : piece.top + height, piece.left : piece.left + width]
        place[:] = _over(place, piece.pixels / 255) if piece.is_over else piece.pixels / 255
        alpha = canvas[..., 3:]
        found.append(255 * (canvas[..., :3] * alpha + 1 - alpha))
        if piece.afterwards == CLEARED:
            place[:] = 0
        elif piece.afterwards == AS_BEFORE:
            canvas = before
    return found


def _over(below: NDArray[np.float64], above: NDArray[np.float64]) -> NDArray[np.float64]:
    shares = above[..., 3:], below[..., 3:] * (1 - above[..., 3:])
    alpha = shares[0] + shares[1]
    colours = above[..., :3] * shares[0] + below[..., :3] * shares[1]
    return np.concatenate([colours / np.where(alpha, alpha, 1), alpha], axis=2)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(pieces: Sequence[Drawn], *, with_still: bool = False) -> bytes:
    made = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 6, 0, 0, 0))]
    made.append(chunk(b"acTL", struct.pack(">II", len(pieces), 0)))
    if with_still:
        made.append(chunk(b"IDAT", _rows(np.full((HEIGHT, WIDTH, 4), 99, np.uint8))))
    for number, piece in enumerate(pieces):
        height, width = piece.pixels.shape[:2]
        place = (2 * number, width, height, piece.left, piece.top)
        made.append(
            chunk(
                b"fcTL",
                struct.pack(">IIIIIHHBB", *place, piece.hundredths, 100, piece.afterwards, piece.is_over),
            )
        )
        data = _rows(piece.pixels)
        is_first = not number and not with_still
        made.append(
            chunk(b"IDAT", data) if is_first else chunk(b"fdAT", struct.pack(">I", 2 * number) + data)
        )
    return b"".join([*made, chunk(b"IEND", b"")])


def _rows(pixels: Pixels) -> bytes:
    return zlib.compress(b"".join(b"\0" + row.tobytes() for row in pixels))


@dataclass(frozen=True)
class Indexed:
    """Places in the palette (height, width), of which one may be transparent."""

    pixels: NDArray[np.int64]
    left: int
    top: int
    afterwards: int
    clear: int | None = None
    hundredths: int = 50

    @property
    def drawn(self) -> Drawn:
        opaque = np.where(self.pixels == self.clear, 0, 255) if self.clear is not None else 255
        alpha = np.broadcast_to(opaque, self.pixels.shape)[..., None]
        pixels = np.concatenate([PALETTE[self.pixels], alpha], axis=2).astype(np.uint8)
        return Drawn(pixels, self.left, self.top, self.afterwards, hundredths=self.hundredths)


def gif(pieces: Sequence[Indexed], *, size: tuple[int, int] = (WIDTH, HEIGHT), background: int = 5) -> bytes:
    made = [b"GIF89a", struct.pack("<HHBBB", *size, 0x83, background, 0), PALETTE.tobytes()]
    for piece in pieces:
        height, width = piece.pixels.shape
        marks = (piece.afterwards + 1) << 2 | (piece.clear is not None)
        made.append(b"!\xf9\x04" + struct.pack("<BHB", marks, piece.hundredths, piece.clear or 0) + b"\0")
        made.append(b"," + struct.pack("<HHHHB", piece.left, piece.top, width, height, 0))
        made.append(b"\x04" + _blocks(piece.pixels.ravel()))
    return b"".join([*made, b";"])


def _blocks(values: NDArray[np.int64]) -> bytes:
    """Never longer codes than five bits: the table begins anew before it has grown."""
    codes = []
    for number, value in enumerate(values):
        codes += [16] if number % 14 == 0 else []
        codes.append(int(value))
    bits = np.array([[code >> bit & 1 for bit in range(5)] for code in [*codes, 17]], np.uint8)
    data = np.packbits(bits.ravel(), bitorder="little").tobytes()
    parts = [data[at : at + 255] for at in range(0, len(data), 255)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def drawn_places(chance: np.random.Generator, *, first: bool) -> tuple[int, int, int, int]:
    if first:
        return 0, 0, WIDTH, HEIGHT
    left, top = int(chance.integers(0, WIDTH // 2)), int(chance.integers(0, HEIGHT // 2))
    return left, top, int(chance.integers(1, WIDTH - left + 1)), int(chance.integers(1, HEIGHT - top + 1))


def check(path: Path, pieces: Sequence[Drawn], tolerance: float) -> None:
    frames = read(path)
    assert [frame.at_ms for frame in frames] == [500 * number for number in range(len(pieces))]
    for frame, wanted in zip(frames, shown(pieces), strict=True):
        assert isinstance(frame, Frame)
        assert np.abs(frame.image - wanted).max() <= tolerance


@pytest.mark.parametrize("seed", range(12))
def test_an_animated_png_is_put_together_as_its_specification_says(tmp_path: Path, seed: int) -> None:
    chance = np.random.default_rng(seed)
    pieces = []
    for number in range(5):
        left, top, width, height = drawn_places(chance, first=not number)
        pixels = chance.integers(0, 256, (height, width, 4), np.uint8)
        pixels[..., 3] = chance.choice([0, 128, 255], (height, width))
        pieces.append(Drawn(pixels, left, top, int(chance.integers(3)), bool(chance.integers(2))))
    (tmp_path / "a.png").write_bytes(png(pieces, with_still=bool(seed % 2)))
    check(tmp_path / "a.png", pieces, 4)


@pytest.mark.parametrize("seed", range(12))
def test_a_gif_is_put_together_as_browsers_do(tmp_path: Path, seed: int) -> None:
    chance = np.random.default_rng(seed)
    pieces = []
    for number in range(5):
        left, top, width, height = drawn_places(chance, first=not number and seed % 3 > 0)
        clear = int(chance.integers(16)) if chance.integers(2) else None
        pixels = chance.integers(0, 16, (height, width))
        pieces.append(Indexed(pixels, left, top, int(chance.integers(3)), clear))
    (tmp_path / "a.gif").write_bytes(gif(pieces))
    check(tmp_path / "a.gif", [piece.drawn for piece in pieces], 0.001)


def test_what_reaches_beyond_a_gif_s_screen_is_cut_off_and_a_screen_too_small_for_the_first_grows(
    tmp_path: Path,
) -> None:
    whole = Indexed(np.full((HEIGHT, WIDTH), 3), 0, 0, STAYS)
    beyond = Indexed(np.full((10, 10), 4), WIDTH - 5, HEIGHT - 5, CLEARED)
    for size in ((WIDTH, HEIGHT), (0, 0)):
        (tmp_path / "a.gif").write_bytes(gif([whole, beyond, whole], size=size))
        first, second, third = read(tmp_path / "a.gif")
        assert isinstance(first, Frame)
        assert isinstance(second, Frame)
        assert isinstance(third, Frame)
        assert first.image.shape == second.image.shape == (HEIGHT, WIDTH, 3)
        assert second.image[-1, -1].tolist() == PALETTE[4].tolist()
        assert (third.image == PALETTE[3]).all()


def test_what_no_piece_of_a_still_gif_covers_is_white(tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(gif([Indexed(np.full((4, 4), 3), 8, 8, STAYS)]))
    (frame,) = read(tmp_path / "a.gif")
    assert isinstance(frame, Frame)
    assert (frame.at_ms, frame.image[0, 0].tolist()) == (None, [255] * 3)
    assert frame.image[9, 9].tolist() == PALETTE[3].tolist()


def test_a_small_gif_that_unfolds_to_a_huge_picture_is_not_unfolded(tmp_path: Path) -> None:
    whole = Indexed(np.full((HEIGHT, WIDTH), 3), 0, 0, STAYS)
    far = Indexed(np.full((HEIGHT, WIDTH), 3), 40_000, 40_000, STAYS)
    (tmp_path / "a.gif").write_bytes(gif([far, whole]))
    (outcome,) = read(tmp_path / "a.gif")
    assert isinstance(outcome, Unreadable)
    assert "too large" in outcome.error


def test_an_animated_png_that_lacks_pictures_that_it_promises_ends_in_an_error(tmp_path: Path) -> None:
    pieces = [Drawn(np.full((HEIGHT, WIDTH, 4), 40, np.uint8), 0, 0, STAYS)] * 3
    content = png(pieces).replace(
        chunk(b"acTL", struct.pack(">II", 3, 0)), chunk(b"acTL", struct.pack(">II", 5, 0))
    )
    (tmp_path / "a.png").write_bytes(content)
    *found, last = read(tmp_path / "a.png")
    assert len(found) == 3
    assert last == Unreadable("a", 1500, DAMAGED)
