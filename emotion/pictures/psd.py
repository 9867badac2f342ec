"""Photoshop's files with 16 bits, which Pillow reads as pictures with eight and of twice the width."""

import struct

from PIL import Image

_HEADER = struct.Struct(">4sH6xHIIHH")
_WIDTH_AND_DEPTH = struct.Struct(">IH")
_AT = 18


def is_deep(content: bytes) -> bool:
    """Whether it is such a file."""
    if len(content) < _HEADER.size:
        return False
    signature, version, _, _, _, depth, _ = _HEADER.unpack_from(content)
    return (signature, version, depth) == (b"8BPS", 1, 16)


def as_wide(content: bytes) -> bytes:
    """The same with eight bits and twice the width: each pixel's high byte, then its low one."""
    width, _ = _WIDTH_AND_DEPTH.unpack_from(content, _AT)
    return content[:_AT] + _WIDTH_AND_DEPTH.pack(2 * width, 8) + content[_AT + _WIDTH_AND_DEPTH.size :]


def high_bytes(picture: Image.Image) -> Image.Image:
    """Every second pixel."""
    size = picture.width // 2, picture.height
    return picture.transform(size, Image.Transform.AFFINE, (2, 0, -0.5, 0, 1, 0))
