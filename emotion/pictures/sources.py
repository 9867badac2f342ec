"""From the paths of a command to the pictures to read: files, folders, and what each of them holds.

A picture is opened in two steps. A `Unit` says what is to be read and is cheap to send to another
process; `Unit.open` gives the pixels, or says why there are none.
"""

import io
import os
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emotion.pictures.errors import SourceError

PICTURES = frozenset({".bmp", ".jfif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
RECORDINGS = frozenset(
    {".3gp", ".avi", ".gif", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".ogv", ".webm", ".wmv"}
)

MAX_BYTES = 200_000_000
MAX_PIXELS = 80_000_000
MAX_SIDE = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture to read faces in.

    Attributes:
        source: the file, as the command named it.
        at_ms: when a recording shows it; None for a picture that stands by itself.
        image: uint8 RGB of shape (height, width, 3), upright.
    """

    source: str
    at_ms: int | None
    image: NDArray[np.uint8]

    def open(self) -> "Frame":
        return self


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or a moment of one, without pixels; `error` says why in a few words."""

    source: str
    at_ms: int | None
    error: str

    def open(self) -> "Unreadable":
        return self


@dataclass(frozen=True, slots=True)
class Still:
    """A picture file, not yet opened."""

    source: str
    path: Path
    at_ms: None = None

    def open(self) -> Frame | Unreadable:
        try:
            return Frame(self.source, None, _decoded(_bytes_of(self.path)))
        except _Broken as broken:
            return Unreadable(self.source, None, str(broken))


class Unit(Protocol):
    """What one worker reads in one go: a `Frame` that is decoded already, or how to come by one."""

    @property
    def source(self) -> str: ...

    @property
    def at_ms(self) -> int | None: ...

    def open(self) -> Frame | Unreadable: ...


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read. `name` is how the tables call it, unlike every other one's."""

    name: str
    path: Path

    @property
    def is_recording(self) -> bool:
        return _kind(self.path) in RECORDINGS


def gather(paths: Iterable[Path]) -> tuple[Source, ...]:
    """The files that the paths name, folders searched through in sorted order; each file once.

    Raises:
        SourceError: no such path, a file that is no picture or recording by its name, a folder without any.
    """
    found: dict[Path, Source] = {}
    for path in paths:
        for file in _files(path):
            found.setdefault(file.resolve(), Source(_name(file), file))
    return tuple(found.values())


class _Broken(Exception):
    pass


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise SourceError(f"no such file or folder: {path}")
    if not path.is_dir():
        if _kind(path) not in PICTURES | RECORDINGS:
            known = " ".join(sorted(PICTURES | RECORDINGS))
            raise SourceError(f"{path} is no picture or recording by its name; known are {known}")
        return [path]
    files = [file for file in _below(path) if _kind(file) in PICTURES | RECORDINGS]
    if not files:
        raise SourceError(f"there is no picture or recording in the folder {path}")
    return files


def _below(folder: Path) -> Iterator[Path]:
    """The files of a folder and its folders, hidden ones left out; the same order on every machine."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _below(Path(entry.path))
        elif entry.is_file():
            yield Path(entry.path)


def _kind(path: Path) -> str:
    return path.suffix.lower()


def _name(path: Path) -> str:
    """The path as text that any table can hold, whatever bytes its name is made of."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _Broken(f"the file has more than {MAX_BYTES // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise _Broken(f"the file cannot be opened: {error.strerror}") from error


def _decoded(content: bytes) -> NDArray[np.uint8]:
    width, height = _size(content)
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise _Broken(f"the picture is too large: {width} x {height}")
    try:
        # Turned upright as its metadata asks; a file that is cut off gives nothing.
        image = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error:
        image = None
    if image is None:
        raise _Broken("the picture is damaged")
    return np.ascontiguousarray(image, dtype=np.uint8)


def _size(content: bytes) -> tuple[int, int]:
    """Width and height from the header: a small file may unfold to more than the machine holds."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content)) as picture:
                return picture.size
    except Image.DecompressionBombError as error:
        raise _Broken("the picture is too large") from error
    except (OSError, ValueError) as error:
        raise _Broken("not a picture, or its header is damaged") from error
