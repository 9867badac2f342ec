"""What a network costs: how many numbers it has learned, how many products one face takes."""

import math
from collections.abc import Iterator

import keras
from keras import layers

COUNTED = (layers.Conv2D, layers.DepthwiseConv2D, layers.SeparableConv2D, layers.Dense)


def multiply_adds(model: keras.Model) -> int:
    """Products of a weight and a value, each added to a sum, that one face takes.

    Counted from the shapes of convolutions and dense layers, nested models included; additions,
    normalisation, pooling and activations are left out, as is the custom. A layer used twice
    counts once.

    Raises:
        ValueError: a layer's output has no fixed size, so the model must be built for one.
    """
    return sum(_products(layer) for layer in _leaves(model) if isinstance(layer, COUNTED))


def parameters(model: keras.Model) -> int:
    """All numbers that the weights hold, the moving averages of normalisation included."""
    count: int = model.count_params()
    return count


def _leaves(model: keras.Model) -> Iterator[layers.Layer]:
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _leaves(layer)
        else:
            yield layer


def _products(layer: layers.Layer) -> int:
    """Every weight of a kernel is used once at every place of the layer's output."""
    places = layer.output.shape[1:-1]
    if None in places:
        raise ValueError(f"the layer {layer.name} has no fixed size: build the model for one")
    products: int = math.prod(places) * sum(math.prod(kernel.shape) for kernel in _kernels(layer))
    return products


def _kernels(layer: layers.Layer) -> tuple[keras.Variable, ...]:
    if isinstance(layer, layers.SeparableConv2D):
        return layer.depthwise_kernel, layer.pointwise_kernel
    return (layer.kernel,)
