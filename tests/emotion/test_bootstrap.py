"""The interval of a mean: the same each time, wider for fewer, and right about as often as it says."""

import numpy as np
import pytest

from emotion.judgement.bootstrap import interval

UNKNOWN = np.nan


def students(rng, count, minutes, *, of_students=0.1, of_minutes=0.05):
    """Engagement as it is: some are always higher than others, and some minutes are higher for all."""
    own = rng.normal(0, of_students, (count, 1))
    shared = rng.normal(0, of_minutes, (1, minutes))
    return 0.7 + own + shared + rng.normal(0, 0.1, (count, minutes))


def test_the_same_values_and_seed_give_the_same_interval():
    values = students(np.random.default_rng(1), 8, 20)
    assert interval(values, seed=(7, 0, 1200)) == interval(values, seed=(7, 0, 1200))
    assert interval(values, seed=(7, 0, 1200)) != interval(values, seed=(8, 0, 1200))


def test_the_mean_is_of_all_that_was_measured():
    values = np.array([[0.2, UNKNOWN, UNKNOWN], [0.6, 0.6, 0.6]])
    assert interval(values, seed=(1,)).mean == pytest.approx(0.5)


def test_all_alike_leave_no_doubt():
    found = interval(np.full((6, 10), 0.8), seed=(1,))
    assert (found.low, found.high) == pytest.approx((0.8, 0.8))


def test_one_who_was_never_measured_changes_nothing_but_the_doubt():
    values = students(np.random.default_rng(1), 6, 10)
    more = np.vstack([values, np.full((1, 10), UNKNOWN)])
    assert interval(more, seed=(1,)).mean == pytest.approx(interval(values, seed=(1,)).mean)


@pytest.mark.parametrize(("few", "many"), [((5, 40), (40, 40)), ((20, 3), (20, 40))])
def test_fewer_students_or_minutes_leave_more_doubt(few, many):
    rng = np.random.default_rng(2)
    wide, narrow = (interval(students(rng, *size), seed=(1,)) for size in (few, many))
    assert wide.high - wide.low > 1.3 * (narrow.high - narrow.low)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(3)
    found = [interval(students(rng, 12, 30), seed=(number,)) for number in range(200)]
    assert 0.9 <= np.mean([one.low <= 0.7 <= one.high for one in found]) <= 1
