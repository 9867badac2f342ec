"""Parameters and multiply-adds, against figures worked out by hand."""

import pytest

pytest.importorskip("keras", reason="needs Keras: pip install -r requirements/train.txt")

import keras
from keras import layers

from emotion.training.networks.cost import multiply_adds, parameters


def model_of(*stack, shape=(48, 48, 1)):
    x = inputs = keras.Input(shape)
    for layer in stack:
        x = layer(x)
    return keras.Model(inputs, x)


def test_a_padded_convolution_costs_its_kernel_at_every_place():
    model = model_of(layers.Conv2D(32, 3, padding="same"))

    assert parameters(model) == 9 * 32 + 32
    assert multiply_adds(model) == 48 * 48 * 9 * 32


def test_without_padding_a_convolution_has_fewer_places():
    model = model_of(layers.Conv2D(8, 5, strides=2))

    # (48 - 5) / 2 rounded down, and one.
    assert multiply_adds(model) == 22 * 22 * 25 * 8


def test_a_convolution_in_groups_sees_only_its_own_channels():
    model = model_of(layers.Conv2D(8, 3, padding="same", groups=4), shape=(10, 10, 8))

    assert multiply_adds(model) == 100 * 9 * (8 // 4) * 8


def test_a_depthwise_convolution_costs_one_kernel_a_channel():
    model = model_of(layers.DepthwiseConv2D(3, padding="same"), shape=(10, 10, 16))

    assert multiply_adds(model) == 100 * 9 * 16


def test_a_separable_convolution_costs_its_two_parts():
    model = model_of(layers.SeparableConv2D(32, 3, padding="same"), shape=(10, 10, 16))

    assert multiply_adds(model) == 100 * 9 * 16 + 100 * 16 * 32


def test_a_dense_layer_costs_its_matrix():
    model = model_of(layers.Flatten(), layers.Dense(7), shape=(4, 4, 2))

    assert parameters(model) == 32 * 7 + 7
    assert multiply_adds(model) == 32 * 7


def test_what_has_no_kernel_costs_nothing():
    model = model_of(layers.BatchNormalization(), layers.ReLU(), layers.MaxPooling2D())

    assert multiply_adds(model) == 0


def test_a_model_in_a_model_counts_with_it():
    inner = model_of(layers.Conv2D(4, 3, padding="same"))
    model = model_of(
        layers.MaxPooling2D(), model_of(inner, layers.Flatten(), layers.Dense(2)), shape=(96, 96, 1)
    )

    assert multiply_adds(model) == 48 * 48 * 9 * 4 + 48 * 48 * 4 * 2


def test_a_network_for_any_size_is_refused():
    model = model_of(layers.Conv2D(4, 3), shape=(None, None, 1))

    with pytest.raises(ValueError, match="no fixed size"):
        multiply_adds(model)
