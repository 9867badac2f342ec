"""The photograph's colours, cut into what the layers need: head, relaxed mouth, closed lids, body.

All pictures keep the photograph's coordinates, so that landmarks are places in them; patches of
the wall are painted over with eyes and the inside of the mouth.
"""

from dataclasses import dataclass
from importlib import resources

import cv2
import numpy as np
from numpy.typing import NDArray

from emotion import landmarks
from worker.simulation.camera.portrait.raster import Floats
from worker.simulation.camera.portrait.values import Look

Pixels = NDArray[np.uint8]
Places = Floats | NDArray[np.int32]

HEIGHT = 330  # of the photograph
CAVITY = (40.0, 20.0, 60.0, 30.0)  # left, top, width, height of the dark of an open mouth
TEETH_SHIFT, MOUTH = (-180, -60), (196, 134, 56, 22)  # the smile's teeth: left, top, width, height, and
EYES_SHIFT, EYES = (-180, 150), (186, 88, 80, 26)  # the open eyes, and the way to their copies
LIP_LINE = (118, 58, 58)
LASHES = (72, 48, 40)
CLOTH = (3, 2, 3)  # of the collar's inside
RING = (112, 103, 124)


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """What was measured once in the photograph, float32 pixels (`portrait.json`).

    Attributes:
        landmarks: (468, 3) as MediaPipe finds them.
        head: (n, 2) outline of head and neck, as `skin` and `body` are of face and neck, and of the suit.
    """

    landmarks: Floats
    head: Floats
    skin: Floats
    body: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Textures:
    """RGB uint8 pictures in the photograph's coordinates, and float32 masks in [0, 1]."""

    smiling: Pixels
    relaxed: Pixels
    lids: Pixels
    lids_mask: Floats
    furrows: Floats
    body: Pixels
    body_mask: Floats


def photograph() -> Pixels:
    """The portrait of Eileen Collins, (330, 512, 3) RGB.

    A photograph by NASA in the public domain; these are the upper rows of what scikit-image ships as
    `data.astronaut()`, unchanged.
    """
    data = (resources.files("worker.simulation.camera.portrait") / "astronaut.png").read_bytes()
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB), dtype=np.uint8)


def build_textures(measures: Measures, look: Look) -> Textures:
    photo, head = photograph(), measures.head
    places = np.ascontiguousarray(measures.landmarks[:, :2])
    body_mask = _filled(measures.body)
    dressed = np.where(body_mask[..., None] > 0, _hue_turned(photo, look.suit_hue), photo)
    smiling = _with_insides(_sides_combed(_grown(_tinted(photo, measures.skin, look), head)))
    lids, lids_mask = _closed_lids(smiling, places)
    return Textures(
        smiling=smiling,
        relaxed=_relaxed(smiling, places),
        lids=lids,
        lids_mask=lids_mask,
        furrows=_furrows(places),
        body=_behind_head(dressed, head),
        body_mask=_soft(body_mask, 0.8),
    )


def _filled(polygon: Places, grow: int = 0) -> Pixels:
    mask = np.zeros((HEIGHT, 512), np.uint8)
    cv2.fillPoly(mask, [np.round(polygon).astype(np.int32)], 255)
    kernel = np.ones((2 * abs(grow) + 1,) * 2, np.uint8)
    return (cv2.dilate if grow >= 0 else cv2.erode)(mask, kernel).astype(np.uint8)


def _hull(places: Floats) -> Floats:
    return np.asarray(cv2.convexHull(places), dtype=np.float32)[:, 0]


def _soft(mask: Pixels, sigma: float) -> Floats:
    return cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), sigma).astype(np.float32)


def _mixed(over: Pixels, under: Pixels, share: Floats) -> Pixels:
    return np.asarray(over * share[..., None] + under * (1 - share[..., None])).astype(np.uint8)


def _hue_turned(photo: Pixels, degrees: int) -> Pixels:
    hsv = cv2.cvtColor(photo, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(np.int32) + degrees // 2) % 180
    hsv[..., 1] = hsv[..., 1] * (1.0 if degrees == 0 else 0.6)
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB).astype(np.uint8)


def _tinted(photo: Pixels, skin: Floats, look: Look) -> Pixels:
    """Skin and everything else, the hair, in the look's colours."""
    share = _soft(_filled(skin), 1.5)[..., None]
    gains = share * np.array(look.skin) + (1 - share) * np.array(look.hair)
    tinted: Pixels = np.clip(photo * gains, 0, 255).astype(np.uint8)
    return tinted


def _grown(photo: Pixels, head: Floats) -> Pixels:
    """The head's own colours continued outwards, so that no wall shows at the edge of a turned head."""
    lab = cv2.cvtColor(photo, cv2.COLOR_RGB2LAB).astype(np.int32)
    pale = (lab[..., 0] > 105) & (lab[..., 2] < 139) & (np.arange(HEIGHT)[:, None] < 120)
    rim = _filled(head, grow=-14) == 0  # where wisps of hair let the wall through
    outside = np.where(pale & rim, np.uint8(255), 255 - _filled(head, grow=-2))
    _, nearest = cv2.distanceTransformWithLabels(
        outside, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    colour_of = np.zeros((nearest.max() + 1, 3), np.uint8)
    inside = outside == 0
    colour_of[nearest[inside]] = photo[inside]
    return np.asarray(colour_of[nearest])


def _sides_combed(photo: Pixels) -> Pixels:
    """Hair meets cheek in a ragged line that a turn of the head would stretch: smooth it downwards."""
    band = np.zeros((HEIGHT, 512), np.uint8)
    band[84:150, 177:190] = band[88:154, 262:275] = 255
    return _mixed(cv2.GaussianBlur(photo, (3, 0), 0.8, sigmaY=5).astype(np.uint8), photo, _soft(band, 2))


def _with_insides(photo: Pixels) -> Pixels:
    """With copies of teeth and eyes, which lids and lips may cover, and the dark of an open mouth."""
    painted = photo.copy()
    for (across, down), (left, top, width, height) in ((TEETH_SHIFT, MOUTH), (EYES_SHIFT, EYES)):
        copy = photo[top : top + height, left : left + width]
        painted[top + down : top + down + height, left + across : left + across + width] = copy
    left, top, width, height = (int(value) for value in CAVITY)
    shade = np.linspace(1.0, 2.2, height + 8)[:, None, None]
    painted[top - 4 : top + height + 4, left - 4 : left + width + 4] = np.array([38, 18, 18]) * shade
    return painted


def _relaxed(photo: Pixels, places: Floats) -> Pixels:
    """Without the smile: its folds smoothed away, and lips where the teeth were."""
    folds = np.zeros((HEIGHT, 512), np.uint8)
    for line in landmarks.FOLDS:
        cv2.polylines(folds, [np.round(places[line]).astype(np.int32)], False, 255, 4)
    lips = _hull(places[[*landmarks.UPPER_LIP[0], *landmarks.LOWER_LIP[0]]])
    cheeks = np.maximum(*(_filled(_hull(places[side]), grow=2) for side in landmarks.CHEEKS))
    cheeks[_filled(lips, grow=1) > 0] = 0
    smooth = cv2.GaussianBlur(cv2.inpaint(photo, folds, 3, cv2.INPAINT_TELEA), (0, 0), 3).astype(np.uint8)
    relaxed = _mixed(smooth, photo, _soft(cheeks, 1.5))
    mouth = _filled(places[[*landmarks.UPPER_LIP[3], *landmarks.LOWER_LIP[3][::-1]]], grow=1)
    relaxed = cv2.inpaint(relaxed, mouth, 3, cv2.INPAINT_TELEA).astype(np.uint8)
    _line(relaxed, places[list(landmarks.UPPER_LIP[3])], LIP_LINE)
    return relaxed


def _closed_lids(photo: Pixels, places: Floats) -> tuple[Pixels, Floats]:
    """Skin in place of the eyes, lashes along the upper rim, and where to lay it."""
    zone = np.zeros((HEIGHT, 512), np.uint8)
    for lids, fold, ends in landmarks.EYELIDS:
        around = places[[ends[0], *fold, ends[1], *(lower for _, lower in reversed(lids))]]
        zone = np.maximum(zone, _filled(around, grow=1))
    closed = cv2.inpaint(photo, zone, 3, cv2.INPAINT_TELEA).astype(np.uint8)
    for lids, _, ends in landmarks.EYELIDS:
        _line(closed, places[[ends[0], *(upper for upper, _ in lids), ends[1]]], LASHES)
    return closed, _soft(cv2.dilate(zone, np.ones((3, 3), np.uint8)).astype(np.uint8), 1.0)


def _furrows(places: Floats) -> Floats:
    """How much of the light a frown takes."""
    lines, brows = np.zeros((2, HEIGHT, 512), np.uint8)
    for line in landmarks.FROWN:
        cv2.polylines(lines, [np.round(places[line]).astype(np.int32)], False, 255, 1, cv2.LINE_AA)
    for upper, lower in (landmarks.RIGHT_BROW, landmarks.LEFT_BROW):
        middle = (2 * places[list(upper)] + places[list(lower)]) / 3
        cv2.polylines(brows, [np.round(middle).astype(np.int32)], False, 255, 2, cv2.LINE_AA)
    return np.asarray(0.7 * _soft(lines, 2.0) + 0.45 * _soft(brows, 1.0), dtype=np.float32)


def _line(picture: Pixels, points: Floats, colour: tuple[int, int, int]) -> None:
    """Antialiased, placed to a sixteenth of a pixel."""
    fine = np.round(points * 16).astype(np.int32)
    cv2.polylines(picture, [fine], False, colour, 1, cv2.LINE_AA, shift=4)


def _behind_head(photo: Pixels, head: Floats) -> Pixels:
    """The body without the head: the dark inside of the collar and its ring run on behind it."""
    body = photo.copy()
    hole = _filled(head, grow=3)
    hole[196:] = 0
    body[hole > 0] = CLOTH
    ring = np.array([(176, 150), (200, 152), (220, 156), (240, 164), (262, 177)], np.int32)
    cv2.polylines(body, [ring], False, RING, 6, cv2.LINE_AA)
    return body
