"""What a file is: told by its first bytes, and where those say nothing by its name."""

import re
from enum import Enum
from pathlib import Path

PICTURES = frozenset(
    {".apng", ".avif", ".avifs", ".bmp", ".dib", ".gif", ".heic", ".heics", ".heif", ".hif", ".ico", ".j2k"}
    | {".jfif", ".jp2", ".jpe", ".jpeg", ".jpg", ".mpo", ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".psd"}
    | {".tga", ".tif", ".tiff", ".webp"}
)
# Not .ts: most of those are programs, and a recording of that name is told by its bytes.
RECORDINGS = frozenset(
    {".3g2", ".3gp", ".asf", ".avi", ".divx", ".dv", ".f4v", ".flv", ".m2ts", ".m2v", ".m4v"}
    | {
        ".mjpeg",
        ".mjpg",
        ".mkv",
        ".mov",
        ".mp4",
        ".mpeg",
        ".mpg",
        ".mts",
        ".mxf",
        ".ogm",
        ".ogv",
        ".qt",
        ".vob",
        ".webm",
    }
    | {".wmv"}
)
OTHERS = frozenset(
    # Photographs as a sensor saw them look like TIFF, recordings of sound like those of pictures.
    {".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".iiq", ".nef", ".nrw", ".orf", ".pef", ".raf"}
    | {".rw2", ".sr2", ".srw", ".x3f"}
    | {".aac", ".aiff", ".flac", ".m4a", ".m4b", ".mka", ".mp3", ".oga", ".ogg", ".opus", ".wav", ".weba"}
    | {".wma"}
)
"""Kinds that are neither, whatever their first bytes look like."""

_JPEGS = frozenset({".mjpeg", ".mjpg"})
_JPEG = b"\xff\xd8\xff"
"""Of a recording that is one such picture after the other, and begins as one does."""

ENOUGH = 400
_SYNC, _STEPS = 0x47, ((0, 188), (4, 196))
"""Where a transport stream's packets begin, those of a camcorder after four bytes of their own."""
_PICTURE_STARTS = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|II[*+]\0|MM\0[*+]|RIFF....WEBP|BM....\0\0\0\0"
    rb"|....ftyp(?:heic|heix|heim|heis|hevc|hevx|mif1|msf1|avif|avis)|8BPS|\0\0\0\x0cjP  |\xff\x4f\xff\x51",
    re.DOTALL,
)
_RECORDING_STARTS = re.compile(
    rb"\x1aE\xdf\xa3|RIFF....AVI |....(?:ftyp(?!M4[AB] )|moov|wide)|\0...(?:free|mdat|pnot|skip)"
    rb"|\x30\x26\xb2\x75\x8e\x66\xcf\x11|FLV\x01|\0\0\x01[\xba\xb3]",
    re.DOTALL,
)


class Kind(Enum):
    PICTURE = "picture"
    RECORDING = "recording"


def kind_of(path: Path) -> Kind | None:
    """None for whatever is neither. A file that may not be opened is what its name says."""
    suffix = path.suffix.lower()
    if suffix in OTHERS:
        return None
    start = _start(path)
    if suffix in _JPEGS and start.startswith(_JPEG):
        return Kind.RECORDING
    for kind, starts in ((Kind.PICTURE, _PICTURE_STARTS), (Kind.RECORDING, _RECORDING_STARTS)):
        if starts.match(start):
            return kind
    if any(len(start) > second and start[first] == start[second] == _SYNC for first, second in _STEPS):
        return Kind.RECORDING
    if suffix in PICTURES:
        return Kind.PICTURE
    return Kind.RECORDING if suffix in RECORDINGS else None


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(ENOUGH)
    except OSError:
        return b""
