from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install -r requirements/train.txt")

from emotion.preprocess import network_input
from emotion.training.data.errors import DataError
from emotion.training.run.augment import Augmentation
from emotion.training.run.batches import Batches, resized, targets
from emotion.training.run.config import Distillation, RunError, TrainingConfig
from emotion.training.run.schedule import Schedule
from tests.banded_faces import banded_faces

CONFIG = TrainingConfig(network="edge", batch_size=8)


def make_batches(*, faces=None, teacher=None, **changes):
    config = CONFIG.changed(**changes)
    faces = faces or banded_faces(32)
    wanted = targets(faces, config, votes=True)
    return Batches(faces, wanted, Schedule(config, steps=16, steps_an_epoch=4), teacher)


def test_a_batch_follows_from_seed_and_step_alone():
    once, again, other = make_batches(), make_batches(), make_batches(seed=2)

    for step in (5, 0, 5):
        np.testing.assert_array_equal(once.at(step)[0], again.at(step)[0])
    assert not np.array_equal(once.at(5)[0], other.at(5)[0])


def test_an_epoch_shows_each_face_once():
    batches = make_batches(mixup_alpha=0.0, label_smoothing=0.0)

    shown = sum(batches.at(step)[1]["expression"].sum(axis=0) for step in range(4))

    np.testing.assert_array_equal(shown, np.bincount(banded_faces(32).labels, minlength=7))


def test_targets_are_probabilities():
    inputs, wanted = make_batches().at(0)

    assert inputs.shape == (8, 48, 48, 1)
    assert {head: rows.shape for head, rows in wanted.items()} == {"expression": (8, 7), "votes": (8, 8)}
    for rows in wanted.values():
        np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-6)


def test_a_label_is_smoothed_over_all_classes():
    faces = banded_faces(1)

    wanted = targets(faces, CONFIG.changed(label_smoothing=0.07), votes=False)["expression"][0]

    np.testing.assert_allclose(wanted, [0.94, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01], atol=1e-6)


def test_a_teacher_stands_behind_the_labels_softened():
    said = {"expression": np.array([[3.0] + [0.0] * 6] * 8), "votes": np.zeros((8, 8))}
    taught = Distillation("teachers.npz", temperature=3.0)

    _, wanted = make_batches(distillation=taught, mixup_alpha=0.0, teacher=lambda _rows, _faces: said).at(0)

    e = np.e
    labels = make_batches(mixup_alpha=0.0).at(0)[1]["expression"]
    np.testing.assert_array_equal(wanted["expression"][:, :7], labels)
    np.testing.assert_allclose(wanted["expression"][0, 7:], [e / (e + 6)] + [1 / (e + 6)] * 6, rtol=1e-6)
    np.testing.assert_allclose(wanted["votes"][0, 8:], 1 / 8, rtol=1e-6)


def test_a_teacher_that_knows_nothing_of_votes_cannot_teach_them():
    batches = make_batches(
        distillation=Distillation("teachers.npz"),
        teacher=lambda rows, _: {"expression": np.zeros((len(rows), 7))},
    )

    with pytest.raises(RunError, match="head of votes"):
        batches.at(0)


def test_a_teacher_sees_the_faces_of_the_batch_before_they_are_damaged():
    asked = []

    def teacher(rows, faces):
        asked.append((rows, faces))
        return {"expression": np.zeros((len(rows), 7)), "votes": np.zeros((len(rows), 8))}

    plain = Augmentation(erase_chance=0, degrade_chance=0)
    taught = Distillation(None)
    inputs = {}
    for chance in (0, 1):
        changes = replace(plain, noise_chance=chance)
        batches = make_batches(teacher=teacher, distillation=taught, mixup_alpha=0.0, augmentation=changes)
        inputs[chance], _ = batches.at(3)

    (rows, faces), (same_rows, same_faces) = asked
    np.testing.assert_array_equal(rows, same_rows)
    np.testing.assert_array_equal(faces, same_faces)
    np.testing.assert_array_equal(inputs[0], network_input(faces))
    assert np.abs(inputs[1] - inputs[0]).mean() > 0.05


def test_votes_are_asked_for_where_there_are_none():
    with pytest.raises(DataError, match="votes"):
        targets(banded_faces(4, with_votes=False), CONFIG, votes=True)


def test_small_faces_keep_their_place():
    faces = np.zeros((1, 48, 48), np.uint8)
    faces[0, :, 24:] = 200

    small = resized(faces, 32)

    assert small.shape == (1, 32, 32)
    assert small[0, :, :15].max() == 0
    assert small[0, :, 17:].min() == 200
