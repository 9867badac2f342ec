"""A file of pictures: one, the pages of a document, or an animation, whose pictures have times."""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import numpy as np
import pi_heif
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from emotion.pictures.frames import EMPTY, Frame, Unreadable, too_large
from emotion.pictures.patience import sign_of_life
from emotion.pictures.pieces import composed, gif_pieces, gif_size, png_pieces
from emotion.pictures.psd import as_wide, high_bytes, is_deep
from emotion.pictures.sampling import Nothing, Periods, Wanted, at_moments
from emotion.pictures.viewed import as_viewed

# Of some damage Pillow would tell on the terminal, too.
logging.getLogger("PIL").setLevel(logging.CRITICAL)
Image.init()  # by itself Pillow loads readers when it needs them, and not where formats are named
pi_heif.register_heif_opener()
# Programs that draw keep the whole drawing in a picture's text; Pillow refuses more than a megabyte of it.
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY

MAX_BYTES = 200_000_000
DAMAGED = "the picture is damaged"
NO_PICTURE = "not a picture that can be read here, or its header is damaged"

ANIMATIONS = frozenset({"AVIF", "GIF", "PNG", "WEBP"})
DOCUMENTS = frozenset({"TIFF"})
"""Of other kinds with several pictures (a camera's MPO, HEIC) viewers show the first, or the main one."""

FORMATS = (
    *("AVIF", "BMP", "DIB", "GIF", "HEIF", "ICO", "JPEG", "JPEG2000", "PNG", "PPM", "PSD", "TGA"),
    *("TIFF", "WEBP"),
)
"""Pillow knows others, some of which start programs (EPS) or open files that they name."""

_ANOTHER_OF_THE_SAME = 0b101
_NEW_SUBFILE_TYPE = 254
_OF_ALL = ("icc_profile", "exif")
_TOO_SHORT_MS, _INSTEAD_MS = 10, 100
"""How browsers play an animation that asks for more pictures than a screen shows."""


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A file of pictures, not yet opened, and which of them to read: of an animation those that are wanted.

    `skip`: so many of its pictures were read before.
    """

    source: str
    path: Path
    wanted: Wanted
    skip: int = 0
    at_ms: None = None

    def open(self) -> Iterator[Frame | Unreadable]:
        """One outcome for each picture at least: what cannot be read says so."""
        return islice(self._outcomes(), self.skip, None)

    def _outcomes(self) -> Iterator[Frame | Unreadable]:
        try:
            content = _bytes_of(self.path)
            with _broken_as(DAMAGED), _opened(content) as picture:
                if picture.format in ANIMATIONS and getattr(picture, "is_animated", False):
                    yield from self._animated(_Animation(picture, content))
                elif picture.format in DOCUMENTS:
                    yield from self._pages(picture)
                elif picture.format == "GIF":
                    yield Frame(self.source, None, next(iter(_Animation(picture, content))).image)
                else:
                    yield Frame(self.source, None, _pixels(picture))
        except Broken as broken:
            yield Unreadable(self.source, None, str(broken))

    def _pages(self, picture: Image.Image) -> Iterator[Frame | Unreadable]:
        pages = _pages_of(picture)
        if len(pages) == 1:
            picture.seek(pages[0])
            yield Frame(self.source, None, _pixels(picture))
            return
        for number, place in enumerate(pages, 1):
            try:
                with _broken_as(DAMAGED):
                    picture.seek(place)
                yield Frame(self.source, None, _pixels(picture), number)
            except Broken as broken:
                yield Unreadable(self.source, None, str(broken), number)

    def _animated(self, pictures: "_Animation") -> Iterator[Frame | Unreadable]:
        try:
            for found in pictures.of(self.wanted):
                if isinstance(found, Nothing):
                    yield Unreadable(self.source, found.at_ms, found.words)
                else:
                    yield Frame(self.source, found.at_ms, found.image)
        except Broken as broken:
            yield Unreadable(self.source, pictures.at_ms, str(broken))


class Broken(Exception):
    """A picture that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    at_ms: int
    image: NDArray[np.uint8]


class _Animation:
    """The pictures of an animation, one after the other, each as whole as a viewer shows it.

    Attributes:
        at_ms: when the picture that was opened last is shown.
        end_ms: when the pictures that were opened so far end.
    """

    def __init__(self, picture: Image.Image, content: bytes) -> None:
        self._picture, self._content = picture, content
        self.at_ms = self.end_ms = 0

    def of(self, wanted: Wanted) -> Iterator[_Shown | Nothing]:
        if wanted.moments:
            return at_moments(self, wanted.moments, lambda: self.end_ms)
        periods = Periods(wanted.every_ms)
        return (shown for shown in self if periods.is_due(shown.at_ms))

    def __iter__(self) -> Iterator[_Shown]:
        with _broken_as(DAMAGED):
            pictures = self._pictures()
        while True:
            self.at_ms = self.end_ms
            sign_of_life()
            with _broken_as(DAMAGED):
                shown = next(pictures, None)
            if shown is None:
                return
            picture, duration_ms = shown
            image = _pixels(picture)
            self.end_ms += _INSTEAD_MS if round(duration_ms) <= _TOO_SHORT_MS else round(duration_ms)
            yield _Shown(self.at_ms, image)

    def _pictures(self) -> Iterator[tuple[Image.Image, float]]:
        """Each as a whole, with its duration."""
        kind = self._picture.format
        size = gif_size(self._content) if kind == "GIF" else self._picture.size
        if told := too_large(*size):
            raise Broken(told)
        if kind == "GIF":
            return composed(size, gif_pieces(self._content))
        if kind == "PNG":
            of_all = {key: self._picture.info[key] for key in _OF_ALL if key in self._picture.info}
            return composed(size, png_pieces(self._content), of_all)
        return self._sought()

    def _sought(self) -> Iterator[tuple[Image.Image, float]]:
        for number in range(getattr(self._picture, "n_frames", 1)):
            self._picture.seek(number)
            copy = self._picture.copy()  # which decodes it: only then its duration is known
            yield copy, float(self._picture.info.get("duration") or 0)


@contextmanager
def _broken_as(words: str) -> Iterator[None]:
    """Raises Broken for whatever Pillow's readers raise over damaged files, which is told nowhere."""
    try:
        yield
    except Broken:
        raise
    except Exception as error:
        raise Broken(words) from error


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    deep = is_deep(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _broken_as(NO_PICTURE):
            try:
                picture = Image.open(io.BytesIO(as_wide(content) if deep else content), formats=FORMATS)
            except Image.DecompressionBombError as error:
                raise Broken("the picture is too large") from error
        with picture:
            if deep and (told := too_large(picture.width // 2, picture.height)):
                raise Broken(told)
            yield high_bytes(picture) if deep else picture


def _pixels(picture: Image.Image) -> NDArray[np.uint8]:
    """As a viewer shows it. Raises Broken."""
    if told := too_large(*picture.size):
        raise Broken(told)
    with _broken_as(DAMAGED):
        return as_viewed(picture)


def _pages_of(picture: Image.Image) -> list[int]:
    """Places of the pages; smaller copies of another page and masks are none.

    One that cannot be read is a page. So is the place from which on nothing tells where the next ones are.
    """
    pages: list[int] = []
    for place in count():
        try:
            with _broken_as(DAMAGED):
                picture.seek(place)
        except Broken as broken:
            if isinstance(broken.__cause__, EOFError):
                break
        was_found = picture.tell() == place
        kind = getattr(picture, "tag_v2", {}).get(_NEW_SUBFILE_TYPE, 0) if was_found else 0
        if not kind & _ANOTHER_OF_THE_SAME:
            pages.append(place)
        if not was_found:
            break
    return pages or [0]


def _bytes_of(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if not size:
            raise Broken(EMPTY)
        if size > MAX_BYTES:
            raise Broken(f"the file has more than {MAX_BYTES // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise Broken(f"the file cannot be opened: {error.strerror}") from error
