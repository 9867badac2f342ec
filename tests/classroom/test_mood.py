"""The figures of those who share. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.disclosure import Member
from classroom.mood import Sharer, quantile, shared_figures
from emotion.judgement.engagement import Level
from emotion.labels import EMOTIONS, Emotion
from tests.analyses import resembling

N = 5


def sharer(number=1, *, fresh=True, level=Level.ENGAGED, engagement=0.8, emotion=Emotion.NEUTRAL):
    probabilities = resembling(emotion).probabilities if emotion else None
    return Sharer(Member(number, fresh, level, probabilities), engagement)


@pytest.mark.parametrize(("size", "counted"), [(0, None), (4, None), (5, 5), (6, 6)])
def test_fewer_than_the_minimum_are_not_enough_to_say(size, counted):
    figures = shared_figures([sharer(number) for number in range(size)], N)
    assert (figures.counted if figures else None) == counted


def test_who_was_not_measured_lately_makes_up_no_number():
    assert shared_figures([sharer(number, fresh=number < 4) for number in range(9)], N) is None


def test_an_expression_is_told_only_if_enough_have_one():
    everybody = [sharer(number, emotion=Emotion.HAPPY if number < 4 else None) for number in range(8)]
    figures = shared_figures(everybody, N)
    assert (figures.counted, figures.expression_shares, figures.expression_spread) == (8, None, None)


def test_without_levels_the_expressions_of_enough_are_told():
    everybody = [sharer(n, level=Level.UNKNOWN, engagement=None, emotion=Emotion.HAPPY) for n in range(5)]
    figures = shared_figures(everybody, N)
    assert (figures.counted, figures.engaged, figures.engagement) == (5, 0, None)
    assert figures.expression_shares[EMOTIONS.index(Emotion.HAPPY)] == pytest.approx(0.9, abs=0.06)


def test_the_consensus_is_the_mean_with_its_spread():
    values = (0.1, 0.3, 0.6, 0.8, 0.9)
    levels = (Level.AWAY, Level.DRIFTING, *[Level.ENGAGED] * 3)
    pairs = zip(values, levels, strict=True)
    figures = shared_figures([sharer(engagement=v, level=level) for v, level in pairs], N)
    assert (figures.engaged, figures.drifting, figures.away) == (3, 1, 1)
    assert (figures.engagement, figures.engagement_low, figures.engagement_high) == (0.55, 0.3, 0.8)
    assert figures.expression_spread == 0


def test_a_divided_class_has_a_large_spread():
    divided = [sharer(emotion=(Emotion.HAPPY, Emotion.SAD)[number % 2]) for number in range(6)]
    assert shared_figures(divided, N).expression_spread >= 0.4


@given(st.lists(st.floats(0, 1), min_size=1), st.floats(0, 1))
def test_a_quantile_lies_within_the_values(values, share):
    ordered = sorted(values)
    assert ordered[0] <= quantile(ordered, share) <= ordered[-1]


@pytest.mark.parametrize(
    ("ordered", "share", "value"),
    [
        ((0.0, 0.4, 1.0, 2.0), 0.25, 0.3),
        ((0.0, 0.4, 1.0, 2.0), 0.9, 1.7),
        ((0.0, 0.4, 1.0, 2.0), 1, 2.0),
        ((0.5,), 0.25, 0.5),
    ],
)
def test_a_quantile_lies_between_its_two_neighbours(ordered, share, value):
    assert quantile(ordered, share) == pytest.approx(value)


def test_the_spread_is_the_mean_distance_from_the_mean():
    divided = [sharer(emotion=(Emotion.HAPPY, Emotion.SAD)[number % 2]) for number in range(6)]
    assert shared_figures(divided, N).expression_spread == 0.45


def test_where_too_few_have_a_level_not_one_of_them_is_told():
    known = (Level.ENGAGED, Level.DRIFTING, Level.AWAY, Level.AWAY)
    figures = shared_figures([sharer(level=level) for level in (*known, Level.UNKNOWN)], N)
    assert (figures.engaged, figures.drifting, figures.away) == (0, 0, 0)
    assert (figures.engagement, figures.engagement_low, figures.engagement_high) == (None, None, None)


def test_engagement_is_told_only_if_enough_have_any():
    figures = shared_figures([sharer(engagement=0.8 if number else None) for number in range(5)], N)
    assert (figures.counted, figures.engaged, figures.engagement) == (5, 5, None)


def test_expressions_over_other_labels_are_not_added_up():
    odd = Sharer(Member(9, True, Level.ENGAGED, (0.5, 0.5)), 0.8)
    with pytest.raises(ValueError, match="zip"):
        shared_figures([*(sharer(number) for number in range(5)), odd], N)
