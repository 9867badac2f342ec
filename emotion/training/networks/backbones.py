"""The three big backbones of Saleem (2024), made for colour photographs, on gray faces of 48x48.

The gray channel is repeated to three. A network that divides the side by 32 leaves one and a
half places of 48 pixels, so the two that reduce the picture at once read it enlarged to 96,
which leaves three by three; VGG16 pools late, has three by three in its last convolutions at
48 already, and needs no enlarging. At these sizes a face costs 0.2 to 0.7 thousand million
multiply-adds; VGG16 at 224 pixels takes 22 times as many.

Weights learned on ImageNet are named by a file, never fetched. Without them the network starts
from chance, which its authors never meant it to.
"""

import warnings
from collections.abc import Callable
from pathlib import Path

import keras
from keras import layers

from emotion.training.networks.network import INPUT_SHAPE, Network, WeightsError


def vgg16(weights: Path | None = None, *, pretrained: bool = False) -> keras.Model:
    """VGG16 (Simonyan & Zisserman, 2015) at 48x48: 14.7M parameters."""
    # Learned on pixels from 0 to 255 less their mean.
    trunk = _trunk("vgg16", keras.applications.VGG16, weights, pretrained, enlarged=1, spread=64.0)
    if not pretrained and weights is None:
        _start_from_he_normal(trunk.get_layer("vgg16"))
    return trunk


def resnet50v2(weights: Path | None = None, *, pretrained: bool = False) -> keras.Model:
    """ResNet50V2 (He et al., 2016) at 96x96: 23.6M parameters."""
    # Learned on pixels from -1 to 1.
    return _trunk("resnet50v2", keras.applications.ResNet50V2, weights, pretrained, enlarged=2, spread=0.5)


def efficientnetv2b2(weights: Path | None = None, *, pretrained: bool = False) -> keras.Model:
    """EfficientNetV2-B2 (Tan & Le, 2021) at 96x96: 8.8M parameters."""
    # Learned on standardised pixels, which is what faces are here.
    return _trunk(
        "efficientnetv2b2",
        keras.applications.EfficientNetV2B2,
        weights,
        pretrained,
        enlarged=2,
        spread=1.0,
        include_preprocessing=False,
    )


BACKBONES = tuple(
    Network(trunk.__name__, trunk, paper="Saleem 2024", takes_weights=True)
    for trunk in (vgg16, resnet50v2, efficientnetv2b2)
)


def _trunk(
    name: str,
    application: Callable[..., keras.Model],
    weights: Path | None,
    pretrained: bool,
    *,
    enlarged: int,
    spread: float,
    **options: object,
) -> keras.Model:
    x = inputs = keras.Input(INPUT_SHAPE)
    if pretrained or weights is not None:
        x = layers.Rescaling(spread)(x)
    x = layers.Concatenate()([x, x, x])
    if enlarged > 1:
        x = layers.UpSampling2D(enlarged, interpolation="bilinear")(x)
    backbone = application(include_top=False, weights=None, input_shape=x.shape[1:], pooling="avg", **options)
    if weights is not None:
        _load(backbone, weights)
    return keras.Model(inputs, backbone(x), name=f"{name}_trunk")


def _load(backbone: keras.Model, weights: Path) -> None:
    if not weights.is_file():
        raise WeightsError(f"there is no file of weights {weights}: nothing is downloaded, so bring one")
    try:
        with warnings.catch_warnings():
            # Keras only warns where a file lacks a layer, and leaves that layer to chance.
            warnings.simplefilter("error", UserWarning)
            backbone.load_weights(weights)
    except (OSError, ValueError, KeyError, IndexError, UserWarning) as error:
        raise WeightsError(
            f"{weights} does not hold the weights of {backbone.name} without its top: {error}"
        ) from error


def _start_from_he_normal(backbone: keras.Model) -> None:
    """After He et al. (2015): from Keras's own initial weights 1% of the signal passes 13 rectifiers."""
    for layer in backbone.layers:
        if isinstance(layer, layers.Conv2D):
            layer.kernel.assign(keras.initializers.HeNormal()(layer.kernel.shape))
