"""Where recordings begin that stand one after the other in one file, as `cat` leaves them, of whatever kinds.

Players stop after the first without a word, or play the second by the first one's header. Within a transport
or program stream nothing needs to be looked for: its pictures go on, with stamps that start again.
"""

import io
import mmap
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_HEAD = 512
"""Enough of a piece to tell what it is, and how long."""

_BOX, _LONG_BOX = 8, 16
_EBML, _SEGMENT, _CLUSTER = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67", b"\x1f\x43\xb6\x75"
_EBML_HEADER = 64
_IN_SEGMENTS = frozenset(
    {
        *(
            _SEGMENT,
            _CLUSTER,
            b"\x11\x4d\x9b\x74",
            b"\x15\x49\xa9\x66",
            b"\x16\x54\xae\x6b",
            b"\xec",
            b"\xbf",
        ),
        *(b"\x1c\x53\xbb\x6b", b"\x19\x41\xa4\x69", b"\x10\x43\xa7\x70", b"\x12\x54\xc3\x67"),
        *(b"\xe7", b"\xa3", b"\xa0", b"\xab", b"\xa7", b"\x58\x54", b"\xaf"),  # of a cluster without a length
    }
)
_FLV_TAG, _FLV_TAGS = 11, {8, 9, 18}
_ASF, _ASF_OBJECT = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", 24
_ASF_OBJECTS = frozenset(
    {
        *(_ASF[:4], b"\x36\x26\xb2\x75", b"\x90\x08\0\x33", b"\xd3\x29\xe2\xd6"),
        *(b"\xf8\x03\xb1\xfe", b"\xd0\x3f\xb7\x3c"),
    }
)
_FIRST_PAGE = 2
_PACK, _SYSTEM, _END = b"\0\0\x01\xba", 0xBB, b"\0\0\x01\xb9"
_SYNC, _PACKETS = 0x47, ((0, 188), (4, 192))
"""Where a transport stream's packets begin, and how long they are; a camcorder's have four bytes more."""
_TO_BE_SURE, _AT_ONCE = 3, 4096

Walk = tuple[list[int], int]
"""Where recordings of one kind begin that follow each other, and where that kind ends."""


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes of one recording in a file; None where it ends with the file."""

    start: int = 0
    end: int | None = None


def parts_of(path: Path) -> list[Part]:
    """In their order; raises OSError."""
    with path.open("rb", buffering=0) as file:
        starts = _starts(file, file.seek(0, os.SEEK_END)) or [0]
    ends: list[int | None] = [*starts[1:], None]
    return [Part(start, end) for start, end in zip([0, *starts[1:]], ends, strict=True)]


def lacks_index(path: Path, part: Part) -> bool:
    """Whether it is an MP4 whose list of pictures is missing, which is written last. Raises OSError."""
    with path.open("rb", buffering=0) as file:
        size = part.end or file.seek(0, os.SEEK_END)
        kinds = {kind for _, _, kind in _boxes(file, part.start, size)}
    return b"ftyp" in kinds and b"moov" not in kinds


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
        # Damaged headers name places that no file has.
        place = min(max(base + offset, 0), self._length)
        return self._file.seek(self._start + place) - self._start

    def tell(self) -> int:
        return self._file.tell() - self._start

    def close(self) -> None:
        self._file.close()
        super().close()


def _starts(file: BinaryIO, size: int) -> list[int]:
    """Of one kind after the other: where one ends that is known, another may begin."""
    starts: list[int] = []
    place = 0
    while place < size:
        walks = (walk(file, place, size) for walk in _WALKS)
        found, place = next((walked for walked in walks if walked[0]), ([], size))
        starts += found
    return starts


def _at(file: BinaryIO, place: int, length: int) -> bytes:
    file.seek(place)
    return file.read(length)


def _mp4(file: BinaryIO, place: int, size: int) -> Walk:
    """A recording is a file type box with the movie box that follows it somewhere."""
    starts: list[int] = []
    begun: int | None = None
    end = place
    for at, length, kind in _boxes(file, place, size):
        if kind == b"ftyp":
            begun = at
        elif kind == b"moov" and begun is not None:
            starts.append(begun)
            begun = None
        end = at + length
    if starts and begun is not None:  # it was cut off before its movie box, which is to be said
        starts.append(begun)
    return starts, end


def _boxes(file: BinaryIO, place: int, size: int) -> Iterator[tuple[int, int, bytes]]:
    """Where each begins, its length and its kind; up to what is no box."""
    while place + _BOX <= size:
        header = _at(file, place, _LONG_BOX)
        length, kind = int.from_bytes(header[:4]), header[4:8]
        if length == 1:
            length = int.from_bytes(header[8:16])
        if length < _BOX or not (kind.isascii() and kind.decode("ascii").isprintable()):
            return
        yield place, length, kind
        place += length


def _pieces(
    begins: Callable[[bytes], bool],
    length_of: Callable[[bytes], int],
    *,
    goes_on: bool = False,
    begins_often: bool = False,
) -> Callable[[BinaryIO, int, int], Walk]:
    """Through a kind of file that is made of pieces.

    Args:
        begins: whether a recording begins with this piece.
        length_of: how long a piece is that begins so; 0 where it is none.
        goes_on: what begins after the first belongs to it.
        begins_often: what begins right after another beginning belongs to it.
    """

    def walk(file: BinaryIO, place: int, size: int) -> Walk:
        starts: list[int] = []
        was_start = False
        while place < size:
            head = _at(file, place, _HEAD)
            is_start, length = begins(head), length_of(head)
            if not length or not (is_start or starts):
                break
            if is_start and not (goes_on and starts) and not (begins_often and was_start):
                starts.append(place)
            was_start = is_start
            place += length
        return starts, place

    return walk


def _is_avi(head: bytes) -> bool:
    return head.startswith(b"RIFF") and head[8:12] == b"AVI "


def _avi_length(head: bytes) -> int:
    """A long AVI goes on in chunks of another name."""
    length = int.from_bytes(head[4:8], "little") if head.startswith(b"RIFF") else 0
    return length and 8 + length + length % 2


def _flv_length(head: bytes) -> int:
    """A header, then tags; after each its length."""
    if head.startswith(b"FLV"):
        return int.from_bytes(head[5:9]) + 4
    return _FLV_TAG + int.from_bytes(head[1:4]) + 4 if head[0] in _FLV_TAGS else 0


def _wmv_length(head: bytes) -> int:
    length = int.from_bytes(head[16:24], "little") if head[:4] in _ASF_OBJECTS else 0
    return length if length >= _ASF_OBJECT else 0


def _program_length(head: bytes) -> int:
    """A pack's header, or a packet."""
    if head.startswith(_PACK) and len(head) > 13:
        return 14 + head[13] % 8 if head[4] >> 6 == 1 else 12
    if head.startswith(_END):
        return len(_END)
    return 6 + int.from_bytes(head[4:6]) if head.startswith(_PACK[:3]) and head[3] >= _SYSTEM else 0


def _is_ogg(head: bytes) -> bool:
    """The first page of a track; those of all tracks come first."""
    return head.startswith(b"OggS") and bool(head[5] & _FIRST_PAGE)


def _ogg_length(head: bytes) -> int:
    count = head[26] if head.startswith(b"OggS") and len(head) > 26 else 0
    return count and 27 + count + sum(head[27 : 27 + count])


def _is_webm(head: bytes) -> bool:
    return head.startswith(_EBML) and any(name in head[:_EBML_HEADER] for name in (b"webm", b"matroska"))


def _webm_length(head: bytes) -> int:
    """A segment and its clusters need not say how long they are: their pieces are counted one by one."""
    name = head[: 9 - head[0].bit_length()]
    if name not in _IN_SEGMENTS and name != _EBML:
        return 0
    at = len(name)
    width = 9 - int.from_bytes(head[at : at + 1]).bit_length()
    unknown = (1 << 7 * width) - 1
    length = int.from_bytes(head[at : at + width]) & unknown
    if length != unknown:
        return at + width + length
    return at + width if name in {_SEGMENT, _CLUSTER} else 0


_walk_webm = _pieces(_is_webm, _webm_length)


def _webm(file: BinaryIO, place: int, size: int) -> Walk:
    """Where the pieces are damaged, on from the next header, unless another kind begins there."""
    starts, end = _walk_webm(file, place, size)
    while starts and end < size and not any(walk(file, end, size)[0] for walk in _WALKS if walk is not _webm):
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            end = content.find(_EBML, end)
        if end < 0:
            return starts, size
        more, end = _walk_webm(file, end, size)
        starts += more
        end += not more
    return starts, end


def _transport(file: BinaryIO, place: int, size: int) -> Walk:
    """Up to the first packet that is none, where another kind of recording may begin."""
    for first, step in _PACKETS:
        ends = range(place + first, size, step)
        if len(ends) < _TO_BE_SURE or not all(_is_packet(file, at) for at in ends[:_TO_BE_SURE]):
            continue
        if all(_is_packet(file, at) for at in ends[-_TO_BE_SURE:]):
            return [place], size
        while place < size:
            packets = _at(file, place, step * _AT_ONCE)
            syncs = packets[first::step]
            whole = len(syncs) - len(syncs.lstrip(bytes([_SYNC])))
            place += step * whole
            if whole < _AT_ONCE:
                break
        return [ends.start - first], place
    return [], place


def _is_packet(file: BinaryIO, place: int) -> bool:
    return _at(file, place, 1) == bytes([_SYNC])


_WALKS = (
    _mp4,
    _pieces(_is_avi, _avi_length),
    _webm,
    _pieces(lambda head: head.startswith(b"FLV"), _flv_length),
    _pieces(lambda head: head.startswith(_ASF), _wmv_length),
    _pieces(lambda head: head.startswith(_PACK), _program_length, goes_on=True),
    _pieces(_is_ogg, _ogg_length, begins_often=True),
    _transport,
)
