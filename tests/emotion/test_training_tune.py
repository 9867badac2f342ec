import dataclasses

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install -r requirements/train.txt")

from emotion.labels import EMOTIONS
from emotion.training.data.errors import DataError
from emotion.training.data.fair import HELD_OUT
from emotion.training.tune import held_out, with_votes
from tests.banded_faces import COLUMN, banded_dataset, banded_faces


def test_a_fifth_of_each_label_is_held_out_to_judge_by():
    data = held_out(banded_dataset(training=350), 0.2, seed=1)

    assert np.bincount(data.choosing.labels).tolist() == [10] * len(EMOTIONS)
    assert np.bincount(data.training.labels).tolist() == [40] * len(EMOTIONS)


def test_what_the_reader_held_out_is_not_lost():
    data = dataclasses.replace(banded_dataset(training=350, choosing=70), choosing_name=HELD_OUT)

    split = held_out(data, 0.2, seed=1)

    assert len(split.training) + len(split.choosing) == 420


def test_no_picture_is_both_learned_and_judged_by():
    whole = banded_dataset(training=350)
    twice = np.concatenate([whole.training.images[:175], whole.training.images[:175]])
    whole.training.images[:] = twice
    data = held_out(whole, 0.4, seed=1)

    learned = {image.tobytes() for image in data.training.images}
    assert not any(image.tobytes() in learned for image in data.choosing.images)


def test_too_few_faces_of_an_emotion_are_an_error_that_names_it():
    with pytest.raises(DataError, match="angry"):
        held_out(banded_dataset(training=70), 0.2, seed=1)


def test_a_label_without_votes_counts_as_ten():
    faces = with_votes(banded_faces(7, with_votes=False))

    assert faces.votes.sum(axis=1).tolist() == [10] * 7
    assert faces.votes.argmax(axis=1).tolist() == COLUMN[:7].tolist()
