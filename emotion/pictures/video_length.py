"""How long a WMV should be: FFmpeg does not tell where its size is not the one that its header names."""

import struct
from pathlib import Path

from emotion.pictures.joined import Part, PartFile

_HEADER = 1 << 16
_FILE_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_LENGTHS = struct.Struct("<QQQI")
"""With what comes before the first picture, in steps of 100 ns; for sending; that before, in ms; marks."""
_BEFORE_LENGTHS = 40
_IS_STREAM = 1
"""Nobody knew then how long it would be."""


def wmv_length_ms(path: Path, part: Part) -> int:
    """0 where its header says nothing. Raises OSError."""
    file = PartFile(path, part)
    try:
        header = file.read(_HEADER)
    finally:
        file.close()
    at = header.find(_FILE_PROPERTIES) + len(_FILE_PROPERTIES) + 8 + _BEFORE_LENGTHS
    if _FILE_PROPERTIES not in header or len(header) < at + _LENGTHS.size:
        return 0
    length, _, before_ms, marks = _LENGTHS.unpack_from(header, at)
    return 0 if marks & _IS_STREAM else max(length // 10_000 - before_ms, 0)
