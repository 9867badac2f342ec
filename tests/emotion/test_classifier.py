import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from emotion.classifier import ExpressionClassifier, ExpressionNetwork, probabilities
from emotion.labels import EMOTIONS
from emotion.model_card import DamagedModel

WEIGHTS = Path(__file__).parents[2] / "models" / "expression.tflite"


@pytest.fixture(scope="module")
def classifier():
    return ExpressionClassifier.load(WEIGHTS)


def make_crop(seed):
    return np.random.default_rng(seed).integers(0, 256, (48, 48)).astype(np.uint8)


@pytest.mark.parametrize(
    ("logits", "temperature", "expected"),
    [
        ([0.0, 0.0], 1.0, [0.5, 0.5]),
        ([np.log(3.0), 0.0], 1.0, [0.75, 0.25]),
        ([2 * np.log(3.0), 0.0], 2.0, [0.75, 0.25]),
        ([1000.0, 0.0], 1.0, [1.0, 0.0]),
    ],
)
def test_logits_become_probabilities_under_a_temperature(logits, temperature, expected):
    assert probabilities(np.array(logits), temperature) == pytest.approx(expected)


def test_the_shipped_network_gives_a_probability_for_each_label(classifier):
    scores = classifier.classify(make_crop(1))

    assert len(scores.probabilities) == len(EMOTIONS)
    assert sum(scores.probabilities) == pytest.approx(1)
    assert min(scores.probabilities) >= 0


def test_the_same_face_is_read_the_same_twice(classifier):
    first = classifier.classify(make_crop(1))
    classifier.classify(make_crop(2))

    assert classifier.classify(make_crop(1)) == first


def test_different_faces_are_read_differently(classifier):
    assert classifier.classify(make_crop(1)) != classifier.classify(np.zeros((48, 48), np.uint8))


def test_probabilities_follow_the_logits_under_the_temperature_of_the_card(classifier):
    crop = make_crop(3)

    expected = probabilities(ExpressionNetwork(WEIGHTS).logits_both_ways(crop), classifier.card.temperature)

    assert classifier.classify(crop).probabilities == pytest.approx(expected)


def test_a_face_and_its_mirror_image_are_read_alike(classifier):
    crop = make_crop(3)

    mirrored = classifier.classify(crop[:, ::-1]).probabilities

    assert classifier.classify(crop).probabilities == pytest.approx(mirrored)


@pytest.mark.parametrize(("limit", "uncertain"), [(0.0, False), (1.01, True)])
def test_a_reading_below_the_limit_of_the_card_is_uncertain(classifier, limit, uncertain):
    card = dataclasses.replace(classifier.card, confidence_limit=limit)

    scores = ExpressionClassifier(card, ExpressionNetwork(WEIGHTS)).classify(make_crop(1))

    assert scores.uncertain is uncertain


def test_weights_that_do_not_fit_their_card_are_not_opened(tmp_path):
    weights = tmp_path / WEIGHTS.name
    weights.write_bytes(WEIGHTS.read_bytes()[:-1])
    shutil.copy(WEIGHTS.with_suffix(".json"), tmp_path)

    with pytest.raises(DamagedModel, match="checksum"):
        ExpressionClassifier.load(weights)
