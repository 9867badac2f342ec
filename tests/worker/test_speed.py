"""How many snapshots a worker takes at once: what it can do in a quarter of a second."""

import pytest

from worker.speed import BATCH_S, Speed


def after(*batches):
    speed = Speed()
    for snapshots, seconds in batches:
        speed.note(snapshots, seconds)
    return speed.most


@pytest.mark.parametrize(("seconds_each", "most"), [(0.001, 32), (0.0098, 25), (0.02, 12), (0.1, 8)])
def test_a_batch_takes_a_quarter_of_a_second_within_its_bounds(seconds_each, most):
    assert after(*20 * [(10, 10 * seconds_each)]) == most


def test_a_process_begins_with_few():
    assert after() == 8


def test_the_newest_batches_count_most():
    slow, fast = (8, 8 * BATCH_S), (8, 8 * 0.008)
    assert after(slow, *8 * [fast]) > 20
    assert after(*8 * [fast], slow) == 8


def test_a_batch_without_snapshots_tells_nothing():
    assert after((0, 9.0), *20 * [(10, 0.098)], (0, 9.0)) == 25
