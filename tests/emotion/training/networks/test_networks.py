"""The networks of the papers, as far as their papers pin them."""

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install -r requirements/train.txt")

import keras

from emotion.classifier import EXPRESSION
from emotion.training.data.votes import VOTES
from emotion.training.networks.claims import CLAIMS
from emotion.training.networks.cost import multiply_adds, parameters
from emotion.training.networks.network import Network, WeightsError, with_heads
from emotion.training.networks.papers import PAPERS
from emotion.training.networks.registry import NETWORKS
from emotion.training.page.comparison import ROWS
from emotion.training.run.config import TrainingConfig
from emotion.training.run.saved import BEST, best_model
from emotion.training.run.train import Run
from tests.banded_faces import banded_dataset

# Keras 3.15 converts its variables in a way that numpy 2 is going to refuse.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

BY_NAME = {network.name: network for network in PAPERS}
BIG = ("vgg16", "resnet50v2", "efficientnetv2b2")


@pytest.fixture
def faces():
    return np.random.default_rng(0).normal(size=(4, 48, 48, 1)).astype(np.float32)


def test_every_network_has_a_row_in_the_table():
    assert {network for network, _ in ROWS} == set(NETWORKS)


def test_every_network_of_a_paper_has_its_claim():
    assert set(CLAIMS) == set(BY_NAME)
    assert all(network.paper for network in PAPERS)


@pytest.mark.parametrize("name", ["saleem_gray_cnn", "saleem_complex_cnn", "saleem_complex_cnn_2"])
def test_a_network_has_exactly_the_parameters_that_its_paper_gives(name):
    assert parameters(with_heads(BY_NAME[name], classes=4)) == CLAIMS[name].parameters


def test_the_backbone_without_its_head_has_the_size_that_the_paper_rounds():
    without_head = parameters(BY_NAME["vgg16"].trunk())

    assert round(without_head, -5) == CLAIMS["vgg16"].parameters


def test_resnet_32_has_32_layers_with_weights():
    # The shortcuts that widen the stages are not counted among them.
    layers = [
        layer
        for layer in with_heads(BY_NAME["jain_resnet32"]).layers
        if isinstance(layer, keras.layers.Dense)
        or (isinstance(layer, keras.layers.Conv2D) and layer.kernel_size == (3, 3))
    ]

    assert len(layers) == 32


@pytest.mark.parametrize("name", BY_NAME)
def test_a_face_becomes_a_logit_for_each_class(name, faces):
    model = with_heads(BY_NAME[name], classes=5)
    logits = keras.ops.convert_to_numpy(model(faces)[EXPRESSION])

    assert logits.shape == (4, 5)
    assert np.isfinite(logits).all()
    assert np.ptp(logits, axis=0).max() > 0, "all faces look alike to it"
    assert multiply_adds(model) > 1e6


@pytest.mark.parametrize("name", [name for name in BY_NAME if name not in BIG])
def test_two_steps_change_the_first_layer(name, faces):
    keras.utils.set_random_seed(1)
    model = with_heads(BY_NAME[name])
    first = model.trainable_variables[0]
    before = keras.ops.convert_to_numpy(first).copy()
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.AdamW(1e-3), {EXPRESSION: loss}, run_eagerly=True)
    for _ in range(2):
        model.train_on_batch(faces, {EXPRESSION: np.eye(7, dtype=np.float32)[[0, 1, 2, 3]]})

    assert np.abs(keras.ops.convert_to_numpy(first) - before).max() > 1e-5


def test_a_second_head_reads_the_eight_votes(faces):
    outputs = with_heads(Network("two", BY_NAME["monyok_cnn"].trunk, two_heads=True))(faces)

    assert {head: tuple(logits.shape) for head, logits in outputs.items()} == {
        EXPRESSION: (4, 7),
        VOTES: (4, 8),
    }


def test_a_backbone_starts_from_a_file_of_weights(tmp_path):
    file = tmp_path / "notop.weights.h5"
    learned = keras.applications.VGG16(include_top=False, weights=None, input_shape=(48, 48, 3))
    learned.save_weights(file)
    model = with_heads(BY_NAME["vgg16"], weights=file)
    nested = next(layer for layer in model.layers if isinstance(layer, keras.Model))

    for mine, theirs in zip(nested.weights, learned.weights, strict=True):
        np.testing.assert_array_equal(
            keras.ops.convert_to_numpy(mine), keras.ops.convert_to_numpy(theirs), err_msg=mine.path
        )


def test_nothing_is_downloaded_for_a_name_that_keras_would_fetch(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(WeightsError, match="nothing is downloaded"):
        with_heads(BY_NAME["vgg16"], weights=tmp_path / "imagenet")


def test_a_run_that_started_from_such_a_file_is_read_back_as_it_was(tmp_path):
    learned = keras.applications.VGG16(include_top=False, weights=None, input_shape=(48, 48, 3))
    learned.save_weights(tmp_path / "notop.weights.h5")
    config = TrainingConfig(network="vgg16", trunk_weights=str(tmp_path / "notop.weights.h5"))
    config.write(tmp_path)
    model = with_heads(BY_NAME["vgg16"], weights=tmp_path / "notop.weights.h5")
    model.save_weights(tmp_path / BEST)
    faces = np.random.default_rng(0).normal(size=(2, 48, 48, 1)).astype(np.float32)

    again = best_model(tmp_path)

    np.testing.assert_allclose(again(faces)[EXPRESSION], model(faces)[EXPRESSION], rtol=1e-5)


def test_a_run_goes_on_from_one_that_started_from_such_a_file(tmp_path):
    learned = keras.applications.VGG16(include_top=False, weights=None, input_shape=(48, 48, 3))
    learned.save_weights(tmp_path / "notop.weights.h5")
    before = with_heads(BY_NAME["vgg16"], weights=tmp_path / "notop.weights.h5")
    before.save_weights(tmp_path / BEST)
    config = TrainingConfig(
        network="vgg16",
        batch_size=16,
        trunk_weights=str(tmp_path / "notop.weights.h5"),
        start_from=(str(tmp_path / BEST),),
    )

    run = Run(config, tmp_path, banded_dataset(), None)

    for started, known in zip(run.model.get_weights(), before.get_weights(), strict=True):
        np.testing.assert_array_equal(started, known)


def test_weights_of_something_else_are_refused(tmp_path):
    file = tmp_path / "other.weights.h5"
    BY_NAME["monyok_cnn"].trunk().save_weights(file)

    with pytest.raises(WeightsError, match="does not hold the weights"):
        with_heads(BY_NAME["vgg16"], weights=file)


def test_a_file_that_is_no_weights_is_refused(tmp_path):
    file = tmp_path / "notop.h5"
    file.write_bytes(b"no weights at all")

    with pytest.raises(WeightsError, match=r"notop\.h5"):
        with_heads(BY_NAME["vgg16"], weights=file)


def test_a_small_network_takes_no_weights_from_elsewhere(tmp_path):
    with pytest.raises(WeightsError, match="always starts from chance"):
        with_heads(BY_NAME["karan_cnn"], weights=tmp_path / "notop.h5")
