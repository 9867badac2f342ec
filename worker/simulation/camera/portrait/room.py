"""What the camera sees behind the person: a blurred wall with shelves, and the chair that stays."""

import cv2
import numpy as np

from worker.simulation.camera.portrait.texture import Pixels
from worker.simulation.camera.portrait.values import Look


def paint_room(look: Look, width: int, height: int) -> Pixels:
    """(height, width, 3) RGB, the same for the same look."""
    random = np.random.default_rng(look.room_seed)
    shade = (
        np.linspace(1.06, 0.86, height)[:, None, None]
        * np.linspace(1.0, random.uniform(0.85, 1.1), width)[:, None]
    )
    room = np.clip(np.array(look.wall) * shade, 0, 255).astype(np.uint8)
    for _ in range(int(random.integers(2, 6))):
        left, top = int(random.integers(-30, width)), int(random.integers(-20, height // 2))
        size = (int(random.integers(20, 110)), int(random.integers(30, 120)))
        colour = np.clip(
            np.array(look.wall) * (random.uniform(0.6, 1.12) + random.uniform(-0.06, 0.06, 3)), 0, 255
        )
        cv2.rectangle(room, (left, top), (left + size[0], top + size[1]), tuple(map(float, colour)), -1)
    _paint_chair(room, random)
    return cv2.GaussianBlur(room, (0, 0), 4.5).astype(np.uint8)


def _paint_chair(room: Pixels, random: np.random.Generator) -> None:
    height, width = room.shape[:2]
    middle = width // 2 + int(random.integers(-14, 15))
    dark = tuple(map(float, random.integers(40, 70) + random.integers(-8, 9, 3)))
    back = np.array([(-52, 0.52), (52, 0.52), (60, 0.62), (56, 1.05), (-56, 1.05), (-60, 0.62)])
    corners = np.stack([middle + back[:, 0], height * back[:, 1]], axis=1).astype(np.int32)
    cv2.fillPoly(room, [corners], dark, cv2.LINE_AA)
