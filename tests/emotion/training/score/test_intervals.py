import numpy as np
import pytest

from emotion.training.score.intervals import bootstrap, share_of


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (50, 100, 0.4038, 0.5962),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
    ],
)
def test_wilson_gives_the_interval_worked_out_by_hand(hits, count, low, high):
    # 8 of 10: (.8 + 3.8415 / 20 ± 1.96 * sqrt(.016 + 3.8415 / 400)) / 1.38415.
    found = share_of(hits, count)

    assert (found.value, found.low, found.high) == pytest.approx((hits / count, low, high), abs=1e-4)


def test_an_accuracy_on_a_test_split_of_fer2013_is_known_to_a_point_and_a_half():
    found = share_of(2584, 3589)

    assert found.high - found.low == pytest.approx(2 * 0.0147, abs=1e-4)


@pytest.mark.parametrize(("hits", "count"), [(0, 0), (3, 2), (-1, 2)])
def test_a_share_of_nothing_is_refused(hits, count):
    with pytest.raises(ValueError, match="no share"):
        share_of(hits, count)


def share_of_first(tables):
    return tables[:, 0] / tables.sum(axis=1)


def test_bootstrap_and_wilson_agree_on_a_share():
    resampled, known = bootstrap(np.array([700, 300]), share_of_first), share_of(700, 1000)

    assert resampled.value == known.value
    assert (resampled.low, resampled.high) == pytest.approx((known.low, known.high), abs=0.004)


def test_bootstrap_tells_the_same_each_time():
    table = np.array([70, 30])

    assert bootstrap(table, share_of_first) == bootstrap(table, share_of_first)


def test_faces_that_are_all_alike_leave_no_doubt():
    found = bootstrap(np.array([12, 0]), share_of_first)

    assert (found.low, found.value, found.high) == (1, 1, 1)


def test_an_interval_is_told_in_hundredths():
    assert str(share_of(8, 10)) == "80.0% (49.0-94.3)"
