"""The head as a mesh: the face's landmarks, rings of hair and neck around them, and a back of the head.

Coordinates are pixels of the photograph, x right, y down, z away from the camera.
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from emotion.landmarks import EYES, FACE_OVAL, JAWS, LIPS, LOWER_LIP, UPPER_LIP
from worker.simulation.camera.portrait.raster import Floats, Ints

LANDMARKS = 468
PIVOT = np.array([224.0, 158.0, 45.0], dtype=np.float32)  # where the head turns on the neck
CENTRE = np.array([224.0, 112.0])  # where the rings around the face are centred
RINGS = (0.12, 0.3, 0.5, 0.7, 0.85, 0.95, 1.0)  # from the face's edge to the outline of the head
BACK_FROM = 0.3  # the back of the head mirrors the hair from this ring on
SILHOUETTE_Z = 48.0  # depth of the head's outline: the plane through the ears
NECK_Z = 38.0
NECK_AXIS = (222.0, 54.0)  # x and z of the neck, a pillar behind the jaw
NECK_RADIUS = 36.0
NECK_ROWS = (128.0, 150.0, 165.0, 180.0, 192.0, 210.0)
NECK_TONE = 0.85
SIDE_DEPTH = 30.0  # how far the cheeks run on behind the face's edge
NECK_SKIN = (191.0, 251.0, 176.0, 181.0)  # left, right, top, bottom of the piece of skin it wears
JAW_Y, COLLAR_Y = 176.0, 208.0  # above the one the head turns whole, below the other not at all


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Vertices in the photograph, where they are textured from, and how they follow the head.

    Attributes:
        vertices: (N, 3) float32; the first 468 are the landmarks.
        texture: (N, 2) float32 places in the texture.
        follows: (N,) float32, 1 where a vertex turns with the head, 0 where it stays with the body.
        normals: (N, 3) float32 of length 1, pointing out of the head.
        tone: (N,) float32 gain, below 1 where the head shades itself.
        skin: (T, 3) triangles of the front; `neck`, `back`, `mouth` and `eyeballs` lie
            behind it, in this order.
        eyeball_of, mouth_of: (n, 2) pairs of (copied vertex, landmark it was copied from).
    """

    vertices: Floats
    texture: Floats
    follows: Floats
    normals: Floats
    tone: Floats
    skin: Ints
    neck: Ints
    back: Ints
    eyeballs: Ints
    mouth: Ints
    eyeball_of: Ints
    mouth_of: Ints


def build_mesh(landmarks: Floats, outline: Floats) -> Mesh:
    """Build the mesh from (468, 3) landmarks and the (n, 2) outline of head and neck."""
    rings = _rings(landmarks, outline)
    front = np.concatenate([landmarks, rings]).astype(np.float32)
    triangles = _clockwise(_triangulated(front[:, :2]), front)
    of_face = (triangles < LANDMARKS).sum(axis=1) >= 2
    triangles = triangles[of_face | _within(front[triangles][:, :, :2].mean(axis=1), outline)]
    in_eye = np.isin(triangles, EYES).all(axis=1)
    in_mouth = np.isin(triangles, LIPS).all(axis=1)
    lips, gape = (_clockwise(part, front) for part in _lips())
    skin = np.concatenate([triangles[~in_eye & ~in_mouth], lips])

    eyeballs, eyeball_of = _copied(triangles[in_eye], start=len(front))
    mouth, mouth_of = _copied(np.concatenate([gape, gape[:, ::-1]]), start=len(front) + len(eyeball_of))
    copies = np.concatenate([eyeball_of[:, 1], mouth_of[:, 1]])
    back, back_of = _back(skin, front, start=len(front) + len(copies))

    mirrored = front[back_of] * (1, 1, -1) + (0, 0, 2 * SILHOUETTE_Z)
    head = np.concatenate([front, front[copies], mirrored])
    sides, side_places, cheeks = _sides(landmarks, start=len(head))
    pillar, wrapping, neck = _neck(start=len(head) + len(sides))

    vertices = np.concatenate([head, sides, pillar])
    texture = np.concatenate([head[:, :2], side_places, wrapping])
    tone = np.ones(len(vertices))
    tone[len(head) + len(sides) :] = NECK_TONE
    tone[len(head) : len(head) + len(sides)] = np.tile([1.0, NECK_TONE], len(sides) // 2)
    back = np.concatenate([back, cheeks])
    normals = _normals(vertices, np.concatenate([skin, neck, back, eyeballs]))
    return Mesh(
        vertices=vertices.astype(np.float32),
        texture=texture.astype(np.float32),
        follows=_follows(vertices).astype(np.float32),
        normals=normals.astype(np.float32),
        tone=tone.astype(np.float32),
        skin=skin,
        neck=neck,
        back=back,
        eyeballs=eyeballs,
        mouth=mouth,
        eyeball_of=eyeball_of,
        mouth_of=mouth_of,
    )


def _triangulated(places: Floats) -> Ints:
    """Delaunay's triangles over the places, as their numbers."""
    left, top = np.floor(places.min(axis=0)).astype(int)
    right, bottom = np.ceil(places.max(axis=0)).astype(int) + 1
    division = cv2.Subdiv2D((int(left), int(top), int(right - left), int(bottom - top)))
    for x, y in places.tolist():
        division.insert((x, y))
    number = {place: index for index, place in enumerate(map(tuple, places.tolist()))}
    corners = np.asarray(division.getTriangleList()).reshape(-1, 3, 2).tolist()
    found = [[number.get(tuple(corner), -1) for corner in triangle] for triangle in corners]
    return np.array([triangle for triangle in found if -1 not in triangle], dtype=np.intp)


def _rings(landmarks: Floats, outline: Floats) -> Floats:
    """Points between the face's oval and the outline of the head, seen from the face's centre."""
    oval = landmarks[FACE_OVAL]
    edge = np.stack([oval, (oval + np.roll(oval, -1, axis=0)) / 2], axis=1).reshape(-1, 3)
    points = []
    for start in edge:
        end = _hit(outline, start[:2])
        if end is None:
            continue
        gap = end - start[:2]
        for part in RINGS:
            place = start[:2] + part * gap
            points.append((*place, _depth(start, place, part)))
    return np.array(points, dtype=np.float32)


def _hit(outline: Floats, point: Floats) -> Floats | None:
    """Where the ray from the centre through the point leaves the outline; None if less than 2 px further."""
    ray = point - CENTRE
    along = outline - CENTRE
    following = np.roll(along, -1, axis=0)
    side, next_side = _turn(ray, along), _turn(ray, following)
    reach = 0.0
    for a, b, s, t in zip(along, following, side, next_side, strict=True):
        if (s < 0) != (t < 0):
            crossing = a + (b - a) * s / (s - t)
            reach = max(reach, float(crossing @ ray) / float(ray @ ray))
    if (reach - 1) * float(np.linalg.norm(ray)) < 2:
        return None
    leaving: Floats = CENTRE + ray * reach
    return leaving


def _depth(start: Floats, place: Floats, part: float) -> float:
    """Hair bends back like a ball; under the jaw the neck falls back at once."""
    if place[1] > start[1] and start[1] > 150:
        fall = min(part / 0.35, 1.0)
        return float(start[2] + (NECK_Z - start[2]) * fall * fall * (3 - 2 * fall))
    bent = 1 - np.sqrt(1 - part * part)
    bulge = 6 * np.sin(np.pi * min(part / 0.7, 1.0))
    return float(start[2] + (SILHOUETTE_Z - start[2]) * bent - bulge)


def _back(skin: Ints, front: Floats, start: int) -> tuple[Ints, Ints]:
    """Triangles of the mirrored hair, turned inside out, and the front vertices they copy."""
    is_ring = np.arange(len(front)) >= LANDMARKS
    part = np.array(RINGS)[(np.arange(len(front)) - LANDMARKS) % len(RINGS)]
    hair = is_ring & (part >= BACK_FROM) & (front[:, 1] < 150)
    triangles = skin[hair[skin].all(axis=1)]
    copied, pairs = _copied(triangles[:, ::-1], start)
    return copied, pairs[:, 1]


def _lips() -> tuple[Ints, Ints]:
    """Triangles of both lips, and of the gap between them."""
    upper, lower = np.array(UPPER_LIP), np.array(LOWER_LIP)
    lips = [_strip(rows[step], rows[step + 1]) for rows in (upper, lower) for step in range(len(rows) - 1)]
    return np.concatenate(lips), _strip(upper[-1], lower[-1])


def _strip(row: Ints, below: Ints) -> Ints:
    """Triangles between two rows of vertices; where the rows share an end, without area there."""
    a, b, c, d = row[:-1], row[1:], below[1:], below[:-1]
    return np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])


def _sides(landmarks: Floats, start: int) -> tuple[Floats, Floats, Ints]:
    """Vertices, texture places and triangles of the cheeks behind the face's edge, seen when it turns."""
    vertices, places, triangles = [], [], []
    for jaw, inwards in zip(JAWS, (1, -1), strict=True):
        for mark in jaw:
            point = landmarks[mark]
            vertices += [point, point + np.array([5 * inwards, -2, SIDE_DEPTH])]
            places += [point[:2] + np.array([2 * inwards, 0])] * 2
        for first in range(start + len(vertices) - 2 * len(jaw), start + len(vertices) - 2, 2):
            a, b, c, d = first, first + 1, first + 3, first + 2
            triangles += [(a, c, b), (a, d, c)] if inwards > 0 else [(a, b, c), (a, c, d)]
    return np.array(vertices), np.array(places), np.array(triangles)


def _neck(start: int) -> tuple[Floats, Floats, Ints]:
    """Vertices, texture places and triangles of the neck; below the skin it wears the collar's cloth."""
    around = np.linspace(-np.pi, np.pi, 17)
    angle, row = (grid.ravel() for grid in np.meshgrid(around, NECK_ROWS))
    x, z = NECK_AXIS[0] + NECK_RADIUS * np.sin(angle), NECK_AXIS[1] - NECK_RADIUS * np.cos(angle)
    left, right, top, bottom = NECK_SKIN
    u = left + (right - left) * (0.5 + 0.5 * np.sin(angle))
    v = np.where(row < 188, np.interp(row, (NECK_ROWS[0], 188), (top, bottom)), row)
    first = np.arange(len(row)).reshape(len(NECK_ROWS), -1)
    triangles = np.concatenate([_strip(*rows) for rows in pairwise(first)])
    return np.stack([x, row, z], axis=1), np.stack([u, v], axis=1), triangles + start


def _copied(triangles: Ints, start: int) -> tuple[Ints, Ints]:
    """The same triangles on copied vertices numbered from `start`, and the (copy, original) pairs."""
    originals, places = np.unique(triangles, return_inverse=True)
    copies = np.arange(start, start + len(originals))
    return copies[places].reshape(-1, 3), np.stack([copies, originals], axis=1)


def _clockwise(triangles: Ints, points: Floats) -> Ints:
    corners = points[triangles][:, :, :2]
    flipped = _turn(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) < 0
    return np.where(flipped[:, None], triangles[:, ::-1], triangles).astype(np.intp)


def _within(points: Floats, outline: Floats) -> np.ndarray:
    """Which points lie inside the polygon (even-odd rule)."""
    a, b = outline[None], np.roll(outline, -1, axis=0)[None]
    x, y = points[:, None, 0], points[:, None, 1]
    spans = (a[..., 1] > y) != (b[..., 1] > y)
    height = np.where(spans, b[..., 1] - a[..., 1], 1)
    crosses = spans & (x < a[..., 0] + (y - a[..., 1]) / height * (b[..., 0] - a[..., 0]))
    return np.asarray(crosses.sum(axis=1) % 2 == 1)


def _follows(vertices: Floats) -> Floats:
    part = np.clip((vertices[:, 1] - JAW_Y) / (COLLAR_Y - JAW_Y), 0, 1)
    follows: Floats = 1 - part * part * (3 - 2 * part)
    follows[:LANDMARKS] = 1
    return follows


def _normals(vertices: Floats, triangles: Ints) -> Floats:
    a, b, c = (vertices[triangles[:, i]] for i in range(3))
    faces = np.cross(c - a, b - a)
    normals = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], faces)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    unit: Floats = normals / np.maximum(length, 1e-6)
    return unit


def _turn(a: Floats, b: Floats) -> Floats:
    turned: Floats = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return turned
