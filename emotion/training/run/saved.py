"""The weights that runs have saved: reading them back, and what a network answers with them."""

import warnings
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from emotion.classifier import HeadLogits
from emotion.preprocess import CROP_SIZE, network_input
from emotion.training.networks.registry import build
from emotion.training.run.batches import resized
from emotion.training.run.config import RunError, TrainingConfig

BEST = "best.weights.h5"


def predicted(model: keras.Model, images: np.ndarray, side: int = CROP_SIZE) -> HeadLogits:
    """Logits of each head, (n, classes), for uint8 faces (n, 48, 48) read at `side` pixels."""
    logits: HeadLogits = model.predict(network_input(resized(images, side)), batch_size=256, verbose=0)
    return logits


def best_model(folder: Path, *others: Path) -> keras.Model:
    """The best averaged weights of the run in `folder`, read-only, or the mean of those of several runs.

    Raises:
        RunError: a folder holds no weights, or those of another network.
    """
    config = TrainingConfig.read(folder)
    for each in others:
        network = TrainingConfig.read(each).network
        if network != config.network:
            raise RunError(
                f"{each} is a run of {network} and {folder} one of {config.network}: only runs of one"
                " network have a mean"
            )
    model = build(config.network, len(config.classes), pretrained=config.trunk_weights is not None)
    load_mean(model, [each / BEST for each in (folder, *others)])
    return model


def load_mean(model: keras.Model, paths: Sequence[Path]) -> None:
    """Put the mean of several files of weights into `model`. Raises RunError."""
    found = []
    for path in paths:
        _load(model, path)
        found.append(model.get_weights())
    model.set_weights([np.mean(each, axis=0) for each in zip(*found, strict=True)])


def _load(model: keras.Model, path: Path) -> None:
    try:
        with warnings.catch_warnings():
            # Keras only warns of a file that fills some of the layers and leaves the rest to chance.
            warnings.simplefilter("error", UserWarning)
            model.load_weights(path)
    except (OSError, ValueError, UserWarning) as error:
        raise RunError(f"cannot read the weights {path}: {error}") from error
