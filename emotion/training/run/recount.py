"""Statistics of batch normalisation, counted anew: averaged weights bring only an average of older ones."""

import keras
import numpy as np
from numpy.typing import NDArray

from emotion.preprocess import network_input
from emotion.training.networks.normalisation import BatchNormalization
from emotion.training.run.augment import Augmentation, damage

FACES, AT_ONCE = 8192, 512


def recount(model: keras.Model, faces: NDArray[np.uint8], changes: Augmentation) -> None:
    """Give `model` the means and variances of `faces`, and of their mirror images as `changes` damages them.

    Args:
        faces: uint8 (n, 48, 48); of more than FACES as many are drawn.
    """
    random = np.random.default_rng(0)
    drawn = faces[random.permutation(len(faces))[:FACES]]
    layers = [each for each in model.layers if isinstance(each, BatchNormalization)]
    usual = [each.momentum for each in layers]
    for number, first in enumerate(range(0, len(drawn), AT_ONCE)):
        whole = drawn[first : first + AT_ONCE]
        seen = np.concatenate([whole, damage(whole[:, :, ::-1], changes, random)])
        for layer in layers:
            # What was there before has no part in it, and all batches have the same.
            layer.momentum = number / (number + 1)
        model(network_input(seen), training=True)
    for layer, momentum in zip(layers, usual, strict=True):
        layer.momentum = momentum
