"""What is read faces in, or why there is nothing to read.

Something is opened in two steps. A `Unit` says what is to be read and is cheap to send to another process;
`Unit.open` gives the pixels, or says why there are none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

MAX_PIXELS = 80_000_000
MAX_SIDE = 20_000
EMPTY = "the file is empty"


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture to read faces in.

    Attributes:
        source: the file, as the command named it.
        at_ms: when a recording shows it; None for a picture that stands by itself.
        image: uint8 RGB of shape (height, width, 3), upright.
        page: of a document with several pages, from 1; None for everything else.
    """

    source: str
    at_ms: int | None
    image: NDArray[np.uint8]
    page: int | None = None

    def open(self) -> "Iterator[Frame | Unreadable]":
        yield self


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or a moment or page of one, without pixels; `error` says why in a few words."""

    source: str
    at_ms: int | None
    error: str
    page: int | None = None

    def open(self) -> "Iterator[Frame | Unreadable]":
        yield self


class Unit(Protocol):
    """What one worker reads in one go: a `Frame` that is decoded already, or how to come by some."""

    @property
    def source(self) -> str: ...

    @property
    def at_ms(self) -> int | None: ...

    def open(self) -> Iterator[Frame | Unreadable]: ...


def too_large(width: int, height: int) -> str:
    """Why a picture of this size is not unfolded, else nothing: a small file may hold more than a machine."""
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        return f"the picture is too large: {width} x {height}"
    return ""
