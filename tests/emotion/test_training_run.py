"""A few steps of real training; the package that trains is not among those that serve."""

import dataclasses

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install -r requirements/train.txt")

from emotion.classifier import ExpressionClassifier, ExpressionNetwork
from emotion.training.__main__ import main
from emotion.training.data import FaceSet, Fer2013
from emotion.training.evaluate import best_model, keras_logits
from emotion.training.export import export
from emotion.training.networks import build, expression_only
from emotion.training.train import (
    CHECKPOINT,
    CONFIG,
    RunError,
    TrainingConfig,
    batches,
    expression_targets,
    learning_rate,
    start,
)

# Keras 3.15 converts its variables in a way that numpy 2 is going to refuse.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def make_faces(count, *, seed=0):
    """Noise that is bright in one of seven bands; the band is the label."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 7, count)
    images = random.integers(0, 80, (count, 48, 48)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[6 * label : 6 * label + 6] += 150
    votes = np.zeros((count, 8), np.float32)
    votes[np.arange(count), labels] = 1
    return FaceSet(images, labels, votes)


@pytest.fixture(scope="module")
def data():
    return Fer2013(make_faces(64), make_faces(40, seed=1), {"blank": 0})


@pytest.fixture(scope="module")
def finished(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    run = start(TrainingConfig(epochs=2, batch_size=16), folder, resume=False)
    run.fit(data)
    return run


def test_the_network_has_the_size_its_author_gives():
    # 1,839,876 with four labels; three more add 3 x 513. The head of votes is not exported.
    votes_head = 8 * 513

    assert build("five_block_cnn").count_params() - votes_head == 1_839_876 + 3 * 513


@pytest.mark.parametrize(("done", "share"), [(0, 0.0), (0.5, 0.5), (1, 1.0), (6, 0.5), (11, 0.0)])
def test_the_learning_rate_warms_up_and_falls_to_zero(done, share):
    config = TrainingConfig(epochs=11, warm_up_epochs=1, peak_rate=0.2)

    assert learning_rate(config, done) == pytest.approx(0.2 * share)


def test_targets_are_softened_by_votes_and_smoothing():
    faces = make_faces(1)
    faces.labels[:] = 3
    faces.votes[:] = 0
    faces.votes[0, 0] = 1  # all ten said neutral
    config = TrainingConfig(label_smoothing=0.07, vote_share=0.2)

    expected = np.full(7, 0.01)
    expected[3] += 0.73
    expected[6] += 0.2
    np.testing.assert_allclose(expression_targets(faces, config)[0], expected, atol=1e-6)


def test_a_face_without_agreed_votes_keeps_its_label():
    faces = make_faces(1)
    faces.votes[:] = 0
    config = TrainingConfig(label_smoothing=0, vote_share=0.2)

    np.testing.assert_allclose(expression_targets(faces, config)[0], np.eye(7)[faces.labels[0]])


def test_batches_depend_on_seed_and_epoch_alone(data):
    config = TrainingConfig(batch_size=16)

    def first(seed, epoch):
        return next(batches(data.training, dataclasses.replace(config, seed=seed), epoch))[0]

    np.testing.assert_array_equal(first(1, 0), first(1, 0))
    assert not np.array_equal(first(1, 0), first(1, 1))
    assert not np.array_equal(first(1, 0), first(2, 0))


def test_the_last_epochs_mix_no_faces(data):
    config = TrainingConfig(epochs=10, plain_epochs=4, batch_size=16, label_smoothing=0, vote_share=0)

    def labels(epoch):
        return next(batches(data.training, config, epoch))[1][0]

    assert labels(5).max(axis=1).min() < 1
    assert labels(6).max(axis=1).min() == 1


def test_a_run_tells_each_epoch_and_keeps_its_configuration(finished):
    lines = (finished.folder / "history.csv").read_text().splitlines()

    assert [line.split(",")[0] for line in lines] == ["epoch", "1", "2"]
    assert TrainingConfig.read(finished.folder / CONFIG) == finished.config


def test_the_averaged_weights_follow_the_trained_ones(finished):
    # The memory grows from a tenth: after eight steps the average is near, not the same.
    trained, averaged = finished.model.get_weights()[0], finished.averaged.get_weights()[0]

    assert 0 < np.abs(trained - averaged).max() < 0.5


def test_a_resumed_run_goes_on_where_the_first_stopped(finished, data):
    longer = dataclasses.replace(finished.config, epochs=3)
    run = start(longer, finished.folder, resume=True)

    assert run.epoch == 2
    assert run.optimizer.iterations == finished.optimizer.iterations
    for kept, known in zip(run.averaged.get_weights(), finished.averaged.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, known)

    run.fit(data)
    assert run.epoch == 3


def test_a_folder_with_a_run_is_not_overwritten(finished):
    with pytest.raises(RunError, match="--resume"):
        start(finished.config, finished.folder, resume=False)


def test_a_damaged_checkpoint_is_named(tmp_path):
    (tmp_path / CHECKPOINT).write_bytes(b"cut off")

    with pytest.raises(RunError, match=CHECKPOINT):
        start(TrainingConfig(), tmp_path, resume=True)


def test_it_learns_what_is_easy_to_see(tmp_path):
    easy = Fer2013(make_faces(256), make_faces(100, seed=1), {})
    config = TrainingConfig(epochs=6, batch_size=16, averaging=0.9)
    run = start(config, tmp_path, resume=False)

    run.fit(easy)

    assert run.best > 0.5  # one in seven by chance


def test_the_exported_file_reads_as_the_network_does(finished, data, tmp_path):
    weights = tmp_path / "expression.tflite"

    card = export(finished.folder, data, weights, "a command")

    model, faces = best_model(finished.folder), data.publictest
    exact = keras_logits(model, faces)
    served = np.stack([ExpressionNetwork(weights).logits(face) for face in faces.images])
    assert np.abs(served - exact).max() < 0.1 * np.ptp(exact)
    assert ExpressionClassifier.load(weights).card.sha256 == card.sha256
    assert {path.name for path in tmp_path.iterdir()} == {"expression.json", "expression.tflite"}


def test_only_the_head_of_labels_is_exported():
    assert expression_only(build("five_block_cnn")).output_shape == (None, 7)


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "--data", "{missing}", "--out", "{missing}/out"],
        ["train", "--data", "{missing}", "--out", "{missing}/out", "--resume"],
        ["evaluate", "--data", "{missing}", "--weights", "{missing}/weights.tflite"],
        ["export", "--data", "{missing}", "--run", "{missing}", "--to", "{missing}/weights.tflite"],
    ],
    ids=" ".join,
)
def test_the_command_says_what_is_missing_in_one_line(arguments, tmp_path, capsys):
    missing = tmp_path / "missing"

    status = main([argument.format(missing=missing) for argument in arguments])

    assert status == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert str(missing) in error
    assert error.count("\n") == 1
