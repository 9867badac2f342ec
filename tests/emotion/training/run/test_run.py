"""A few steps of real training; the packages that train are not among those that serve."""

import csv
import shutil

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install -r requirements/train.txt")

import keras

from emotion.preprocess import network_input
from emotion.training.__main__ import parser
from emotion.training.commands import train as commands
from emotion.training.data.votes import strict_majority
from emotion.training.networks.normalisation import BatchNormalization
from emotion.training.networks.registry import build
from emotion.training.run.augment import Augmentation
from emotion.training.run.config import Distillation, RunError, TrainingConfig
from emotion.training.run.history import HISTORY
from emotion.training.run.loss import HeadLoss
from emotion.training.run.recount import recount
from emotion.training.run.saved import BEST, best_model, predicted
from emotion.training.run.teacher import TeacherLogits, answers, asked
from emotion.training.run.train import CHECKPOINT, Run, start
from tests.banded_faces import banded_dataset

# Keras 3.15 converts its variables in a way that numpy 2 is going to refuse.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SHORT = TrainingConfig(network="edge", epochs=4, batch_size=16, sizes=((0.0, 32), (0.5, 48)))


class Killed(Exception):
    """Stands for a process that ends between two steps."""


@pytest.fixture(scope="module")
def data():
    return banded_dataset()


@pytest.fixture(scope="module")
def finished(data, tmp_path_factory):
    run = start(SHORT, tmp_path_factory.mktemp("run"), data, resume=False)
    run.fit()
    return run


def killed_after(run, steps):
    """Train `steps` steps of `run`, then die as a process does: without a last word."""
    learn, checkpoint = run._train, run._keep_checkpoint

    def learn_or_die(step, *batch):
        if step == steps:
            raise Killed
        learn(step, *batch)
        checkpoint()

    run._train = learn_or_die
    with pytest.raises(Killed):
        run.fit()


def history(run):
    return history_of(run.folder)


def history_of(folder):
    with (folder / HISTORY).open(newline="") as file:
        return [{name: row[name] for name in ("step", "loss", "accuracy")} for row in csv.DictReader(file)]


def test_a_run_tells_each_epoch_and_keeps_its_configuration(finished):
    assert [row["step"] for row in history(finished)] == ["4", "8", "12", "16"]
    assert TrainingConfig.read(finished.folder) == finished.config


@pytest.mark.parametrize("steps", [3, 13])
def test_a_killed_run_comes_to_the_same_end(finished, data, steps, tmp_path):
    killed_after(start(SHORT, tmp_path, data, resume=False), steps)

    resumed = start(SHORT, tmp_path, data, resume=True)
    assert resumed.progress.step == steps
    resumed.fit()

    for row, known in zip(history(resumed), history(finished), strict=True):
        assert float(row["loss"]) == pytest.approx(float(known["loss"]), abs=1.1e-4)
    for weights, known in zip(resumed.averaged.get_weights(), finished.averaged.get_weights(), strict=True):
        np.testing.assert_allclose(weights, known, atol=1e-3)


def test_a_run_killed_before_its_first_checkpoint_starts_anew(data, tmp_path):
    run = start(SHORT, tmp_path, data, resume=False)
    assert not (run.folder / CHECKPOINT).exists()

    assert start(SHORT, tmp_path, data, resume=True).progress.step == 0


def test_the_best_weights_are_those_that_scored_best_at_full_size(finished, data):
    model, faces = best_model(finished.folder), data.choosing
    ways = predicted(model, faces.images), predicted(model, np.ascontiguousarray(faces.images[:, :, ::-1]))
    told = (
        (ways[0]["expression"] + ways[1]["expression"], faces.labels),
        (ways[0]["votes"] + ways[1]["votes"], strict_majority(faces.votes)),
    )

    both = np.mean([(logits.argmax(axis=1) == wanted).mean() for logits, wanted in told])

    assert both == pytest.approx(finished.progress.best, abs=1e-4)


def test_half_precision_multiplies_only(data, tmp_path):
    before = keras.config.dtype_policy().name

    run = start(SHORT.changed(epochs=1, precision="mixed_bfloat16"), tmp_path, data, resume=False)
    run.fit()

    assert {layer.compute_dtype for layer in run.model.layers if layer.name.startswith("conv")} == {
        "bfloat16"
    }
    assert {weight.dtype for weight in run.model.weights} == {"float32"}
    assert {output.dtype for output in run.model.outputs} == {"float32"}
    assert keras.config.dtype_policy().name == before


def test_weights_learned_in_half_precision_are_read_in_full(data, tmp_path):
    config = SHORT.changed(epochs=1, precision="mixed_bfloat16", sizes=((0.0, 48),))
    run = start(config, tmp_path, data, resume=False)
    run.fit()

    half = run.logits(data.choosing)["expression"]
    full = predicted(best_model(tmp_path), data.choosing.images)["expression"]

    np.testing.assert_allclose(half, full, atol=0.05)


def test_a_folder_with_a_run_is_not_overwritten(finished, data):
    with pytest.raises(RunError, match="--resume"):
        start(SHORT, finished.folder, data, resume=False)


@pytest.mark.parametrize("kept", [0, 7, 0.5])
def test_a_damaged_checkpoint_is_named(finished, data, tmp_path, kept):
    whole = (finished.folder / CHECKPOINT).read_bytes()
    (tmp_path / CHECKPOINT).write_bytes(whole[: int(kept * len(whole)) if kept < 1 else kept])

    with pytest.raises(RunError, match=CHECKPOINT):
        start(SHORT, tmp_path, data, resume=True)


def test_a_run_does_not_go_on_with_other_faces(finished, tmp_path):
    shutil.copytree(finished.folder, tmp_path / "run")

    with pytest.raises(RunError, match="other faces"):
        start(SHORT, tmp_path / "run", banded_dataset(training=65), resume=True)


def test_a_distilled_run_does_not_go_on_without_its_teachers(data, tmp_path):
    config = SHORT.changed(distillation=Distillation("teachers.npz"))

    with pytest.raises(RunError, match="distil --resume"):
        start(config, tmp_path, data, resume=True)


def test_a_run_of_one_network_is_not_taken_up_as_another(finished, tmp_path):
    options = parser().parse_args(
        ["train", "--network=flagship", "--resume", "--data=D", f"--out={finished.folder}"]
    )

    with pytest.raises(RunError, match="a run of edge, not of flagship"):
        options.call(options)


def test_a_refused_distillation_leaves_the_teachers_of_the_run_alone(finished, tmp_path):
    shutil.copytree(finished.folder, tmp_path / "run")
    (tmp_path / "run" / "teachers.npz").write_bytes(b"the first teachers")
    options = parser().parse_args(
        ["distil", "--network=edge", "--data=D", f"--out={tmp_path / 'run'}", f"--teachers={finished.folder}"]
    )

    with pytest.raises(RunError, match="already holds a run"):
        options.call(options)
    assert (tmp_path / "run" / "teachers.npz").read_bytes() == b"the first teachers"


def test_what_was_told_before_the_first_checkpoint_is_not_told_twice(data, tmp_path, monkeypatch):
    run = start(SHORT, tmp_path, data, resume=False)
    with monkeypatch.context() as killed:
        killed.setattr(Run, "_keep_checkpoint", lambda run: None)
        run.fit()

    again = start(SHORT, tmp_path, data, resume=True)
    again.fit()

    assert [row["step"] for row in history(again)] == ["4", "8", "12", "16"]


def test_weights_of_another_network_are_refused(finished, data, tmp_path):
    other = SHORT.changed(network="monyok_cnn", start_from=(str(finished.folder / BEST),), sizes=((0.0, 48),))

    with pytest.raises(RunError, match=BEST):
        Run(other, tmp_path, data, None)


def test_a_run_starts_from_the_mean_of_several(finished, data, tmp_path):
    other = start(SHORT.changed(seed=2, epochs=3), tmp_path / "other", data, resume=False)
    other.fit()
    both = tuple(str(folder / BEST) for folder in (finished.folder, other.folder))

    run = Run(SHORT.changed(start_from=both), tmp_path, data, None)

    means = zip(
        *(best_model(folder).get_weights() for folder in (finished.folder, other.folder)), strict=True
    )
    for started, (one, another) in zip(run.model.get_weights(), means, strict=True):
        np.testing.assert_allclose(started, (one + another) / 2, atol=1e-6)


def test_a_run_starts_from_a_narrower_network(data, tmp_path):
    narrow = start(SHORT.changed(network="edge_narrow", epochs=3), tmp_path / "narrow", data, resume=False)
    narrow.fit()
    begun = SHORT.changed(start_from=(str(narrow.folder / BEST),), start_network="edge_narrow")

    run = Run(begun, tmp_path, data, None)

    known = predicted(best_model(narrow.folder), data.choosing.images)
    for head, logits in run.logits(data.choosing).items():
        np.testing.assert_allclose(logits, known[head], atol=1e-3)


def test_a_narrower_network_without_its_weights_is_refused(tmp_path):
    options = parser().parse_args(
        ["train", "--network=edge", "--data=D", f"--out={tmp_path}", "--start-network=edge_narrow"]
    )

    with pytest.raises(RunError, match="--start-from"):
        options.call(options)


@pytest.mark.parametrize(
    ("kept", "read"), [("null", ()), ('"a.weights.h5"', ("a.weights.h5",)), ('["a", "b"]', ("a", "b"))]
)
def test_what_a_run_started_from_is_read_from_older_configurations_too(kept, read, tmp_path):
    SHORT.write(tmp_path)
    path = tmp_path / "config.json"
    path.write_text(path.read_text().replace('"start_from": []', f'"start_from": {kept}'))

    assert TrainingConfig.read(tmp_path).start_from == read


def test_it_learns_what_is_easy_to_see(tmp_path):
    easy = banded_dataset(training=256, choosing=100)
    config = SHORT.changed(epochs=8, averaging=0.9, sizes=((0.0, 48),))
    run = start(config, tmp_path, easy, resume=False)

    run.fit()

    assert run.progress.best > 0.5  # one in seven by chance


def test_a_run_stops_early_where_nothing_gets_better(data, tmp_path):
    config = SHORT.changed(epochs=30, patience=1, peak_rate=1e-9, sizes=((0.0, 48),))
    run = start(config, tmp_path, data, resume=False)

    run.fit()

    assert run.progress.step < 30 * 4


def test_processor_time_decides_the_length_once(data, tmp_path, monkeypatch):
    monkeypatch.setattr(Run, "seconds_a_step", lambda run: 0.5)
    config = SHORT.changed(core_minutes=0.2)
    run = start(config, tmp_path, data, resume=False)

    assert run.schedule.steps == 24  # 12 seconds of half a second each
    monkeypatch.setattr(Run, "seconds_a_step", lambda run: 0.1)
    assert start(run.config, tmp_path, data, resume=True).schedule.steps == run.schedule.steps


def test_a_teacher_pulls_the_network_towards_its_answer(data, tmp_path):
    always_fear = {
        "expression": np.eye(7)[np.full(len(data.training), 2)] * 20,
        "votes": np.zeros((len(data.training), 8)),
    }
    taught = Distillation("teachers.npz", share=1.0, temperature=1.0)
    config = SHORT.changed(distillation=taught, averaging=0.5, sizes=((0.0, 48),))
    teacher = TeacherLogits(always_fear, data.fingerprint)
    run = start(config, tmp_path, data, resume=False, teacher=teacher)

    run.fit()

    assert (run.logits(data.choosing)["expression"].argmax(axis=1) == 2).mean() > 0.9


def test_teachers_that_are_asked_are_the_mean_of_their_runs_and_read_both_ways(finished, data):
    faces = data.choosing.images
    model = best_model(finished.folder)

    said = asked([finished.folder, finished.folder], data)(np.arange(len(faces)), faces)

    for head, logits in said.items():
        ways = (predicted(model, np.ascontiguousarray(each))[head] for each in (faces, faces[:, :, ::-1]))
        np.testing.assert_allclose(logits, sum(ways) / 2, atol=1e-4)


def test_a_run_learns_from_teachers_that_it_asks(finished, data, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "load", lambda _path, **_more: data)
    command = ["distil", "--network=edge", "--data=D", f"--out={tmp_path}", "--epochs=1", "--batch-size=16"]
    options = parser().parse_args(
        [*command, f"--ask={finished.folder}", "--set", "augmentation.noise_chance=.5"]
    )

    options.call(options)

    assert TrainingConfig.read(tmp_path).asks
    assert len(history_of(tmp_path)) == 1
    assert not (tmp_path / "teachers.npz").exists()
    options = parser().parse_args([*command, "--resume"])
    with pytest.raises(RunError, match="name them again with --ask"):
        options.call(options)


def test_counted_anew_the_statistics_are_those_of_the_faces(finished, data):
    model, nothing = best_model(finished.folder), Augmentation(erase_chance=0, degrade_chance=0)
    first = next(each for each in model.layers if isinstance(each, BatchNormalization))
    faces = data.training.images
    before = model.get_weights()
    both = network_input(np.concatenate([faces, faces[:, :, ::-1]]))
    seen = np.asarray(keras.Model(model.input, first.input)(both))

    recount(model, faces, nothing)

    np.testing.assert_allclose(first.moving_mean, seen.mean(axis=(0, 1, 2)), atol=1e-3)
    np.testing.assert_allclose(first.moving_variance, seen.var(axis=(0, 1, 2)), rtol=0.01)
    assert first.momentum == 0.9
    learned = [not each.path.rpartition("/")[2].startswith("moving_") for each in model.weights]
    for weights, known, same in zip(model.get_weights(), before, learned, strict=True):
        assert np.array_equal(weights, known) == same


@pytest.mark.parametrize(("share", "temperature", "expected"), [(0.0, 1.0, 0.6931), (0.5, 2.0, 1.7329)])
def test_the_loss_of_a_head_is_what_hand_arithmetic_says(share, temperature, expected):
    # Logits (0, 0) give each class a half at any temperature: cross-entropy ln 2 = 0.6931 whatever
    # the targets. With half of it a teacher's at temperature 2: .5 x .6931 + .5 x 4 x .6931 = 1.7329.
    wanted = np.array([[1.0, 0.0, 0.3, 0.7]], np.float32)

    loss = HeadLoss(share, temperature)(wanted, np.zeros((1, 2), np.float32))

    assert float(loss) == pytest.approx(expected, abs=1e-4)


def test_teachers_are_averaged_kept_small_and_read_back(data, tmp_path):
    random = np.random.default_rng(0)
    answers = [
        {"expression": random.normal(size=(64, 7)), "votes": random.normal(size=(64, 8))} for _ in range(2)
    ]
    TeacherLogits.mean(answers, data).write(tmp_path / "teachers.npz")

    kept = TeacherLogits.read(tmp_path / "teachers.npz", data)

    assert kept.logits["votes"].shape == (64, 8)
    shares = [np.exp(each["expression"]) for each in answers]
    shares = [each / each.sum(axis=1, keepdims=True) for each in shares]
    expected = np.log(shares[0] * shares[1]) / 2
    np.testing.assert_allclose(kept.logits["expression"], expected, atol=5e-3)


def test_a_head_that_one_teacher_lacks_is_taught_by_the_others(data):
    votes = np.log(np.full((64, 8), 1 / 8))
    answers = [{"expression": np.zeros((64, 7))}, {"expression": np.zeros((64, 7)), "votes": votes}]

    np.testing.assert_allclose(TeacherLogits.mean(answers, data).logits["votes"], votes)


def test_a_teacher_of_other_classes_is_refused(finished, data, tmp_path):
    shutil.copytree(finished.folder, tmp_path / "run")
    TrainingConfig(network="edge", classes=("happy", "sad")).write(tmp_path / "run")

    with pytest.raises(RunError, match="only happy, sad"):
        answers(tmp_path / "run", data)


def test_teachers_of_other_faces_are_refused(data, tmp_path):
    answers = [{"expression": np.zeros((64, 7))}]
    TeacherLogits.mean(answers, data).write(tmp_path / "teachers.npz")

    with pytest.raises(RunError, match="other faces"):
        TeacherLogits.read(tmp_path / "teachers.npz", banded_dataset(training=65))


def test_distilling_has_the_usual_share_and_temperature():
    options = parser().parse_args(["distil", "--network=edge", "--data=D", "--out=O", "--teachers=T"])

    assert (options.share, options.temperature) == (0.7, 3.0)


@pytest.mark.parametrize(("name", "most"), [("flagship", 2_000_000), ("edge", 250_000)])
def test_our_networks_keep_within_their_size(name, most):
    assert build(name).count_params() <= most
