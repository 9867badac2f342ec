"""A wider network takes over what a narrow one has learned."""

import pytest

pytest.importorskip("keras", reason="needs Keras: pip install -r requirements/train.txt")

import keras
import numpy as np
from keras import layers

from emotion.training.networks.network import WeightsError
from emotion.training.networks.registry import build
from emotion.training.networks.widen import widen

# Keras 3.15 converts its variables in a way that numpy 2 is going to refuse.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def faces():
    return np.random.default_rng(0).normal(size=(4, 48, 48, 1)).astype(np.float32)


def small(channels, *, kernel=3):
    inputs = keras.Input((8, 8, 1))
    x = layers.Conv2D(channels, kernel, padding="same", activation="relu")(inputs)
    return keras.Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling2D()(x)), name=f"small_{channels}")


def learned(name, seed=1):
    """The network `name` with statistics and weights that no untrained one has."""
    model, chance = build(name), np.random.default_rng(seed)
    model.set_weights(
        [
            np.abs(each) + chance.uniform(0.1, 0.3, each.shape) if each.ndim == 1 else each
            for each in model.get_weights()
        ]
    )
    return model


def answers(model, faces):
    return {head: keras.ops.convert_to_numpy(logits) for head, logits in model(faces).items()}


@pytest.mark.parametrize("name", ["flagship", "edge"])
def test_the_wider_network_answers_as_the_narrow_one_did(name, faces):
    narrow, wide = learned(f"{name}_narrow"), build(name)
    before, known = answers(wide, faces), answers(narrow, faces)

    widen(narrow, wide)

    for head, logits in answers(wide, faces).items():
        np.testing.assert_allclose(logits, known[head], atol=1e-4)
        assert np.abs(logits - before[head]).max() > 0.1


def test_its_new_channels_see_something_of_their_own():
    narrow, wide = learned("edge_narrow"), build("edge")

    widen(narrow, wide)

    kernels = [each for each in wide.get_weights() if each.shape == (3, 3, 16, 48)]
    assert kernels
    for kernel in kernels:
        new = kernel[..., 32:]
        assert new.std(axis=(0, 1, 2)).min() > 0
        assert np.abs(np.corrcoef(new.reshape(-1, 16).T) - np.eye(16)).max() < 0.5  # no two alike


def test_a_network_widened_to_its_own_size_is_a_copy(faces):
    narrow, same = learned("edge"), build("edge")

    widen(narrow, same)

    for one, other in zip(narrow.get_weights(), same.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "wide", [small(3), small(8, kernel=5), keras.Sequential([keras.Input((8,)), layers.Dense(2)])]
)
def test_what_is_not_a_wider_form_of_it_is_refused(wide):
    with pytest.raises(WeightsError, match="is not a wider small_4"):
        widen(small(4), wide)
