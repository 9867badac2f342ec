"""The pictures of an animated GIF or PNG, put together from their pieces as browsers do.

Pillow decodes the pieces one by one. Where it puts them together itself, what is cleared, or covered by none,
takes the background's colour, and what is half transparent comes out wrong.
"""

import io
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from PIL import Image

from emotion.pictures.viewed import in_rgba

_GIF_SCREEN, _GIF_PIECE = struct.Struct("<HHBxx"), struct.Struct("<HHHHB")
_GIF_START = 6
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PALETTE, _PALETTE_SIZE = 0x80, 7
_PIECE, _EXTENSION, _CONTROL, _END = b",", b"!", 0xF9, b";"
_PNG_CONTROL = struct.Struct(">IIIIIHHBB")
_OVER = 1


class Afterwards(Enum):
    """What becomes of a piece's place before the next picture."""

    STAYS = "stays"
    CLEARED = "cleared"
    AS_BEFORE = "as before"


_GIF_AFTERWARDS = {2: Afterwards.CLEARED, 3: Afterwards.AS_BEFORE, 4: Afterwards.AS_BEFORE}
_PNG_AFTERWARDS = (Afterwards.STAYS, Afterwards.CLEARED, Afterwards.AS_BEFORE)


class CutOff(Exception):
    """The file ends before the animation does."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What an animation draws next: a picture as a file of its own, and where it goes.

    Attributes:
        is_over: what is transparent in it shows what was there before.
    """

    still: bytes
    left: int
    top: int
    duration_ms: float
    afterwards: Afterwards
    is_over: bool = True

    def picture(self) -> Image.Image:
        """RGBA. Raises what Pillow raises where it is damaged."""
        with Image.open(io.BytesIO(self.still), formats=("GIF", "PNG")) as picture:
            return in_rgba(picture)


def composed(
    size: tuple[int, int], pieces: Iterator[Piece], info: Mapping[Any, Any] | None = None
) -> Iterator[tuple[Image.Image, float]]:
    """Each picture as RGBA with its duration in milliseconds; `info` is what holds for all."""
    canvas = Image.new("RGBA", size)
    canvas.info.update(info or {})
    for piece in pieces:
        picture, place = piece.picture(), (piece.left, piece.top)
        before = canvas.copy() if piece.afterwards is Afterwards.AS_BEFORE else None
        if piece.is_over:
            canvas.alpha_composite(picture, place)
        else:
            canvas.paste(picture, place)
        yield canvas.copy(), piece.duration_ms
        if before:
            canvas = before
        elif piece.afterwards is Afterwards.CLEARED:
            canvas.paste((0, 0, 0, 0), (*place, piece.left + picture.width, piece.top + picture.height))


def gif_size(content: bytes) -> tuple[int, int]:
    """Of the screen; that of the first piece where it does not fit."""
    width, height, _ = _GIF_SCREEN.unpack_from(content, _GIF_START)
    first = next(gif_pieces(content))
    across, down, _ = _GIF_SCREEN.unpack_from(first.still, _GIF_START)
    return max(width, first.left + across), max(height, first.top + down)


def gif_pieces(content: bytes) -> Iterator[Piece]:
    """Raises CutOff, and struct.error or IndexError where it ends within a piece's head."""
    _, _, marks = _GIF_SCREEN.unpack_from(content, _GIF_START)
    at = _GIF_START + _GIF_SCREEN.size
    palette = content[at : at + _palette_size(marks)]
    at += len(palette)
    control = bytes(4)
    while content[at : at + 1] not in (b"", _END):
        kind = content[at : at + 1]
        if kind == _EXTENSION:
            end = _after_blocks(content, at + 2)
            if content[at + 1] == _CONTROL:
                control = content[at + 3 : at + 7]
        elif kind == _PIECE:
            left, top, width, height, own = _GIF_PIECE.unpack_from(content, at + 1)
            data = at + 1 + _GIF_PIECE.size
            end = _after_blocks(content, data + _palette_size(own) + 1)
            still = b"".join(
                (
                    *(b"GIF89a", _GIF_SCREEN.pack(width, height, marks), palette),
                    *(b"!\xf9\x04", bytes([control[0] & 1]), control[1:], b"\0"),
                    *(_PIECE, _GIF_PIECE.pack(0, 0, width, height, own), content[data:end], _END),
                )
            )
            afterwards = _GIF_AFTERWARDS.get(control[0] >> 2 & 7, Afterwards.STAYS)
            yield Piece(still, left, top, 10 * int.from_bytes(control[1:3], "little"), afterwards)
            control = bytes(4)
        else:  # as browsers do: what follows is none of it
            return
        at = end


def _palette_size(marks: int) -> int:
    return 3 << (marks & _PALETTE_SIZE) + 1 if marks & _PALETTE else 0


def _after_blocks(content: bytes, at: int) -> int:
    """Raises CutOff."""
    while at < len(content) and content[at]:
        at += content[at] + 1
    if at >= len(content):
        raise CutOff
    return at + 1


def png_pieces(content: bytes) -> Iterator[Piece]:
    """Those of the animation: a still that is shown where nothing moves is none. Raises CutOff."""
    about: dict[bytes, bytes] = {}
    for kind, body in _chunks(content):
        if kind == b"IDAT":
            break
        about[kind] = body
    missing = int.from_bytes(about[b"acTL"][:4])
    for control, data in _controlled(content):
        yield _png_piece(about, control, data)
        missing -= 1
    if missing > 0:
        raise CutOff


def _controlled(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """How each piece is shown, and its data."""
    control, data = b"", bytearray()
    for kind, body in _chunks(content):
        if kind in {b"fcTL", b"IEND"}:
            if control:
                yield control, bytes(data)
            control, data = body, bytearray()
        elif kind == b"fdAT":
            data += body[4:]
        elif kind == b"IDAT" and control:
            data += body


def _png_piece(about: dict[bytes, bytes], control: bytes, data: bytes) -> Piece:
    _, width, height, left, top, count, parts, afterwards, blend = _PNG_CONTROL.unpack(control)
    chunks: dict[bytes, bytes] = {
        b"IHDR": struct.pack(">II", width, height) + about[b"IHDR"][8:],
        **{kind: about[kind] for kind in (b"PLTE", b"tRNS") if kind in about},
        b"IDAT": data,
        b"IEND": b"",
    }
    still = _PNG_SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks.items())
    duration_ms = 1000 * count / (parts or 100)
    return Piece(still, left, top, duration_ms, _PNG_AFTERWARDS[afterwards], is_over=blend == _OVER)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content. Raises CutOff where one is damaged, or there is no end."""
    at = len(_PNG_SIGNATURE)
    kind = b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + 8 + length]
        if content[at + 8 + length : at + 12 + length] != struct.pack(">I", zlib.crc32(kind + body)):
            raise CutOff
        yield kind, body
        at += 12 + length


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
