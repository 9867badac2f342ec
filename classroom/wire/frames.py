"""A binary frame from a student: a JPEG, and before it when it was taken, where the client says so."""

import struct
from typing import NamedTuple

JPEG_START = b"\xff\xd8\xff"
# Milliseconds by the client's own clock. No such time begins as a JPEG does.
TAKEN_MS = struct.Struct(">Q")


class Frame(NamedTuple):
    taken_ms: int | None
    jpeg: bytes


def pack(taken_ms: int, jpeg: bytes) -> bytes:
    return TAKEN_MS.pack(taken_ms) + jpeg


def unpack(data: bytes) -> Frame:
    """What is no such frame comes out as it is, for whoever refuses it."""
    if data[TAKEN_MS.size : TAKEN_MS.size + len(JPEG_START)] != JPEG_START or data.startswith(JPEG_START):
        return Frame(None, data)
    return Frame(TAKEN_MS.unpack_from(data)[0], data[TAKEN_MS.size :])
