"""The networks that can be trained, by name.

Each function returns the trunk: from a standardised gray face (48, 48, 1) to a vector of
features. `build` puts the heads on it, so that a network says only what is its own.
"""

from collections.abc import Callable

import keras
from keras import layers

from emotion.labels import EMOTIONS
from emotion.preprocess import CROP_SIZE
from emotion.training.data import VOTED

EXPRESSION, VOTES = "expression", "votes"


def five_block_cnn() -> keras.Model:
    """The "complex CNN" of Saleem (2024): five convolutions, two dense layers, 1.84M parameters.

    Pooling stands before the rectifier: both are monotone, so the function is the same and
    the rectifier touches a quarter of the values.
    """
    inputs = keras.Input((CROP_SIZE, CROP_SIZE, 1))
    x = layers.Conv2D(32, 3, padding="same")(inputs)
    x = layers.ReLU()(layers.MaxPooling2D()(x))
    x = layers.GaussianNoise(0.1)(_block(x, 64))
    x = layers.Dropout(0.2)(_block(x, 128))
    x = layers.GaussianNoise(0.1)(_block(x, 256))
    x = layers.Dropout(0.2)(_block(x, 512))
    x = _dense(layers.Flatten()(x), 256)
    return keras.Model(inputs, _dense(x, 512), name="five_block_cnn")


NETWORKS: dict[str, Callable[[], keras.Model]] = {"five_block_cnn": five_block_cnn}


def build(name: str) -> keras.Model:
    """The trunk `name` with two heads of logits: seven FER2013 labels, eight FER+ votes.

    The head of votes teaches the trunk what ten people agreed on; it is not exported.
    """
    trunk = NETWORKS[name]()
    heads = {
        EXPRESSION: layers.Dense(len(EMOTIONS), name=EXPRESSION)(trunk.output),
        VOTES: layers.Dense(len(VOTED), name=VOTES)(trunk.output),
    }
    return keras.Model(trunk.input, heads, name=name)


def expression_only(model: keras.Model) -> keras.Model:
    return keras.Model(model.input, model.get_layer(EXPRESSION).output, name=model.name)


def _block(x: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    x = layers.BatchNormalization()(layers.Conv2D(filters, 3, padding="same")(x))
    return layers.LeakyReLU(negative_slope=0.1)(layers.MaxPooling2D()(x))


def _dense(x: keras.KerasTensor, units: int) -> keras.KerasTensor:
    x = layers.Dense(units, activation="relu")(x)
    return layers.Dropout(0.2)(layers.BatchNormalization()(x))
