"""The fast batch normalisation does what Keras's own does."""

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install -r requirements/train.txt")

import keras
from keras import layers

from emotion.training.networks.normalisation import BatchNormalization

# Keras 3.15 converts its variables in a way that numpy 2 is going to refuse.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def trained(layer, inputs, wanted):
    """Weights after three steps of a network with `layer` between two others, and its answers in service."""
    keras.utils.set_random_seed(1)
    after = layers.Conv2D(2, 3) if inputs.ndim == 4 else layers.Dense(4)
    model = keras.Sequential([keras.Input(inputs.shape[1:]), layers.Dense(4), layer, after, layers.Flatten()])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    for _ in range(3):
        model.train_on_batch(inputs, wanted)
    return model.get_weights(), model.predict(inputs, verbose=0)


@pytest.mark.parametrize("shape", [(8, 6, 6, 3), (8, 3)], ids=["maps", "vectors"])
def test_it_learns_and_answers_like_the_layer_of_keras(shape):
    random = np.random.default_rng(1)
    inputs = random.normal(2, 3, shape).astype(np.float32)
    wanted = random.normal(0, 1, (8, 32 if len(shape) == 4 else 4)).astype(np.float32)

    ours, theirs = (
        trained(kind(momentum=0.9), inputs, wanted)
        for kind in (BatchNormalization, layers.BatchNormalization)
    )

    for one, other in zip(ours[0], theirs[0], strict=True):
        # The kernel divides the variance that it remembers by n - 1, Keras by n.
        np.testing.assert_allclose(one, other, rtol=0.005, atol=1e-4)
    np.testing.assert_allclose(ours[1], theirs[1], rtol=0.01, atol=1e-3)


def test_a_frozen_layer_keeps_its_statistics():
    layer = BatchNormalization()
    layer.build((None, 4, 4, 3))
    layer.trainable = False

    answers = layer(np.full((2, 4, 4, 3), 5.0, np.float32), training=True)

    np.testing.assert_allclose(layer.moving_mean.numpy(), 0)
    np.testing.assert_allclose(answers.numpy(), 5, rtol=0.01)


def test_statistics_are_kept_in_full_precision_where_the_rest_is_not():
    layer = BatchNormalization(momentum=0.9, dtype="mixed_bfloat16")
    inputs = np.random.default_rng(1).normal(2, 3, (64, 6, 6, 3)).astype(np.float32)

    answers = layer(inputs, training=True)

    assert answers.dtype == "bfloat16"
    # Half precision alone would be off by up to four thousandths.
    expected = 0.1 * np.float32(keras.ops.cast(inputs, "bfloat16")).mean(axis=(0, 1, 2))
    np.testing.assert_allclose(layer.moving_mean.numpy(), expected, rtol=1e-4)
