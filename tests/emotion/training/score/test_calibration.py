"""Arithmetic on cases that can be worked by hand."""

import numpy as np
import pytest

from emotion.labels import EMOTIONS
from emotion.model_card import ContemptRule
from emotion.training.data.faces import FaceSet
from emotion.training.score import scores
from emotion.training.score.calibration import (
    NONE_OF_SEVEN,
    Shown,
    calibrate,
    compare_ways,
    seen_by_most,
    table,
    ways_to_show,
)

VOTES = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt")
HEADS = {"expression": tuple(EMOTIONS), "votes": VOTES}
LABELS = Shown("expression", tuple(EMOTIONS))


def spread(top, confidence, labels):
    """Logits of one face: `confidence` on the label at `top`, the rest shared evenly."""
    shares = np.full(labels, (1 - confidence) / (labels - 1))
    shares[top] = confidence
    return np.log(shares).astype(np.float32)


def sure_and_unsure(sure, unsure):
    """Faces said to be happy: `sure` of 0.9 and `unsure` of 0.4, each as (right, wrong)."""
    rows, truth = [], []
    for confidence, (right, wrong) in ((0.9, sure), (0.4, unsure)):
        rows += [spread(3, confidence, 7)] * (right + wrong)
        truth += [3] * right + [4] * wrong
    return np.stack(rows), np.array(truth)


def make_faces(*votes):
    counts = np.array(votes, np.uint8)
    n = len(counts)
    return FaceSet(
        np.zeros((n, 48, 48), np.uint8), np.zeros(n, np.int64), counts, np.arange(n), np.zeros(n, bool)
    )


def test_a_head_is_shown_once_and_with_contempt_under_each_rule():
    assert ways_to_show({**HEADS, "mood": ("good", "bad")}) == (
        LABELS,
        Shown("votes", VOTES, ContemptRule.LEFT_OUT),
        Shown("votes", VOTES, ContemptRule.TO_NEUTRAL),
    )


def test_what_most_people_saw_counts_however_few_they_were():
    faces = make_faces(
        [10, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [2, 3, 2, 2, 1, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 8, 2, 0],
        [1, 0, 0, 0, 0, 0, 0, 0, 0, 9],
    )

    truth, shown = seen_by_most(faces)

    assert shown.tolist() == [True, True, True, False]
    assert truth[shown].tolist() == [EMOTIONS.index("neutral"), EMOTIONS.index("happy"), NONE_OF_SEVEN]


def test_without_votes_the_label_counts():
    faces = make_faces([0] * 10)
    truth, shown = seen_by_most(FaceSet(faces.images, faces.labels + 5, None, faces.source_rows, faces.twins))

    assert (truth.tolist(), shown.tolist()) == ([5], [True])


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_the_temperature_undoes_what_scaled_the_logits(temperature):
    # Three faces in four are what the head says with a share of 3/4 once divided by the temperature.
    logits = np.stack([temperature * spread(3, 0.75, 7)] * 400)
    truth = np.array([3] * 300 + [0, 1, 2, 4, 5] * 20)

    assert LABELS.fitted(logits, truth) == pytest.approx(temperature, abs=0.02)


def test_faces_that_show_none_of_the_seven_have_no_part_in_the_temperature():
    logits, truth = sure_and_unsure((90, 10), (40, 60))
    more = np.concatenate([logits, np.stack([spread(2, 0.99, 7)] * 50)])

    with_others = LABELS.fitted(more, np.append(truth, [NONE_OF_SEVEN] * 50))

    assert with_others == LABELS.fitted(logits, truth)


def test_the_limit_lies_between_the_sure_and_the_unsure():
    logits, truth = sure_and_unsure((380, 20), (80, 120))

    found = calibrate(LABELS, logits, truth)

    # 95 of 100 sure readings are right; with the unsure ones, 77 of 100.
    shares = LABELS.shares(logits, found.temperature).max(axis=1)
    assert shares[-1] < found.limit <= shares[0]
    assert found.coverage.value == pytest.approx(400 / 600)
    assert found.accuracy_above.value == pytest.approx(0.95)
    assert found.accuracy.value == pytest.approx(460 / 600)
    assert found.accuracy_above.low < 0.95 < found.accuracy_above.high


def test_what_is_clear_lies_above_what_is_only_named():
    logits, truth = sure_and_unsure((396, 4), (340, 60))

    found = calibrate(LABELS, logits, truth)

    # 99 of 100 sure readings are right and 85 of the others: 92 of all, which may be named.
    shares = LABELS.shares(logits, found.temperature).max(axis=1)
    assert found.limit <= shares[-1] < found.clear_from <= shares[0]
    assert (found.clear.coverage.value, found.weak.coverage.value) == (0.5, 0.5)
    assert found.clear.accuracy.value == pytest.approx(0.99)
    assert found.weak.accuracy.value == pytest.approx(0.85)


def test_where_all_that_is_named_is_clear_nothing_is_weak():
    found = calibrate(LABELS, *sure_and_unsure((98, 2), (98, 2)))

    assert (found.clear_from, found.clear.coverage.value, found.weak.accuracy) == (0, 1, None)


def test_everything_is_shown_where_everything_is_right_often_enough():
    logits, truth = sure_and_unsure((95, 5), (95, 5))

    found = calibrate(LABELS, logits, truth)

    assert found.coverage.value == 1
    assert found.limit == 0


def test_faces_that_show_none_of_the_seven_raise_the_limit():
    logits, truth = sure_and_unsure((190, 10), (95, 5))
    contempt = np.append(truth, [NONE_OF_SEVEN] * 60)

    found = calibrate(LABELS, np.concatenate([logits, np.stack([spread(3, 0.4, 7)] * 60)]), contempt)

    assert found.faces == 360
    assert found.limit > 0
    assert found.coverage.value == pytest.approx(200 / 360)


def test_figures_come_from_limits_that_the_faces_had_no_part_in():
    random = np.random.default_rng(0)
    logits = random.normal(size=(200, 7)).astype(np.float32)
    truth = random.integers(0, 7, 200)  # nothing to learn: no limit keeps what it promised on the other half

    found = calibrate(LABELS, logits, truth, wanted=0.3)

    shares = LABELS.shares(logits, found.temperature)
    promised = scores.above(found.limit, shares, truth)
    assert promised.accuracy >= 0.3
    assert found.accuracy_above.value < 0.3


def test_where_no_limit_suffices_nothing_is_shown():
    logits, truth = sure_and_unsure((50, 50), (50, 50))

    found = calibrate(LABELS, logits, truth)

    assert (found.limit, found.coverage.value, found.accuracy_above) == (1, 0, None)
    assert (found.clear_from, found.clear.accuracy) == (1, None)


def test_the_head_that_is_right_and_honest_comes_first():
    random = np.random.default_rng(0)
    truth = random.integers(0, 7, 200)
    order = [VOTES.index(emotion) for emotion in EMOTIONS]
    votes = np.stack([spread(order[label], 0.8, 8) for label in truth])
    logits = {"expression": random.normal(size=(200, 7)).astype(np.float32), "votes": votes}

    ways = compare_ways(HEADS, logits, truth)

    assert [way.shown.head for way in ways] == ["votes", "votes", "expression"]
    assert [way.nll for way in ways] == sorted(way.nll for way in ways)
    assert ways[0].accuracy.value == 1


def test_the_rule_that_fits_the_faces_comes_first():
    # The head hesitates between neutral and contempt, and the faces are neutral.
    logits = np.stack([np.log([0.3, 0.25, 0.02, 0.02, 0.02, 0.02, 0.02, 0.35])] * 100).astype(np.float32)
    neutral = np.array([EMOTIONS.index("neutral")] * 80 + [EMOTIONS.index("happy")] * 20)
    happy = np.array([EMOTIONS.index("neutral")] * 50 + [EMOTIONS.index("happy")] * 50)

    def first(truth):
        return compare_ways({"votes": VOTES}, {"votes": logits}, truth)[0].shown.contempt

    assert first(neutral) is ContemptRule.TO_NEUTRAL
    assert first(happy) is ContemptRule.LEFT_OUT


def test_the_table_tells_every_way_with_its_intervals():
    logits, truth = sure_and_unsure((95, 5), (40, 60))

    text = table([calibrate(LABELS, logits, truth)])

    header, rule, row = text.splitlines()
    assert header.count("|") == rule.count("|") == row.count("|")
    assert row.startswith("| expression | 67.5% (")


def test_the_table_names_the_rule_for_contempt():
    assert str(Shown("votes", VOTES, ContemptRule.TO_NEUTRAL)) == "votes, contempt to neutral"
