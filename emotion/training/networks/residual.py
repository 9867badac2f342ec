"""Networks made for this product: two that are served, two that those were widened from, and a finer one.

Small, residual (He et al., 2016), with squeeze and excitation (Hu et al., 2018). The stem halves
the picture at once; with a convolution at full size before it one core trains 187 faces a second
instead of 244.
"""

from collections.abc import Sequence

import keras
from keras import layers

from emotion.training.networks.network import INPUT_SHAPE, Network
from emotion.training.networks.normalisation import BatchNormalization

SQUEEZE = 8
# LiteRT's int8 kernels refuse a squeeze of two channels.
FEWEST_SQUEEZED = 4


def flagship() -> keras.Model:
    """1.53M parameters and 104M multiply-adds: what a school's worker runs."""
    return _residual("flagship", (32, 96, 192), dropout=0.2)


def flagship_narrow() -> keras.Model:
    """0.99M parameters and 69M multiply-adds: what the flagship was widened from."""
    return _residual("flagship_narrow", (32, 64, 160), dropout=0.2)


def fine_stem() -> keras.Model:
    """1.61M parameters and 141M multiply-adds: not served, tried as a teacher and in the flagship's place."""
    return _residual("fine_stem", (48, 96, 192), dropout=0.2, full_size=32)


def edge() -> keras.Model:
    """0.23M parameters and 21M multiply-adds: for the student's own browser."""
    return _residual("edge", (16, 48, 64), dropout=0.1)


def edge_narrow() -> keras.Model:
    """0.18M parameters and 15M multiply-adds: what the edge network was widened from."""
    return _residual("edge_narrow", (16, 32, 64), dropout=0.1)


OURS = (
    Network("flagship", flagship, two_heads=True),
    Network("flagship_narrow", flagship_narrow, two_heads=True),
    Network("fine_stem", fine_stem, two_heads=True),
    Network("edge", edge, two_heads=True),
    Network("edge_narrow", edge_narrow, two_heads=True),
)


def _residual(name: str, widths: Sequence[int], *, dropout: float, full_size: int = 0) -> keras.Model:
    """With `widths` channels in the stages and `full_size` in a convolution before the picture is halved."""
    inputs = keras.Input(INPUT_SHAPE)
    x = _convolution(inputs, full_size, 3, stride=1) if full_size else inputs
    x = _convolution(x, widths[0], 3 if full_size else 5, stride=2)
    for stage, width in enumerate(widths):
        x = _block(x, width, stride=2 if stage else 1)
        x = _block(x, width, stride=1)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dropout(dropout)(x), name=name)


def _block(x: keras.KerasTensor, filters: int, *, stride: int) -> keras.KerasTensor:
    shortcut = x
    if stride > 1:
        # Averaged, not skipped: every pixel reaches the shortcut.
        shortcut = _normalised(layers.AveragePooling2D(stride)(x), filters, 1, stride=1)
    x = _convolution(x, filters, 3, stride=stride)
    x = _excited(_normalised(x, filters, 3, stride=1), filters)
    return layers.ReLU()(layers.Add()([x, shortcut]))


def _excited(x: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    weight = layers.GlobalAveragePooling2D(keepdims=True)(x)
    weight = layers.Conv2D(max(filters // SQUEEZE, FEWEST_SQUEEZED), 1, activation="relu")(weight)
    weight = layers.Conv2D(filters, 1, activation="sigmoid")(weight)
    return layers.Multiply()([x, weight])


def _convolution(x: keras.KerasTensor, filters: int, size: int, *, stride: int) -> keras.KerasTensor:
    return layers.ReLU()(_normalised(x, filters, size, stride=stride))


def _normalised(x: keras.KerasTensor, filters: int, size: int, *, stride: int) -> keras.KerasTensor:
    x = layers.Conv2D(
        filters, size, strides=stride, padding="same", use_bias=False, kernel_initializer="he_normal"
    )(x)
    return BatchNormalization(momentum=0.9)(x)
