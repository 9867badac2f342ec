"""What the best of several epochs, or of several files, is chosen by."""

from dataclasses import replace

import numpy as np
import pytest

from emotion.training.data.votes import ANSWERS
from emotion.training.score.standing import ChoiceScores
from tests.banded_faces import banded_dataset


@pytest.fixture
def faces():
    return banded_dataset().choosing


def saying(answers, classes):
    return np.eye(classes, dtype=np.float32)[answers]


@pytest.mark.parametrize(
    ("accuracy", "both_ways", "votes", "standing"),
    [(0.7, 0.72, 0.88, 0.80), (0.1, 0.72, 0.88, 0.80), (0.7, 0.72, None, 0.7)],
)
def test_a_network_is_judged_as_it_is_served(accuracy, both_ways, votes, standing):
    assert ChoiceScores(accuracy, both_ways, votes).standing == pytest.approx(standing)


def test_the_mirror_image_has_half_a_say(faces):
    plain = {"expression": saying(faces.labels, 7)}
    unsure = {"expression": 3 * saying((faces.labels + 1) % 7, 7)}

    assert ChoiceScores.of(plain, plain, faces) == ChoiceScores(1.0, 1.0, None)
    assert ChoiceScores.of(plain, unsure, faces) == ChoiceScores(1.0, 0.0, None)


def test_votes_count_where_more_than_half_agree(faces):
    votes = np.zeros((len(faces), len(ANSWERS)), np.uint8)
    votes[:, 0], votes[0, 1] = 5, 5  # of the first face as many say one as the other
    said = np.zeros(len(faces), int)
    said[:2] = 2
    logits = {"expression": saying(faces.labels, 7), "votes": saying(said, 8)}

    read = ChoiceScores.of(logits, logits, replace(faces, votes=votes))

    assert read.ferplus_strict_tta == pytest.approx((len(faces) - 2) / (len(faces) - 1))
