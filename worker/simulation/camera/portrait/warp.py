"""Moves the landmarks of a frontal face into an expression; the skin between them follows smoothly.

Lengths are pixels of the photograph, in which the face is 90 wide.
"""

from dataclasses import replace

import numpy as np

from emotion import landmarks
from worker.simulation.camera.portrait.raster import Floats
from worker.simulation.camera.portrait.values import Expression

MOUTH_HALF_WIDTH = 17.5  # of the relaxed mouth
LIP_ROWS = (5.6, 3.8, 1.9, -0.3)  # height of the rows of a lip over the line between the lips, which overlap
CHIN_DROP = 15.0
BROW_STEP = 6.0
SMOOTHING = 0.05


class Warp:
    """Displacements of the 468 landmarks of a frontal face that shows the photograph's smile."""

    def __init__(self, face: Floats) -> None:
        """Args: face: (468, 3) landmarks of the frontal face."""
        self._face = face
        brows = [*landmarks.RIGHT_BROW, *landmarks.LEFT_BROW]
        lids = [*landmarks.EYES, *landmarks.RIGHT_FOLD, *landmarks.LEFT_FOLD]
        moved = {
            *landmarks.LIPS,
            *lids,
            *(point for row in brows for point in row),
            *landmarks.CHIN,
            *landmarks.NOSE,
        }
        self._controls = np.array(sorted(moved | set(landmarks.FACE_OVAL)))
        self._others = np.setdiff1d(np.arange(len(face)), self._controls)
        self._spread = _spreading(face[self._controls, :2], face[self._others, :2])

    def displacements(self, expression: Expression) -> Floats:
        """(468, 2) pixels right and down."""
        moved = np.zeros((len(self._face), 2), dtype=np.float32)
        self._jaw(moved, expression)
        self._lips(moved, expression)
        self._lids(moved, expression)
        self._brows(moved, expression)
        moved[landmarks.NOSE[3:9], 1] -= 2.0 * expression.nose_wrinkle
        moved[self._others] = self._spread @ moved[self._controls]
        return moved

    def eyeballs(self, expression: Expression) -> Floats:
        """(468, 2) pixels by which what lies between the lids moves: with wide eyes, not with a blink."""
        moved = np.zeros((len(self._face), 2), dtype=np.float32)
        self._lids(moved, replace(expression, eyelids=0.0))
        return moved

    def _jaw(self, moved: Floats, expression: Expression) -> None:
        lower = (self._face[:, 1] - self._face[2, 1]) / (self._face[152, 1] - self._face[2, 1])
        drop = np.clip(lower, 0, 1) ** 1.5 * CHIN_DROP * expression.mouth_open
        bones = [*landmarks.FACE_OVAL, *landmarks.CHIN]
        moved[bones, 1] += drop[bones] - 2.0 * expression.pout * np.clip(lower, 0, 1)[bones]

    def _lips(self, moved: Floats, expression: Expression) -> None:
        for rows, sign in ((landmarks.UPPER_LIP, -1.0), (landmarks.LOWER_LIP, 1.0)):
            for row, height in zip(rows, LIP_ROWS, strict=True):
                relaxed = self._relaxed_lip(np.array(row), sign * height, expression)
                own = self._face[list(row), :2]
                moved[list(row)] = (1 - expression.smile) * (relaxed - own)
                moved[list(row), 1] += self._opening(row, sign, expression)

    def _relaxed_lip(self, row: np.ndarray, height: float, expression: Expression) -> Floats:
        """Where a row of closed lips lies, `height` px under the line between them."""
        inner = self._face[list(landmarks.UPPER_LIP[3] + landmarks.LOWER_LIP[3]), :2]
        middle, line = inner[:, 0].mean(), inner[:, 1].mean() + 0.5
        along = self._along(row)
        half = MOUTH_HALF_WIDTH * (1 - 0.35 * expression.pucker)
        thick = 1 - 0.55 * expression.lip_press + 0.25 * expression.pucker
        lower = 1.2 if height > 0 else 1.0
        y = line + height * lower * thick * np.sqrt(np.maximum(1 - along**2, 0))
        y -= 6.0 * expression.corners * (along**2 - 0.25) + 2.0 * expression.pout * (1 - along**2)
        return np.stack([middle + half * along, y], axis=1).astype(np.float32)

    def _opening(self, row: tuple[int, ...], sign: float, expression: Expression) -> Floats:
        """How far a lip moves when the mouth opens: the lower one with the jaw, the upper one a little."""
        along = self._along(np.array(row))
        far = 0.85 * CHIN_DROP if sign > 0 else -0.15 * CHIN_DROP
        middle = 0.35 * CHIN_DROP * expression.mouth_open
        lips: Floats = middle * along**2 + far * expression.mouth_open * (1 - along**2) ** 0.6
        return lips

    def _along(self, row: np.ndarray) -> Floats:
        """Place of each point of a lip row between the right corner (-1) and the left one (1)."""
        x = self._face[row, 0]
        along: Floats = 2 * (x - x[0]) / (x[-1] - x[0]) - 1
        return along

    def _lids(self, moved: Floats, expression: Expression) -> None:
        lower_by = 0.8 * (1 - expression.smile) - 2.0 * expression.squint
        for lids, fold, _ in landmarks.EYELIDS:
            bow = np.sin(np.linspace(0.35, np.pi - 0.35, len(lids)))
            for (upper, lower), crease, part in zip(lids, fold, bow, strict=True):
                low = self._face[lower, 1] + part * lower_by
                wide = self._face[upper, 1] - 2.6 * part * expression.eye_wide
                high = wide + (low + 0.4 - wide) * expression.eyelids
                moved[lower, 1] = low - self._face[lower, 1] - 0.3 * part * expression.eyelids
                moved[upper, 1] = high - self._face[upper, 1]
                moved[crease, 1] = 0.45 * moved[upper, 1]

    def _brows(self, moved: Floats, expression: Expression) -> None:
        for brow, inwards in ((landmarks.RIGHT_BROW, 1.0), (landmarks.LEFT_BROW, -1.0)):
            for row in brow:
                inner = np.linspace(0.0, 1.0, len(row))
                lift = expression.brow_raise * (0.6 + 0.4 * np.sin(np.pi * inner))
                lift = lift + expression.brow_inner_up * (1.35 * inner - 0.35)
                lift = (
                    lift - expression.brow_lower * (0.3 + 0.5 * inner) - 0.3 * expression.nose_wrinkle * inner
                )
                moved[list(row), 1] = -BROW_STEP * lift
                pull = 0.4 * expression.brow_lower + 0.25 * expression.brow_inner_up
                moved[list(row), 0] = BROW_STEP * inwards * pull * inner


def _spreading(controls: Floats, others: Floats) -> Floats:
    """(others, controls) weights that carry displacements over, nearly exact at the controls.

    Radial basis functions with the kernel -distance and a constant, as each displacement alone would be
    interpolated.
    """
    count = len(controls)
    system = np.ones((count + 1, count + 1))
    system[:count, :count] = SMOOTHING * np.eye(count) - _distances(controls, controls)
    system[count, count] = 0
    kernel = np.concatenate([-_distances(others, controls), np.ones((len(others), 1))], axis=1)
    spread: Floats = (kernel @ np.linalg.inv(system)[:, :count]).astype(np.float32)
    return spread


def _distances(these: Floats, those: Floats) -> Floats:
    distances: Floats = np.linalg.norm(these[:, None] - those[None], axis=2)
    return distances
