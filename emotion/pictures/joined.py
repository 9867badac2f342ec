"""Where recordings begin that stand one after the other in one file, as `cat` leaves them.

Players stop after the first without a word, or play the second by the first one's header. In a transport
stream nothing needs to be looked for: its pictures go on, with stamps that start again.
"""

import io
import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_HEADER, _LONG = 8, 16
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_EBML_HEADER = 64
_TAG, _TAGS = 11, {8, 9, 18}
_OBJECT, _ASF = 24, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes of one recording in a file; None where it ends with the file."""

    start: int = 0
    end: int | None = None


def parts_of(path: Path) -> list[Part]:
    """In their order; raises OSError."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        starts = next((starts for of in _KINDS if (starts := of(file, size))), [0])
    ends: list[int | None] = [*starts[1:], None]
    return [Part(start, end) for start, end in zip(starts, ends, strict=True)]


class PartFile(io.RawIOBase):
    """One part as a file of its own, by whatever name: nobody takes it for an address or a pattern."""

    def __init__(self, path: Path, part: Part) -> None:
        self._file = path.open("rb", buffering=0)
        self._start = part.start
        self._length = (part.end or self._file.seek(0, os.SEEK_END)) - part.start
        self._file.seek(part.start)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        left = max(self._length - self.tell(), 0)
        return self._file.read(left if size < 0 else min(size, left))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: self._length}[whence]
        return self._file.seek(self._start + max(base + offset, 0)) - self._start

    def tell(self) -> int:
        return self._file.tell() - self._start

    def close(self) -> None:
        self._file.close()
        super().close()


def _of_mp4(file: BinaryIO, size: int) -> list[int]:
    """A recording is a file type box with the movie box that follows it somewhere."""
    starts: list[int] = []
    begun: int | None = None
    for place, kind in _boxes(file, size):
        if kind == b"ftyp":
            begun = place
        elif kind == b"moov" and begun is not None:
            starts.append(begun if starts else 0)
            begun = None
    return starts


def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + _HEADER <= size:
        file.seek(place)
        header = file.read(_LONG)
        length, kind = int.from_bytes(header[:4]), header[4:8]
        if length == 1:
            length = int.from_bytes(header[8:16])
        if length < _HEADER or not kind.isascii():
            return
        yield place, kind
        place += length


def _of_avi(file: BinaryIO, size: int) -> list[int]:
    """A long AVI goes on in chunks of another name; one of the first's name begins another recording."""
    starts: list[int] = []
    place = 0
    while place + _HEADER + 4 <= size:
        file.seek(place)
        header = file.read(_HEADER + 4)
        length = int.from_bytes(header[4:8], "little")
        if not header.startswith(b"RIFF") or not length:
            break
        if header.endswith(b"AVI "):
            starts.append(place)
        place += _HEADER + length + length % 2
    return starts


def _of_flv(file: BinaryIO, size: int) -> list[int]:
    """A header, then tags, after each its length; a header in the place of a tag begins another recording."""
    starts: list[int] = []
    place = 0
    while place + _TAG <= size:
        file.seek(place)
        header = file.read(_TAG)
        if header.startswith(b"FLV"):
            starts.append(place)
            place += int.from_bytes(header[5:9]) + 4
        elif starts and header[0] in _TAGS:
            place += _TAG + int.from_bytes(header[1:4]) + 4
        else:
            break
    return starts


def _of_wmv(file: BinaryIO, size: int) -> list[int]:
    """Objects, each with its length; a header object begins a recording."""
    starts: list[int] = []
    place, length = 0, _OBJECT
    while place + _OBJECT <= size and length >= _OBJECT:
        file.seek(place)
        header = file.read(_OBJECT)
        if header.startswith(_ASF):
            starts.append(place)
        elif not starts:
            break
        length = int.from_bytes(header[16:], "little")
        place += length
    return starts


def _of_webm(file: BinaryIO, size: int) -> list[int]:
    """A recording is a header with the segment after it, whose length need not be known."""
    file.seek(0)
    if file.read(len(_EBML)) != _EBML:
        return []
    starts: list[int] = []
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        place = 0
        while place >= 0:
            header = content[place : place + _EBML_HEADER]
            if b"webm" in header or b"matroska" in header:
                starts.append(place)
            place = content.find(_EBML, min(_segment_end(content, place), size))
    return starts or [0]


def _segment_end(content: mmap.mmap, place: int) -> int:
    """Where the segment ends that begins soon after a place; if that is not told, right after that place."""
    begun = content.find(_SEGMENT, place, place + _EBML_HEADER)
    if begun >= 0:
        at = begun + len(_SEGMENT)
        width = 9 - content[at].bit_length()
        number = int.from_bytes(content[at : at + width])
        length = number & ((1 << 7 * width) - 1)
        if width <= 8 and length != (1 << 7 * width) - 1:
            return at + width + length
    return place + len(_EBML)


_KINDS = (_of_mp4, _of_avi, _of_webm, _of_flv, _of_wmv)
