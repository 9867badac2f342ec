import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from emotion.labels import Emotion
from emotion.training.data.votes import (
    ANSWERS,
    VOTED,
    majority,
    not_a_face,
    strict_majority,
    vote_shares,
)

some_counts = arrays.arrays(np.uint8, st.tuples(st.integers(0, 20), st.just(10)), elements=st.integers(0, 10))


def counted(**votes):
    """One row of counts, by answer."""
    return np.array([[votes.get(answer, 0) for answer in ANSWERS]], np.uint8)


def test_single_votes_are_dropped_and_the_rest_become_shares():
    shares = vote_shares(counted(happiness=6, neutral=2, fear=1, unknown=1))[0]

    assert shares.tolist() == [0.25, 0.75, 0, 0, 0, 0, 0, 0]


@settings(deadline=None)
@given(some_counts)
def test_shares_of_a_face_sum_to_one_or_to_nothing(counts):
    shares = vote_shares(counts)

    assert shares.dtype == np.float32 and shares.shape == (len(counts), 8)
    agreed = (counts[:, :8] > 1).any(axis=1)
    np.testing.assert_allclose(shares.sum(axis=1), agreed.astype(float), atol=1e-6)


@pytest.mark.parametrize(
    ("votes", "said", "strictly_said"),
    [
        ({"sadness": 6, "neutral": 4}, Emotion.SAD, Emotion.SAD),
        ({"sadness": 5, "neutral": 5}, Emotion.NEUTRAL, "nothing"),
        ({"sadness": 4, "neutral": 3, "fear": 3}, Emotion.SAD, "nothing"),
        # Four of ten, but four of six who were not alone.
        ({"sadness": 4, "neutral": 2, "fear": 1, "anger": 1, "disgust": 1, "unknown": 1}, *[Emotion.SAD] * 2),
        ({"sadness": 5, "unknown": 5}, Emotion.SAD, "nothing"),
        ({"sadness": 4, "unknown": 6}, "nothing", "nothing"),
        ({"not_a_face": 10}, "nothing", "nothing"),
        ({}, "nothing", "nothing"),
        ({"contempt": 7, "neutral": 3}, None, None),
    ],
)
def test_the_majority_and_the_strict_one_of_a_face(votes, said, strictly_said):
    def name(position):
        return "nothing" if position < 0 else VOTED[position]

    assert name(majority(counted(**votes))[0]) == said
    assert name(strict_majority(counted(**votes))[0]) == strictly_said


@settings(deadline=None)
@given(some_counts)
def test_a_strict_majority_is_a_majority_too(counts):
    strict = strict_majority(counts)

    np.testing.assert_array_equal(strict[strict >= 0], majority(counts)[strict >= 0])


def test_six_of_ten_decide_that_a_picture_shows_no_face():
    assert not_a_face(counted(not_a_face=6, happiness=4)).tolist() == [True]
    assert not_a_face(counted(not_a_face=5, happiness=5)).tolist() == [False]
