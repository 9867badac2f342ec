"""The interval of a share, against figures of Newcombe (1998, table I) and at its ends."""

import pytest

from emotion.judgement.wilson import wilson

Z = 1.959964


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_bounds_are_those_that_were_published(count, n, low, high):
    assert wilson(count / n, n, Z) == pytest.approx((low, high), abs=0.0001)


def test_both_bounds_are_shares_and_reach_the_ends():
    ends = [(wilson(0.0, n, Z), wilson(1.0, n, Z)) for n in range(1, 200)]
    assert all(0.0 <= none[0] < 1e-12 and 1 - 1e-12 < every[1] <= 1.0 for none, every in ends)
