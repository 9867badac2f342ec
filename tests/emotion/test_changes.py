"""Change points: exactly the best ones, hardly any in a flat lesson, and most of those that matter."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emotion.judgement.changes import SHORTEST, change_points, cost, penalty_for

VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=11)
STEPS = st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=11)


def best_by_trying_all(values, *, penalty, shortest):
    """The least cost of all partitions whose segments are long enough."""
    n = len(values)
    found = []
    for count in range(n // shortest + 1):
        for points in combinations(range(1, n), count):
            lengths = [after - before for before, after in pairwise((0, *points, n))]
            if count == 0 or min(lengths) >= shortest:
                found.append(cost(values, points, penalty=penalty))
    return min(found)


@settings(deadline=None)
@given(VALUES | STEPS, st.floats(0.001, 1), st.integers(1, 4))
def test_no_other_choice_of_change_points_costs_less(values, penalty, shortest):
    points = change_points(values, penalty=penalty, shortest=shortest)
    least = best_by_trying_all(values, penalty=penalty, shortest=shortest)
    assert cost(values, points, penalty=penalty) == pytest.approx(least, abs=1e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=120), st.floats(0.001, 1))
def test_no_segment_is_shorter_than_asked(values, penalty):
    points = change_points(values, penalty=penalty)
    bounds = (0, *points, len(values))
    assert not points or min(after - before for before, after in pairwise(bounds)) >= SHORTEST


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(0, 1), min_size=20, max_size=40), st.floats(0.001, 0.3))
def test_in_a_long_series_as_good_as_optimal_partitioning_without_pruning(values, penalty):
    points = change_points(values, penalty=penalty)
    assert cost(values, points, penalty=penalty) == pytest.approx(unpruned(values, penalty), abs=1e-9)


def unpruned(values, penalty):
    """Optimal partitioning (Jackson et al., 2005): every earlier end is tried for every end."""
    n = len(values)
    least = [-penalty] + [np.inf] * n
    for end in range(SHORTEST, n + 1):
        starts = [start for start in range(end - SHORTEST + 1) if least[start] < np.inf]
        least[end] = penalty + min(
            least[start] + cost(values[start:end], (), penalty=penalty) for start in starts
        )
    return least[n]


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ([0.8] * 20 + [0.4] * 20, (20,)),
        ([0.8] * 20 + [0.4] * 5 + [0.8] * 20, (20, 25)),
        ([0.8] * 20 + [0.6] + [0.8] * 20, ()),
        ([0.8] * 40, ()),
        ([0.8, 0.4], ()),
        ([], ()),
    ],
    ids=["a fall", "a dip", "a moment", "flat", "two minutes", "nothing"],
)
def test_what_changed_for_longer_is_found_to_the_minute(values, points):
    assert change_points(values, penalty=penalty_for(values, least_noise=0.03)) == points


# --- how often by mistake, and how often found: docs/report.md prints what `benchmarks.changes` counts ---


def flat(rng, *, minutes=60, noise=0.06, alike=0.3):
    """The mean engagement of five students, as noisy and as alike from minute to minute as simulated ones."""
    values = np.empty(minutes)
    at = rng.normal()
    for minute, pushed in enumerate(rng.normal(size=minutes) * np.sqrt(1 - alike**2)):
        values[minute] = at = alike * at + pushed
    return 0.78 + noise * values


def found(values):
    return change_points(list(values), penalty=penalty_for(list(values), least_noise=0.03))


@pytest.mark.parametrize("minutes", [45, 60, 90])
def test_twenty_flat_lessons_change_once_at_most(minutes):
    for hundred in range(5):
        rng = np.random.default_rng(hundred)
        changes = sum(len(found(flat(rng, minutes=minutes))) for _ in range(20))
        assert changes <= 1, f"hundred {hundred}"


@pytest.mark.parametrize(("drop", "lasts", "of_a_hundred"), [(0.3, 5, 95), (0.2, 8, 75), (0.2, 12, 85)])
def test_what_matters_is_mostly_found(drop, lasts, of_a_hundred):
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(100):
        values = flat(rng)
        values[25 : 25 + lasts] -= drop
        hits += any(abs(point - 25) <= 2 for point in found(values))
    assert hits >= of_a_hundred


def test_a_noisy_lesson_asks_for_more_than_a_calm_one():
    rng = np.random.default_rng(3)
    calm, noisy = flat(rng, noise=0.05), flat(rng, noise=0.1)
    assert penalty_for(list(calm), least_noise=0.03) < penalty_for(list(noisy), least_noise=0.03)
    assert penalty_for([0.5] * 60, least_noise=0.03) == pytest.approx(
        penalty_for([0.5] * 60, least_noise=0.06) / 4
    )
    assert penalty_for([0.5], least_noise=0.03) == 0.0
