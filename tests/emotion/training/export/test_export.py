"""From a few steps of real training to the file that is served, and its card."""

import dataclasses
import json

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install -r requirements/train.txt")

from emotion.classifier import ExpressionClassifier, ExpressionNetwork
from emotion.judgement.clarity import CAREFUL_CLEAR_FROM
from emotion.labels import EMOTIONS
from emotion.model_card import ModelCard, Reads, checksum
from emotion.training.commands.figures import figures
from emotion.training.data.errors import DataError
from emotion.training.data.votes import VOTED_NAMES
from emotion.training.export import export as exporting
from emotion.training.export import litert
from emotion.training.export.export import ExportLoses, command_of, export
from emotion.training.export.litert import Parity, best_quantised, convert
from emotion.training.networks.registry import build
from emotion.training.run.config import Distillation, RunError, TrainingConfig, recipe
from emotion.training.run.recount import recount
from emotion.training.run.saved import best_model, predicted
from emotion.training.run.train import start
from emotion.training.score.crop import PipelineCrops
from emotion.training.score.standing import ChoiceScores
from tests.banded_faces import banded_dataset

# Keras 3.15 converts its variables in a way that numpy 2 is going to refuse.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def data():
    return banded_dataset()


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    config = TrainingConfig(network="edge", epochs=2, batch_size=16, averaging=0.5)
    folder = tmp_path_factory.mktemp("run")
    start(config, folder, data, resume=False).fit()
    return folder


def perfect(images):
    """A pipeline that crops as the data does."""
    maps = np.tile(np.eye(2, 3), (len(images), 1, 1))
    return PipelineCrops(images.copy(), np.ones(len(images), bool), maps)


def blind(images):
    found = perfect(images)
    return dataclasses.replace(found, found=np.zeros(len(images), bool))


@pytest.fixture(scope="module")
def exported(run, data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    to, float32 = folder / "edge.tflite", folder / "edge32.tflite"
    export([run], data, to, crops=perfect, most_lost=0.5, samples=2, float32=float32)
    return to, float32


def logits(path, images):
    network = ExpressionNetwork(path)
    answers = [network.logits(image) for image in images]
    return {head: np.stack([answer[head] for answer in answers]) for head in network.heads}


def test_the_files_read_as_the_network_does_in_keras(exported, run, data):
    int8, float32 = exported
    exact = predicted(best_model(run), data.choosing.images)

    for path, tolerance in ((float32, 1e-3), (int8, 0.1)):
        served = logits(path, data.choosing.images)
        assert set(served) == set(exact) == {"expression", "votes"}
        for head in exact:
            assert np.abs(served[head] - exact[head]).max() < tolerance * np.ptp(exact[head])


def test_int8_is_read_and_real_numbers_come_out(exported):
    int8, float32 = exported

    assert (
        ExpressionNetwork(int8).input_dtype == ModelCard.load(int8.with_suffix(".json")).input_dtype == "int8"
    )
    assert ExpressionNetwork(float32).input_dtype == "float32"
    assert int8.stat().st_size < float32.stat().st_size / 2


def test_nothing_but_the_files_and_what_lies_beside_them_is_left(exported):
    int8, _ = exported

    assert {path.name for path in int8.parent.iterdir()} == {
        "edge.tflite",
        "edge.json",
        "edge.weights.h5",
        "edge32.tflite",
        "edge32.json",
    }


def test_the_weights_beside_the_file_are_those_of_the_run(exported, run):
    again = build("edge")
    again.load_weights(exported[0].with_suffix(".weights.h5"))

    for kept, known in zip(again.get_weights(), best_model(run).get_weights(), strict=True):
        np.testing.assert_array_equal(kept, known)


def test_the_card_describes_its_file(exported, data):
    int8, _ = exported
    card = ModelCard.load(int8.with_suffix(".json"))

    assert card.sha256 == checksum(int8)
    assert card.network == "edge"
    assert card.heads == {"expression": tuple(EMOTIONS), "votes": VOTED_NAMES}
    assert card.parameters == build("edge").count_params()
    assert card.multiply_adds > 10_000_000
    assert card.reads is Reads.BOTH_WAYS
    assert card.data["fingerprint"] == data.fingerprint
    assert card.command.startswith("python -m emotion.training train --network edge --epochs 2")


def test_the_scores_of_the_card_are_those_of_the_file(exported, data):
    int8, _ = exported
    card = ModelCard.load(int8.with_suffix(".json"))
    read = logits(int8, data.choosing.images)["expression"].argmax(axis=1)

    accuracy = (read == data.choosing.labels).mean()
    assert card.scores["accuracy"] == pytest.approx(accuracy, abs=1e-4)
    lost = card.scores["expression_accuracy_in_keras"] - accuracy
    assert card.scores["expression_lost_in_file"] == pytest.approx(lost, abs=2e-4)
    assert {"shown_accuracy", "shown_ece", "coverage_above_limit", "lost_by_crop"} <= card.scores.keys()
    assert card.scores["lost_by_crop"] == 0
    assert card.confidence_limit <= card.clear_from != CAREFUL_CLEAR_FROM, "measured, not the default"
    assert "coverage_clear" in card.scores
    json.dumps(dict(card.scores))


def test_the_exported_file_serves(exported, data):
    scores = ExpressionClassifier.load(exported[0]).classify(data.choosing.images[0])

    assert sum(scores.probabilities) == pytest.approx(1)


def test_the_figures_of_cards_stand_side_by_side(exported):
    card = ModelCard.load(exported[0].with_suffix(".json"))
    told = {"accuracy": 0.5, "shown_ece": 0.021}
    told |= {"lost_by_crop": 0.004, "lost_by_crop_low": -0.011, "lost_by_crop_high": 0.02}
    other = dataclasses.replace(card, network="other", scores=told)

    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in figures(card, other).splitlines()]

    assert rows[0] == ["", "edge", "other"]
    assert {len(row) for row in rows} == {3}
    cells = {row[0]: row[2] for row in rows}
    assert cells["FER2013 label, read once"] == "50.0%"
    assert cells["as shown: calibration error, 15 bins"] == "2.1%"
    assert cells["lost by the pipeline's own crop, FER2013 label"] == "+0.4% (-1.1% to +2.0%)"
    assert cells["as shown: of those, right"] == "-"


def test_another_sample_of_faces_gives_other_ranges(run):
    model, faces = best_model(run), banded_dataset(training=300).training.images

    one, again, other = (convert(model, faces, quantised=True, sample=sample) for sample in (1, 1, 2))

    assert one == again
    assert one != other


def test_of_several_runs_the_mean_is_exported(run, data, tmp_path):
    config = TrainingConfig(network="edge", epochs=1, batch_size=16, seed=2)
    start(config, tmp_path / "other", data, resume=False).fit()

    export([run, tmp_path / "other"], data, tmp_path / "edge.tflite", crops=perfect, most_lost=1, samples=1)

    assert "export --run RUN RUN --data" in ModelCard.load(tmp_path / "edge.json").command
    mean = build("edge")
    mean.load_weights(tmp_path / "edge.weights.h5")
    ones, others = (best_model(folder).get_weights() for folder in (run, tmp_path / "other"))
    for weights, one, other in zip(mean.get_weights(), ones, others, strict=True):
        np.testing.assert_allclose(weights, (one + other) / 2, atol=1e-6)


def test_statistics_are_counted_anew_before_an_export_that_asks_for_it(run, data, tmp_path):
    to = tmp_path / "edge.tflite"

    export([run], data, to, crops=perfect, most_lost=1, samples=1, recounts=True)

    assert "export --run RUN --recount --data" in ModelCard.load(tmp_path / "edge.json").command
    exported, counted = build("edge"), best_model(run)
    exported.load_weights(tmp_path / "edge.weights.h5")
    recount(counted, data.training.images, TrainingConfig.read(run).augmentation)
    for weights, known in zip(exported.get_weights(), counted.get_weights(), strict=True):
        np.testing.assert_allclose(weights, known, atol=1e-5)


def test_runs_of_two_networks_have_no_mean(run, data, tmp_path):
    TrainingConfig(network="flagship").write(tmp_path)

    with pytest.raises(RunError, match=r"is a run of flagship and .* one of edge: only runs of one network"):
        export([run, tmp_path], data, tmp_path / "edge.tflite", crops=perfect)


def test_of_several_samples_the_file_that_reads_best_is_kept(run, data, monkeypatch):
    readings = {b"0": 0.6, b"1": 0.8, b"2": 0.7}
    monkeypatch.setattr(litert, "convert", lambda *_, sample, **__: str(sample).encode())
    monkeypatch.setattr(
        litert, "_choice_scores", lambda content, _: ChoiceScores(0.9, readings[content], readings[content])
    )

    assert best_quantised(None, data, samples=3) == b"1"
    assert best_quantised(None, data, samples=1) == b"0"


def test_a_file_that_loses_too_much_is_not_written(run, data, tmp_path, monkeypatch):
    worse = {"expression": Parity(accuracy=0.70, exact=0.71, largest=1, mean=0.1)}
    monkeypatch.setattr(exporting, "parities", lambda *_: worse)

    with pytest.raises(
        ExportLoses, match=r"reads 71\.00% of PublicTest right in Keras and 70\.00% in the file"
    ):
        export([run], data, tmp_path / "edge.tflite", crops=perfect, most_lost=0.004, samples=1)

    assert not list(tmp_path.iterdir())


def test_nothing_is_written_where_the_pipeline_finds_no_face(run, data, tmp_path):
    with pytest.raises(DataError, match="finds 0 of"):
        export([run], data, tmp_path / "edge.tflite", crops=blind, most_lost=0.5, samples=1)

    assert not list(tmp_path.iterdir())


def test_a_network_of_fewer_labels_is_not_served(data, tmp_path):
    TrainingConfig(network="edge", classes=("happy", "sad")).write(tmp_path)

    with pytest.raises(RunError, match="only happy, sad: what is served tells all seven"):
        export([tmp_path], data, tmp_path / "edge.tflite", crops=perfect)


def test_another_backend_says_which_one_exports(monkeypatch):
    monkeypatch.setattr("keras.backend.backend", lambda: "torch")

    with pytest.raises(RunError, match=r"Keras runs on torch .* KERAS_BACKEND=tensorflow"):
        convert(None, None, quantised=True)


def test_parity_counts_faces_and_logits():
    exact = np.array([[2, 1], [2, 1], [1, 2], [1, 2]], np.float32)
    served = np.array([[2, 1], [1, 1.5], [1, 2], [1, 2]], np.float32)

    found = Parity.of(served, exact, np.array([0, 0, 1, -1]))

    assert (found.exact, found.accuracy) == (1, pytest.approx(2 / 3))
    assert found.lost == pytest.approx(1 / 3)
    assert (found.largest, found.mean) == (1, pytest.approx(1.5 / 8))


def test_the_command_repeats_what_the_recipe_does_not_say():
    usual = recipe("edge")
    taught = Distillation(logits="teachers.npz", share=0.5)
    other = dataclasses.replace(usual, seed=3, start_from=("before.weights.h5",), distillation=taught)
    other = other.with_settings({"averaging": 0.0, "augmentation.shift": 0.5})

    assert command_of(usual).startswith(
        "python -m emotion.training train --network edge --data DATA --out RUN &&"
    )
    assert (
        "distil --network edge --seed 3 --set averaging=0 --set augmentation.shift=0.5 --start-from WEIGHTS"
        " --share 0.5 --temperature 3 --teachers TEACHERS --data DATA" in command_of(other)
    )
    asking = dataclasses.replace(usual, distillation=dataclasses.replace(taught, logits=None))
    assert "--temperature 3 --ask TEACHERS --data DATA" in command_of(asking)
