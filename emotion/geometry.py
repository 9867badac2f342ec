"""How a face is found, framed and measured: every number of it, from `geometry.json`.

The numbers stand in a file of their own because another language will read them too. Pure: nothing heavy
is loaded here.
"""

from dataclasses import dataclass
from importlib import resources

import msgspec


@dataclass(frozen=True, slots=True)
class Anchors:
    """A layer of the finder's answers: one place every `stride` pixels, `each` answers a place."""

    stride: int
    each: int


@dataclass(frozen=True, slots=True)
class Tiles:
    """Squares in which small faces are looked for: their `side` in shorter sides of the picture, the `step`
    from one to the next in their own sides, and the score from which on a face is found in them."""

    side: float
    step: float
    found_from: float


@dataclass(frozen=True, slots=True)
class Finder:
    """The network that finds faces, in a picture fitted into a square of `side` pixels.

    Attributes:
        overlap: what two answers share of their union where they are one face.
        found_from: the score from which on a face is found.
        most: faces that are counted.
        second_look: side of the square in which a face is looked at again, in sizes of its box.
    """

    side: int
    anchors: tuple[Anchors, ...]
    overlap: float
    found_from: float
    most: int
    tiles: Tiles
    second_look: float


@dataclass(frozen=True, slots=True)
class Laying:
    """How the square that the landmarks are read in is laid.

    Attributes:
        eyes: the landmarks whose line is level in it.
        size: its side, in longer sides of the box around finding or landmarks.
        wider: larger sides that are tried where nothing can be read.
        fresh_ms: how long after a look of the finder the square of the last snapshot is trusted.
    """

    eyes: tuple[int, int]
    size: float
    wider: tuple[float, ...]
    fresh_ms: int


@dataclass(frozen=True, slots=True)
class Landmarks:
    """The network that lays 478 landmarks, in a square of `side` pixels; believed from this score on."""

    side: int
    readable_from: float


@dataclass(frozen=True, slots=True)
class Settled:
    """When a square fits its landmarks, so that they need not be read again: at most so many degrees, sides
    and times of its side off. After so many `reads` it is left as it is."""

    turn: float
    shift: float
    growth: float
    reads: int


@dataclass(frozen=True, slots=True)
class Steady:
    """Of a face found with a score below `sure_from`, or read with one below `sure_presence`, the square is
    turned by so many degrees and read again: the median landmark of a face moves by less than `shift` of the
    face's width."""

    sure_from: float
    sure_presence: float
    turn: float
    shift: float


@dataclass(frozen=True, slots=True)
class Camera:
    """What the camera is taken to be: vertical field of view in degrees, distance of its near plane."""

    field_of_view: float
    near: float


@dataclass(frozen=True, slots=True)
class CanonicalPoint:
    """A landmark on the canonical face, in centimetres (x right, y up, z towards the viewer)."""

    landmark: int
    weight: float
    at: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Blendshapes:
    """The landmarks that the network of blendshapes reads, and the names of its answers."""

    landmarks: tuple[int, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Geometry:
    """The whole file; `source` says where its numbers come from."""

    source: str
    finder: Finder
    region: Laying
    landmarks: Landmarks
    settled: Settled
    steady: Steady
    camera: Camera
    canonical: tuple[CanonicalPoint, ...]
    blendshapes: Blendshapes


GEOMETRY = msgspec.json.decode((resources.files("emotion") / "geometry.json").read_bytes(), type=Geometry)
