"""Puts head, body and room together and takes the picture."""

import json
from functools import cache
from importlib import resources

import cv2
import numpy as np
from numpy.typing import NDArray

from worker.simulation.camera.portrait.mesh import LANDMARKS, PIVOT, Mesh, build_mesh
from worker.simulation.camera.portrait.raster import Floats, Ints, rasterise
from worker.simulation.camera.portrait.room import paint_room
from worker.simulation.camera.portrait.texture import (
    CAVITY,
    EYES_SHIFT,
    TEETH_SHIFT,
    Measures,
    Pixels,
    build_textures,
)
from worker.simulation.camera.portrait.values import FRONTAL, RELAXED, Expression, Framing, Light, Look, Pose
from worker.simulation.camera.portrait.warp import Warp

WIDTH, HEIGHT = 320, 240
DISTANCE = 420.0  # from the camera to the neck, in pixels of the photograph: about 65 cm
OWN_POSE = Pose(yaw=-0.7, pitch=-3.5, roll=2.8)  # how the person sat for the photograph
GAZE_STEP = 3.0
FACE_ROWS = slice(80, 180)
EYE_ROWS = slice(80, 120)
SEAT = (160.0, 164.0)  # where the neck's pivot is seen in a picture of zoom 1


class Portrait:
    """One simulated person. Rendering is a pure function of its arguments."""

    def __init__(self, look: Look) -> None:
        tables = _measured()
        self._look = look
        self._mesh = _mesh()
        self._textures = build_textures(tables, look)
        self._room = paint_room(look, WIDTH, HEIGHT)
        self._frontal = _frontal(self._mesh)
        self._warp = _warp()

    def render(
        self,
        pose: Pose = FRONTAL,
        expression: Expression = RELAXED,
        *,
        framing: Framing | None = None,
        light: Light | None = None,
        seed: int = 0,
    ) -> Pixels:
        """(240, 320, 3) RGB. `framing` and `light` replace the look's own; `seed` draws the noise."""
        framing, light = framing or self._look.framing, light or self._look.light
        mirror = -1.0 if self._look.mirrored else 1.0
        pose = Pose(pose.yaw * mirror, pose.pitch, pose.roll * mirror)
        seat = np.array([SEAT[0] + mirror * framing.shift_x * WIDTH, SEAT[1] + framing.shift_y * HEIGHT])
        picture = self._room.astype(np.float32)
        self._draw_body(picture, seat, framing.zoom)
        self._draw_head(picture, seat, framing.zoom, pose, expression, light.side * mirror)
        if self._look.mirrored:
            picture = picture[:, ::-1]
        return _exposed(picture, light, seed)

    def empty(self, *, light: Light | None = None, seed: int = 0) -> Pixels:
        """The room after the person left."""
        picture = self._room.astype(np.float32)
        return _exposed(picture[:, ::-1] if self._look.mirrored else picture, light or self._look.light, seed)

    def _draw_body(self, picture: Floats, seat: Floats, zoom: float) -> None:
        place = np.array([[zoom, 0, seat[0] - zoom * PIVOT[0]], [0, zoom, seat[1] - zoom * PIVOT[1]]])
        body = cv2.warpAffine(self._textures.body, place, (WIDTH, HEIGHT))
        mask = cv2.warpAffine(self._textures.body_mask, place, (WIDTH, HEIGHT))[..., None]
        picture += (body - picture) * mask

    def _draw_head(
        self, picture: Floats, seat: Floats, zoom: float, pose: Pose, expression: Expression, side: float
    ) -> None:
        mesh = self._mesh
        turned, normals = self._turned(pose, expression)
        scale = zoom * DISTANCE / (DISTANCE + turned[:, 2:])
        screen = (seat + scale * turned[:, :2]).astype(np.float32)
        shade = mesh.tone[:, None] * (1 + 0.45 * side * normals[:, :1] - 0.1 * abs(side))
        texture, order = _places(mesh, expression), _back_to_front(mesh, turned)
        attributes = np.concatenate([texture, shade], axis=1).astype(np.float32)
        seen, covered = rasterise(screen, order, attributes, WIDTH, HEIGHT)
        if not covered.any():
            return
        part = _around(covered)
        colours = self._colours(expression, seen[part])
        _lay_over(picture[part], np.clip(colours * seen[part][..., 2:], 0, 255), covered[part])

    def _turned(self, pose: Pose, expression: Expression) -> tuple[Floats, Floats]:
        """Vertices around the pivot and normals, after warp and rotation."""
        mesh, moved = self._mesh, self._frontal.copy()
        shift = self._warp.displacements(expression)
        moved[:LANDMARKS, :2] += shift
        moved[mesh.mouth_of[:, 0], :2] += shift[mesh.mouth_of[:, 1]]
        moved[mesh.eyeball_of[:, 0], :2] += self._warp.eyeballs(expression)[mesh.eyeball_of[:, 1]]
        moved[:, 0] *= self._look.width
        rotation = _rotation(pose)
        follows = mesh.follows[:, None]
        still = (mesh.vertices - PIVOT) * (self._look.width, 1, 1)
        turned: Floats = follows * (moved @ rotation.T) + (1 - follows) * still
        return turned, mesh.normals @ rotation.T

    def _colours(self, expression: Expression, seen: Floats) -> Floats:
        smile, shut = np.clip([expression.smile, 1.5 * expression.eyelids], 0, 1)
        texture = cv2.addWeighted(self._textures.smiling, smile, self._textures.relaxed, 1 - smile, 0)
        if shut > 0:
            share = shut * self._textures.lids_mask[EYE_ROWS, :, None]
            texture[EYE_ROWS] = texture[EYE_ROWS] * (1 - share) + self._textures.lids[EYE_ROWS] * share
        if expression.furrow > 0:
            kept = 1 - expression.furrow * self._textures.furrows[FACE_ROWS, :, None]
            texture[FACE_ROWS] = texture[FACE_ROWS] * np.maximum(kept, 0)
        return cv2.remap(texture, seen[..., 0], seen[..., 1], cv2.INTER_CUBIC).astype(np.float32)


@cache
def _measured() -> Measures:
    tables = json.loads((resources.files("worker.simulation.camera.portrait") / "portrait.json").read_text())
    return Measures(**{name: np.array(rows, dtype=np.float32) for name, rows in tables.items()})


@cache
def _mesh() -> Mesh:
    return build_mesh(_measured().landmarks, _measured().head)


@cache
def _warp() -> Warp:
    return Warp(_frontal(_mesh())[:LANDMARKS])


def _frontal(mesh: Mesh) -> Floats:
    """Vertices around the pivot with the person's own pose taken away."""
    frontal: Floats = ((mesh.vertices - PIVOT) @ _rotation(OWN_POSE)).astype(np.float32)
    return frontal


def _rotation(pose: Pose) -> Floats:
    """Rolled, then pitched, then turned; columns act on (x right, y down, z away)."""
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    turn = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    nod = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    tilt = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    rotation: Floats = (turn @ nod @ tilt).astype(np.float32)
    return rotation


def _back_to_front(mesh: Mesh, turned: Floats) -> Ints:
    layers = (mesh.neck, mesh.back, mesh.mouth, mesh.eyeballs, mesh.skin)
    depths = (turned[layer, 2].mean(axis=1) for layer in layers)
    return np.concatenate([layer[np.argsort(-depth)] for layer, depth in zip(layers, depths, strict=True)])


def _places(mesh: Mesh, expression: Expression) -> Floats:
    """Texture places: sliding under the lids for the gaze; an open mouth shows teeth or is dark."""
    texture, inside = mesh.texture.copy(), mesh.mouth_of[:, 0]
    gaze = np.array([-expression.gaze_x, expression.gaze_y], dtype=np.float32)
    texture[mesh.eyeball_of[:, 0]] += np.array(EYES_SHIFT, dtype=np.float32) + GAZE_STEP * gaze
    if expression.teeth or expression.smile > 0.2:
        texture[inside] += np.array(TEETH_SHIFT, dtype=np.float32)
        return texture
    low, high = texture[inside].min(axis=0), texture[inside].max(axis=0)
    left, top, width, height = CAVITY
    texture[inside] = (texture[inside] - low) / (high - low) * (width, height) + (left, top)
    return texture


def _around(covered: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Rows and columns that hold the covered pixels, with one pixel around them."""
    rows, columns = (np.flatnonzero(covered.any(axis=axis)) for axis in (1, 0))
    return slice(max(rows[0] - 1, 0), rows[-1] + 2), slice(max(columns[0] - 1, 0), columns[-1] + 2)


def _lay_over(picture: Floats, colours: Floats, covered: NDArray[np.bool_]) -> None:
    """Draw the covered pixels over the picture, the outermost ones softly."""
    share = covered.astype(np.float32)
    soft = cv2.GaussianBlur(share, (3, 3), 0)[..., None]
    blurred = cv2.GaussianBlur(colours * share[..., None], (3, 3), 0)
    picture[:] = np.where(soft < 1, picture * (1 - soft) + blurred, colours)


def _exposed(picture: Floats, light: Light, seed: int) -> Pixels:
    warm = np.array([1 + 0.08 * light.warmth, 1.0, 1 - 0.08 * light.warmth])
    curve = 255 * np.linspace(0, 1, 256)[:, None] ** light.gamma * light.gain * warm
    bright = cv2.LUT(picture.astype(np.uint8), curve.astype(np.float32)[None])
    noise = np.random.default_rng(seed).standard_normal((HEIGHT, WIDTH), dtype=np.float32)
    exposed: Pixels = np.clip(bright + light.noise * noise[..., None], 0, 255).astype(np.uint8)
    return exposed
