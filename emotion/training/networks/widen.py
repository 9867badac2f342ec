"""Weights of a narrow network in a wider one, which answers the same and has room to learn more."""

import keras
import numpy as np

from emotion.training.networks.network import WeightsError


def widen(narrow: keras.Model, wide: keras.Model) -> None:
    """Copy the weights of `narrow` into `wide`, which then gives the same answers.

    After Net2WiderNet (Chen et al., 2016), but the new channels keep what `wide` was made with, chance,
    instead of copies: nothing that was there before reads them until it has learned to.

    Raises:
        WeightsError: `wide` is not the same network with at least as many channels everywhere.
    """
    pairs = list(zip(narrow.layers, wide.layers, strict=False))
    if len(narrow.layers) != len(wide.layers) or not all(_fits(old, new) for old, new in pairs):
        raise WeightsError(
            f"{wide.name} is not a wider {narrow.name}: it needs the same layers, each with as many channels"
            " or more"
        )
    for old, new in pairs:
        weights = zip(old.get_weights(), new.get_weights(), strict=True)
        new.set_weights([_placed(each, into) for each, into in weights])


def _fits(old: keras.Layer, new: keras.Layer) -> bool:
    shapes = [[weight.shape for weight in layer.get_weights()] for layer in (old, new)]
    return (
        type(old) is type(new)
        and [len(shape) for shape in shapes[0]] == [len(shape) for shape in shapes[1]]
        and all(
            was[:-2] == now[:-2] and all(few <= many for few, many in zip(was, now, strict=True))
            for was, now in zip(*shapes, strict=True)
        )
    )


def _placed(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    placed = new.copy()
    if old.ndim > 1:
        *_, inputs, outputs = old.shape
        placed[..., inputs:, :outputs] = 0
    placed[tuple(slice(size) for size in old.shape)] = old
    return placed
