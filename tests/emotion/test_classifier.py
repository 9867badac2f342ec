import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from emotion.classifier import ExpressionClassifier, ExpressionNetwork, probabilities, seven_shares
from emotion.detector import MODEL_FILE, FaceDetector
from emotion.judgement.clarity import clarity
from emotion.labels import EMOTIONS
from emotion.model_card import ContemptRule, DamagedModel, Reads
from emotion.preprocess import face_crop
from worker.simulation.camera.portrait import LOOKS, Expression, Portrait, Pose

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

    def __init__(self, plain, mirrored):
        self.plain, self.mirrored = (np.log(shares).astype(np.float32) for shares in (plain, mirrored))
        self.passes = 0

    def logits(self, crop):
        self.passes += 1
        is_mirrored = crop[0, 0] > crop[0, -1]
        return {"expression": np.zeros(7, np.float32), "votes": self.mirrored if is_mirrored else self.plain}


# By `VOTES`: neutral as it stands, happy in the mean of both ways.
PLAIN = (0.3, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.4)
MIRRORED = (0.1, 0.9, 0.05, 0.05, 0.05, 0.025, 0.025, 0.4)
RAMP = np.tile(np.arange(48, dtype=np.uint8), (48, 1))


def make_classifier(card, *, network=None, sparing=False, **changes):
    two = {"expression": tuple(EMOTIONS), "votes": VOTES}
    shown = {"shown_head": "votes", "contempt": ContemptRule.LEFT_OUT, "temperature": 1.0}
    card = dataclasses.replace(card, heads=two, **{**shown, **changes})
    return ExpressionClassifier(card, network or TwoHeads(PLAIN, PLAIN), sparing=sparing)


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
    left_out = make_classifier(classifier.card).classify(RAMP)
    to_neutral = make_classifier(classifier.card, contempt=ContemptRule.TO_NEUTRAL).classify(RAMP)
    other = make_classifier(classifier.card, shown_head="expression", contempt=None).classify(RAMP)

    assert shown(left_out)["neutral"] == pytest.approx(0.3 / 0.6)
    assert shown(to_neutral)["neutral"] == pytest.approx(0.3 + 0.4)
    assert other.probabilities == pytest.approx([1 / 7] * 7)


def test_the_mirror_image_is_read_only_where_the_card_says_so(classifier):
    network = TwoHeads(PLAIN, MIRRORED)
    both = make_classifier(classifier.card, network=network).classify(RAMP)
    once = make_classifier(classifier.card, network=network, reads=Reads.ONE_WAY).classify(RAMP)

    assert both.top == "happy"
    assert once.top == "neutral"


def shares(top, second=0.05):
    """By `VOTES`: neutral has the top share, happy the second one, the others the rest alike."""
    return [top, second, *[(1 - top - second) / 5] * 5, 1e-9]


@pytest.mark.parametrize(
    ("plain", "passes"),
    [(shares(0.94), 1), (shares(0.91), 2), (shares(0.5), 2)],
    ids=["far above what is clear", "near it", "uncertain"],
)
def test_the_mirror_image_is_spared_only_where_the_face_is_clearer_than_it_could_change(
    plain, passes, classifier
):
    network = TwoHeads(plain, plain)
    sparing = make_classifier(classifier.card, network=network, sparing=True, clear_from=0.79)
    sparing.classify(RAMP)
    assert network.passes == passes


def test_whoever_does_not_spare_it_reads_the_mirror_image_of_the_surest_face(classifier):
    network = TwoHeads(shares(0.9), shares(0.9))
    make_classifier(classifier.card, network=network).classify(RAMP)
    assert network.passes == 2


def test_sparing_the_mirror_image_changes_neither_the_label_nor_how_sure_it_is(classifier):
    sparing = ExpressionClassifier.load(WEIGHTS, sparing=True)
    spared = 0

    def told(scores):
        return scores.top, clarity(scores, classifier.card.clear_from)

    for crop in rendered_crops():
        full, short = classifier.classify(crop), sparing.classify(crop)
        assert told(short) == told(full)
        spared += short != full
    assert spared >= 5


def rendered_crops():
    """Of faces that smile more and more."""
    detector = FaceDetector.load(WEIGHTS.parent / MODEL_FILE)
    for look in LOOKS[:4]:
        for smile in (0.0, 0.25, 0.5, 1.0):
            picture = Portrait(look).render(Pose(yaw=5), Expression(smile=smile))
            (face,) = detector.detect(picture)
            yield face_crop(picture, *face.crop_points())


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
