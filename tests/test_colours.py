"""The colours of tokens.css: what they mean is told apart by whoever sees fewer of them, light and dark."""

import re
from pathlib import Path

import numpy as np
import pytest

TOKENS = (Path(__file__).parents[1] / "static" / "css" / "tokens.css").read_text()
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")
LEVELS = ("level-engaged", "level-drifting", "level-away", "level-unknown")
# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
SIGHT = {
    "all colours": np.eye(3),
    "no red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
WHITE = [0.9505, 1.0, 1.089]
APART = 18.0
"""In CIELAB: several times a just noticeable difference, which is 2.3."""


def linear(scheme, name):
    (digits,) = re.findall(rf"--{name}: #([0-9a-f]{{6}});", scheme)
    channels = np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    xyz = np.asarray(TO_XYZ) @ np.clip(rgb, 0, 1) / WHITE
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one, other):
    lighter, darker = sorted((TO_XYZ[1] @ one, TO_XYZ[1] @ other), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("level", LEVELS)
def test_an_expression_has_the_colour_of_no_level(scheme, sight, level):
    seen = [lab(np.asarray(SIGHT[sight]) @ linear(scheme, name)) for name in ("expression", level)]
    assert np.linalg.norm(seen[0] - seen[1]) > APART


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["surface", "surface-sunk"])
@pytest.mark.parametrize("name", ["expression", "level-engaged", "level-drifting", "level-away"])
def test_what_is_drawn_stands_out_from_its_ground(scheme, ground, name):
    assert contrast(linear(scheme, name), linear(scheme, ground)) >= 3
