from functools import partial

import numpy as np
import pytest

from emotion.classifier import probabilities
from emotion.training.score import scores

# Four faces of two labels: sure and right, sure and wrong, unsure and right, unsure and wrong.
SHARES = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [0.6, 0.4]])
LABELS = np.array([0, 1, 1, 1])


def fitted(logits, labels):
    return scores.fit_temperature(partial(probabilities, logits), labels)


def test_accuracy_is_the_share_of_faces_named_as_labelled():
    assert scores.accuracy(SHARES, LABELS) == 0.5


def test_confusion_has_a_row_for_each_label_and_a_column_for_what_was_said():
    assert scores.confusion(SHARES, LABELS).tolist() == [[1, 0], [2, 1]]


def test_a_report_tells_precision_recall_f1_and_faces_of_each_class():
    # Rows are labels: four of the first, two read right; six of the second, five read right.
    first, second = scores.class_scores(np.array([[2, 2], [1, 5]]))

    assert first == scores.ClassScore(precision=2 / 3, recall=2 / 4, f1=4 / 7, support=4)
    assert second == scores.ClassScore(precision=5 / 7, recall=5 / 6, f1=10 / 13, support=6)


def test_macro_f1_counts_a_rare_class_as_much_as_a_common_one():
    assert scores.macro_f1(np.array([[2, 2], [1, 5]])) == pytest.approx((4 / 7 + 10 / 13) / 2)


def test_macro_f1_leaves_out_a_class_that_is_neither_there_nor_said():
    tables = np.array([[[3, 0, 0], [0, 1, 0], [0, 0, 0]], [[3, 0, 0], [0, 0, 1], [0, 0, 0]]])

    assert scores.macro_f1(tables).tolist() == pytest.approx([1.0, 1 / 3])


def test_the_likelihood_of_the_labels_is_told_in_logarithms():
    shares = np.array([[0.5, 0.5], [0.75, 0.25]])

    found = scores.negative_log_likelihood(shares, np.array([0, 1]))

    assert found == pytest.approx((np.log(2) + np.log(4)) / 2)


def test_reliability_tells_confidence_accuracy_and_faces_of_each_bin():
    assert scores.reliability(SHARES, LABELS) == (
        scores.Bin(confidence=0.6, accuracy=0.5, faces=2),
        scores.Bin(confidence=0.9, accuracy=0.5, faces=2),
    )


def test_calibration_error_weighs_the_gap_of_each_bin_by_its_faces():
    # Two faces at .9, one right: gap .4. Two at .6, one right: gap .1. Mean .25.
    assert scores.expected_calibration_error(SHARES, LABELS) == pytest.approx(0.25)


def test_calibration_error_is_zero_where_confidence_is_the_share_of_right_readings():
    shares = np.tile([0.75, 0.25], (4, 1))

    assert scores.expected_calibration_error(shares, np.array([0, 0, 0, 1])) == pytest.approx(0)


def test_full_confidence_falls_into_the_last_bin():
    assert scores.expected_calibration_error(np.array([[1.0, 0.0]]), np.array([1])) == 1


@pytest.mark.parametrize("true_temperature", [0.5, 1.0, 1.7])
def test_the_fitted_temperature_is_the_one_that_the_labels_were_drawn_under(true_temperature):
    random = np.random.default_rng(1)
    logits = random.normal(0, 2, (20_000, 3)).astype(np.float32)
    shares = probabilities(logits, true_temperature)
    labels = (random.random((len(shares), 1)) > shares.cumsum(axis=1)).sum(axis=1)

    assert fitted(logits, labels) == pytest.approx(true_temperature, abs=0.06)


def test_a_temperature_brings_too_sure_logits_into_balance():
    # Odds of 3 to 1 are true; the logits claim 9 to 1: half of them is right.
    logits = np.tile(np.float32([2 * np.log(3), 0]), (4, 1))

    assert fitted(logits, np.array([0, 0, 0, 1])) == pytest.approx(2.0, abs=0.011)


@pytest.mark.parametrize(("label", "expected"), [(0, 0.3), (1, 3.0)])
def test_the_temperature_stays_within_bounds_where_every_face_is_right_or_every_face_wrong(label, expected):
    logits = np.tile(np.float32([9, 0]), (4, 1))

    assert fitted(logits, np.full(4, label)) == expected


def test_a_half_is_read_under_the_temperature_of_the_other():
    # Alone, a face read right asks for the lowest temperature, one read wrong for the highest.
    logits, labels = np.float32([[1, 0], [1, 0]]), np.array([0, 1])

    fitted = scores.cross_fitted(logits, labels)

    assert sorted(fitted.temperatures) == [0.3, 3.0]
    assert fitted.shares[0] == pytest.approx(probabilities(logits[0], 3.0))
    assert fitted.shares[1] == pytest.approx(probabilities(logits[1], 0.3))


def test_halves_are_drawn_the_same_each_time():
    logits = np.random.default_rng(1).normal(0, 2, (40, 3)).astype(np.float32)
    labels = np.random.default_rng(2).integers(0, 3, 40)

    first, again = scores.cross_fitted(logits, labels), scores.cross_fitted(logits, labels)

    np.testing.assert_array_equal(first.shares, again.shares)


def test_a_cross_fitted_error_is_not_flattered_by_its_own_faces():
    random = np.random.default_rng(3)
    logits = random.normal(0, 3, (60, 2)).astype(np.float32)
    labels = np.where(random.random(60) < 0.8, logits.argmax(axis=1), random.integers(0, 2, 60))
    flattered = probabilities(logits, fitted(logits, labels))

    honest = scores.cross_fitted(logits, labels).shares

    assert scores.negative_log_likelihood(honest, labels) > scores.negative_log_likelihood(flattered, labels)


@pytest.mark.parametrize(
    ("limit", "coverage", "accuracy"), [(0.0, 1.0, 0.5), (0.7, 0.5, 0.5), (0.95, 0.0, 1.0)]
)
def test_a_limit_tells_how_many_faces_pass_it_and_how_many_of_them_are_right(limit, coverage, accuracy):
    found = scores.above(limit, SHARES, LABELS)

    assert (found.coverage, found.accuracy) == (coverage, accuracy)


def test_the_lowest_limit_that_is_right_often_enough_is_chosen():
    shares = np.array([[0.55, 0.45], [0.65, 0.35], [0.75, 0.25], [0.85, 0.15]])

    chosen = scores.choose_limit(shares, np.array([1, 1, 0, 0]), wanted=0.6)

    assert (chosen.limit, chosen.coverage) == (0.56, 0.75)
    assert chosen.accuracy == pytest.approx(2 / 3)


def test_what_is_clear_is_right_in_all_and_for_each_label_that_is_named_often():
    common = [[0.9, 0.1]] * 40 + [[0.7, 0.3]] * 20
    rare = [[0.25, 0.75]] * 4 + [[0.1, 0.9]] * 6
    truth = np.array([0] * 58 + [1] * 2 + [0] * 3 + [1] * 7)

    def clear_from(often, wanted_each=0.8):
        return scores.choose_clear_limit(np.array(common + rare), truth, 0.9, wanted_each, often)

    # 65 of 70 are right; of the rare label 7 of 10, and all six of the surest.
    assert clear_from(often=11) == 0
    assert clear_from(often=10) == 0.76
    assert clear_from(often=10, wanted_each=1.01) == 1
    assert scores.choose_clear_limit(np.array(common + rare), truth, 0.99, 0.8, 11) == 0.76


def test_a_wish_that_nothing_meets_accepts_nothing():
    assert scores.choose_limit(SHARES, np.array([1, 1, 0, 1]), wanted=0.9).coverage == 0


@pytest.mark.parametrize(("coverage", "expected"), [(1.0, 0.5), (0.75, 1 / 3), (0.25, 0.0)])
def test_accuracy_at_a_coverage_looks_at_the_surest_faces(coverage, expected):
    shares = np.array([[0.95, 0.05], [0.9, 0.1], [0.4, 0.6], [0.45, 0.55]])
    labels = np.array([1, 0, 0, 1])

    assert scores.accuracy_at_coverage(shares, labels, coverage) == pytest.approx(expected)


def test_the_curve_of_risk_and_coverage_goes_from_the_surest_faces_to_all():
    shares = np.array([[0.95, 0.05], [0.9, 0.1], [0.4, 0.6], [0.45, 0.55]])
    labels = np.array([0, 1, 1, 1])

    curve = scores.risk_coverage(shares, labels, points=4)

    assert curve == ((0.25, 1.0), (0.5, 0.5), (0.75, pytest.approx(2 / 3)), (1.0, 0.75))
