"""Rendered faces of any size anywhere in a picture, and how many of them are read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from emotion.values import Analysis, Signal
from worker.simulation.camera.portrait import (
    HEIGHT,
    LOOKS,
    WIDTH,
    Framing,
    Light,
    Portrait,
    Pose,
)

Pixels = NDArray[np.uint8]

HEIGHTS = (0.08, 0.10, 0.12, 0.15, 0.20, 0.25, 0.32, 0.40, 0.50, 0.65, 0.80)
KINDS = ("frontal", "turned", "lit")
QUALITY = 80
FRONTAL = Pose()
# Where a face looking ahead stands in a picture of zoom 1, from the forehead's edge to the chin, in pixels.
SEAT, FACE_MIDDLE, FACE_WIDTH, FACE_HEIGHT = (160.0, 164.0), (-0.9, -41.3), 92.5, 120.5
# Smaller ones are a whole picture made smaller: a face drawn small would be grainy.
DRAWN_FROM = 0.9


@dataclass(frozen=True, slots=True)
class Scene:
    """One face. `height` and its middle are fractions of the picture's height and sides."""

    height: float
    x: float
    y: float
    pose: Pose = FRONTAL
    light: Light | None = None
    look: int = 0
    seed: int = 0


class Reader(Protocol):
    def analyse(self, jpeg: bytes, signals: frozenset[Signal], /) -> Analysis: ...


def scenes(kind: str, *, each: int, heights: Sequence[float] = HEIGHTS, seed: int = 1) -> Iterator[Scene]:
    """`each` a height, all over the picture; faces are whole where they can be."""
    random = np.random.default_rng(seed)
    for height in heights:
        half = 0.55 * height * FACE_WIDTH / FACE_HEIGHT * HEIGHT / WIDTH
        for number in range(each):
            scene = Scene(
                height=height,
                x=random.uniform(half, 1 - half),
                y=random.uniform(min(0.55 * height, 0.5), max(1 - 0.55 * height, 0.5)),
                look=int(random.integers(len(LOOKS))),
                seed=number,
            )
            ahead = Pose(random.uniform(-8, 8), random.uniform(-8, 8), random.uniform(-5, 5))
            turned = Pose(random.uniform(-30, 30), random.uniform(-15, 12), random.uniform(-18, 18))
            light = Light(
                gain=random.uniform(0.35, 1.2),
                gamma=random.uniform(0.8, 1.4),
                side=random.uniform(-1, 1),
                noise=random.uniform(1, 4),
            )
            yield replace(
                scene, pose=turned if kind == "turned" else ahead, light=light if kind == "lit" else None
            )


def draw(scene: Scene) -> bytes:
    """The scene as a browser sends it: a JPEG of 320 x 240."""
    portrait, mirrored = _portrait(scene.look), LOOKS[scene.look].mirrored
    zoom, middle = scene.height * HEIGHT / FACE_HEIGHT, np.array(FACE_MIDDLE)
    if zoom >= DRAWN_FROM:
        place = np.array([1 - scene.x if mirrored else scene.x, scene.y]) * (WIDTH, HEIGHT)
        shift_x, shift_y = (place - zoom * middle - SEAT) / (WIDTH, HEIGHT)
        framing = Framing(-shift_x if mirrored else shift_x, shift_y, zoom)
        picture = portrait.render(scene.pose, framing=framing, light=scene.light, seed=scene.seed)
        return jpeg(picture)
    near = portrait.render(scene.pose, framing=Framing(), light=scene.light, seed=scene.seed)
    x, y = middle + SEAT
    room = portrait.empty(light=scene.light, seed=scene.seed)
    return jpeg(laid(near, (WIDTH - x if mirrored else x, y), zoom, room, scene.x, scene.y))


def laid(
    picture: Pixels, middle: tuple[float, float], scale: float, room: Pixels, x: float, y: float
) -> Pixels:
    """A picture laid into another one at this scale, its point `middle` at fractions (x, y) of that one."""
    height, width = room.shape[:2]
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    part = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=way)
    left, top = round(x * width - middle[0] * scale), round(y * height - middle[1] * scale)
    columns = slice(max(left, 0), min(left + part.shape[1], width))
    rows = slice(max(top, 0), min(top + part.shape[0], height))
    whole = room.copy()
    whole[rows, columns] = part[
        rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
    ]
    return whole


def is_read(analysis: Analysis, scene: Scene) -> bool:
    """Whether the face of the scene was found and read."""
    if analysis.box is None or analysis.attention is None:
        return False
    off_x = (analysis.box.left + analysis.box.width / 2 - scene.x) * WIDTH
    off_y = (analysis.box.top + analysis.box.height / 2 - scene.y) * HEIGHT
    return bool(np.hypot(off_x, off_y) < 0.5 * scene.height * HEIGHT)


def share_read(reader: Reader, given: Iterable[Scene]) -> Mapping[float, float]:
    """By height of the face."""
    read: dict[float, list[bool]] = {}
    for scene in given:
        analysis = reader.analyse(draw(scene), frozenset(Signal))
        read.setdefault(scene.height, []).append(is_read(analysis, scene))
    return {height: sum(each) / len(each) for height, each in read.items()}


def jpeg(picture: Pixels) -> bytes:
    bgr = np.ascontiguousarray(picture[..., ::-1])
    return cv2.imencode(".jpg", bgr, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))[1].tobytes()


@cache
def _portrait(look: int) -> Portrait:
    return Portrait(LOOKS[look])
