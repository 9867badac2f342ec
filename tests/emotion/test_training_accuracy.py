"""What the shipped file scores on real faces, which are not part of this project."""

import os
from pathlib import Path

import numpy as np
import pytest

from emotion.classifier import ExpressionClassifier, ExpressionNetwork, probabilities
from emotion.training.data import load_fer2013
from emotion.training.scores import above, accuracy, expected_calibration_error

WEIGHTS = Path(__file__).parents[2] / "models" / "expression.tflite"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        "FER2013" not in os.environ, reason="needs FER2013=<folder with labels.csv and grids>"
    ),
]


@pytest.fixture(scope="module")
def card():
    return ExpressionClassifier.load(WEIGHTS).card


@pytest.fixture(scope="module")
def publictest():
    return load_fer2013(Path(os.environ["FER2013"])).publictest


@pytest.fixture(scope="module")
def shares(card, publictest):
    network = ExpressionNetwork(WEIGHTS)
    return probabilities(
        np.stack([network.logits_both_ways(face) for face in publictest.images]), card.temperature
    )


def test_the_shipped_file_stays_above_the_floor(shares, publictest):
    assert accuracy(shares, publictest.labels) > 0.6


def test_the_card_tells_the_accuracy_of_its_file(card, shares, publictest):
    assert accuracy(shares, publictest.labels) == pytest.approx(card.scores["accuracy"], abs=0.002)


def test_confidence_means_what_it_says(shares, publictest):
    assert expected_calibration_error(shares, publictest.labels) < 0.05


def test_readings_that_name_an_expression_are_right_four_times_in_five(card, shares, publictest):
    found = above(card.confidence_limit, shares, publictest.labels)

    assert found.accuracy > 0.79
    assert found.coverage == pytest.approx(card.scores["coverage_above_limit"], abs=0.01)
