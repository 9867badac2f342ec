"""A picture as an iPhone stores it (HEIC), put together by hand: no encoder of it is among the tools."""

import tempfile
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tests.videos import Track, make_video


def heic(picture: NDArray[np.uint8]) -> bytes:
    """One picture, uint8 RGB, in a file of its own (ISO 23008-12)."""
    height, width = picture.shape[:2]
    with tempfile.TemporaryDirectory() as folder:
        path = make_video(Path(folder) / "a.mov", Track("libx265", [0, 0.1, 0.2], [picture], "yuv420p"))
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            settings = bytes(stream.codec_context.extradata or b"")
            data = bytes(next(container.demux(stream)))
    ftyp = _box(b"ftyp", b"heic", bytes(4), b"mif1heic")
    size = len(_meta(settings, width, height, 0, len(data)))
    place = len(ftyp) + size + 8
    return ftyp + _meta(settings, width, height, place, len(data)) + _box(b"mdat", data)


def _meta(settings: bytes, width: int, height: int, place: int, length: int) -> bytes:
    sizes = _full(b"ispe", _long(width), _long(height))
    properties = _box(b"ipco", _box(b"hvcC", settings), sizes)
    # One item with two properties, the first of which is needed to decode it.
    used = _full(b"ipma", _long(1), _short(1), bytes((2, 0x81, 0x02)))
    return _full(
        b"meta",
        _full(b"hdlr", bytes(4), b"pict", bytes(13)),
        _full(b"pitm", _short(1)),
        _full(b"iloc", b"\x44\x00", _short(1), _short(1), _short(0), _short(1), _long(place), _long(length)),
        _full(b"iinf", _short(1), _box(b"infe", b"\x02\0\0\0", _short(1), _short(0), b"hvc1\0")),
        _box(b"iprp", properties, used),
    )


def _box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return _long(8 + len(body)) + kind + body


def _full(kind: bytes, *content: bytes) -> bytes:
    return _box(kind, bytes(4), *content)


def _long(number: int) -> bytes:
    return number.to_bytes(4)


def _short(number: int) -> bytes:
    return number.to_bytes(2)
