import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from emotion.classifier import ExpressionClassifier, ExpressionNetwork, probabilities, seven_shares
from emotion.labels import EMOTIONS
from emotion.model_card import ContemptRule, DamagedModel, Reads

VOTES = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt")
WEIGHTS = Path(__file__).parents[2] / "models" / "flagship.tflite"


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


class TwoHeads:
    """Says the same of every face: contempt is likely, and mirroring a face changes the answer."""

    heads = ("expression", "votes")
    votes = np.log([0.3, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.4]).astype(np.float32)

    def logits(self, crop):
        return {"expression": np.zeros(7, np.float32), "votes": self.votes}

    def logits_both_ways(self, crop):
        return {"expression": np.zeros(7, np.float32), "votes": self.votes[[1, 0, *range(2, 8)]]}


def make_classifier(card, **changes):
    two = {"expression": tuple(EMOTIONS), "votes": VOTES}
    shown = {"shown_head": "votes", "contempt": ContemptRule.LEFT_OUT, "temperature": 1.0}
    return ExpressionClassifier(dataclasses.replace(card, heads=two, **{**shown, **changes}), TwoHeads())


def shown(scores):
    return dict(zip(EMOTIONS, scores.probabilities, strict=True))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (ContemptRule.LEFT_OUT, [0.2, 0, 0, 0.2, 0, 0, 0.6]),
        (ContemptRule.TO_NEUTRAL, [0.1, 0, 0, 0.1, 0, 0, 0.8]),
    ],
)
def test_contempt_is_folded_into_seven_labels(rule, expected):
    shares = np.array([[0.3, 0.1, 0, 0, 0.1, 0, 0, 0.5]])

    np.testing.assert_allclose(seven_shares(shares, VOTES, rule), [expected])


def test_a_head_of_seven_labels_is_only_put_in_order():
    labels = tuple(reversed(EMOTIONS))
    shares = np.arange(1, 8) / 28

    np.testing.assert_allclose(seven_shares(shares, labels, None), shares[::-1])


def test_the_head_that_the_card_names_is_shown_under_its_rule(classifier):
    left_out = make_classifier(classifier.card).classify(make_crop(1))
    to_neutral = make_classifier(classifier.card, contempt=ContemptRule.TO_NEUTRAL).classify(make_crop(1))
    other = make_classifier(classifier.card, shown_head="expression", contempt=None).classify(make_crop(1))

    assert shown(left_out)["happy"] == pytest.approx(0.3 / 0.6)
    assert shown(to_neutral)["neutral"] == pytest.approx(0.1 + 0.4)
    assert other.probabilities == pytest.approx([1 / 7] * 7)


def test_the_mirror_image_is_read_only_where_the_card_says_so(classifier):
    both = make_classifier(classifier.card).classify(make_crop(1))
    once = make_classifier(classifier.card, reads=Reads.ONE_WAY).classify(make_crop(1))

    assert both.top == "happy"
    assert once.top == "neutral"


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

    card = classifier.card
    logits = ExpressionNetwork(WEIGHTS).logits_both_ways(crop)[card.shown_head]
    expected = seven_shares(probabilities(logits, card.temperature), card.shown_labels, card.contempt)

    assert classifier.classify(crop).probabilities == pytest.approx(expected)


def test_each_head_that_the_card_names_has_as_many_logits_as_labels(classifier):
    logits = ExpressionNetwork(WEIGHTS).logits(make_crop(3))

    found = {head: len(values) for head, values in logits.items()}
    assert found == {head: len(labels) for head, labels in classifier.card.heads.items()}


def test_a_card_that_names_other_heads_than_the_file_is_refused(classifier, tmp_path):
    weights = tmp_path / WEIGHTS.name
    shutil.copy(WEIGHTS, weights)
    heads = {**classifier.card.heads, "mood": ("good", "bad")}
    dataclasses.replace(classifier.card, heads=heads).write(weights.with_suffix(".json"))

    with pytest.raises(DamagedModel, match="mood"):
        ExpressionClassifier.load(weights)


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
