"""`python -m benchmarks.explanations DATA`: does the map of an explanation point at what counts?

The tenth of a face where its map is highest is hidden under its mean tone and the face read again; then the
same shape is hidden elsewhere. DATA is FER2013, which is not part of this project.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from emotion.classifier import ExpressionClassifier
from emotion.explain.occlusion import Read, log_odds, occlusion_map
from emotion.labels import EMOTIONS
from emotion.training.data.load import load

TENTH = 0.1
PLACES = 5
SURE = 0.99


@dataclass(frozen=True, slots=True)
class Fall:
    """How far a label fell when part of its face was hidden: its probability, the logarithm of its odds."""

    probability: float
    log_odds: float


@dataclass(frozen=True, slots=True)
class Trial:
    """One face: its label's `probability`, and what hiding `highest` and the same shape `elsewhere` took."""

    probability: float
    highest: Fall
    elsewhere: tuple[Fall, ...]

    @property
    def points_at_it(self) -> bool:
        """False of a map without a highest tenth: the whole face is no place."""
        return bool(self.elsewhere) and all(self.highest.log_odds > fall.log_odds for fall in self.elsewhere)


def measure(read: Read, crop: NDArray[np.uint8], random: np.random.Generator) -> Trial:
    """Explain the likeliest label of `crop`, uint8 (48, 48), and hide what the map points at."""
    place = EMOTIONS.index(read(crop).top)
    heat = occlusion_map(read, crop, EMOTIONS[place]).heat
    shape = heat >= np.quantile(heat, 1 - TENTH)
    before = read(crop).probabilities[place]

    def fall(part: NDArray[np.bool_]) -> Fall:
        hidden = crop.copy()
        hidden[part] = round(crop[part].mean())
        after = read(hidden).probabilities[place]
        return Fall(before - after, log_odds(before) - log_odds(after))

    return Trial(before, fall(shape), tuple(fall(part) for part in _elsewhere(shape, random)))


def _elsewhere(shape: NDArray[np.bool_], random: np.random.Generator) -> list[NDArray[np.bool_]]:
    """The shape at other places that do not overlap it; what leaves at one edge comes in at the other."""
    moves = random.permutation([(down, right) for down in range(len(shape)) for right in range(len(shape))])
    moved = (np.roll(shape, move, axis=(0, 1)) for move in moves)
    apart = (part for part in moved if not (part & shape).any())
    return [part for part, _ in zip(apart, range(PLACES), strict=False)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--model", type=Path, default=Path("models/flagship.tflite"))
    parser.add_argument("--faces", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    read = ExpressionClassifier.load(options.model).classify
    random = np.random.default_rng(options.seed)
    images = load(options.data).choosing.images
    chosen = images[random.choice(len(images), options.faces, replace=False)]
    _print([measure(read, face, random) for face in tqdm(chosen, unit="face", disable=None)])


def _print(trials: list[Trial]) -> None:
    for name, falls in (
        ("the highest tenth of the map", [trial.highest for trial in trials]),
        ("the same shape elsewhere", [fall for trial in trials for fall in trial.elsewhere]),
    ):
        odds = np.array([fall.log_odds for fall in falls])
        points = 100 * np.mean([fall.probability for fall in falls])
        print(
            f"{name:<30} {points:5.1f} points, odds divided by {np.exp(np.median(odds)):.1f} (median),"
            f" {np.exp(odds.mean()):.1f} (geometric mean)"
        )
    told = sum(trial.points_at_it for trial in trials)
    sure = [trial for trial in trials if trial.probability > SURE]
    print(
        f"more than at each other place in {told} of {len(trials)};"
        f" in {sum(trial.points_at_it for trial in sure)} of the {len(sure)} read at more than {SURE:.0%}"
    )


if __name__ == "__main__":
    main()
