"""Where what a student said and what was measured conflict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion.judgement.disagreement import Tap, is_contradicted
from emotion.judgement.persistence import Bin, FindingKind

SAD, DISENGAGED = FindingKind.PERSISTENTLY_SAD, FindingKind.PERSISTENTLY_DISENGAGED


def bins(minutes=30, **fields):
    return [Bin(start_s=10 * step, readings=5, faces=5, **fields) for step in range(6 * minutes)]


def away(minutes=30):
    return bins(minutes, away=5)


def sad(minutes=30, level="engaged"):
    return bins(minutes, expressions=5, sad=5, **{level: 5})


def following(*minutes):
    return [Tap(60 * minute, is_following=True) for minute in minutes]


def lost(*minutes):
    return [Tap(60 * minute, is_following=False) for minute in minutes]


@pytest.mark.parametrize(
    ("kind", "measured", "taps", "conflicts"),
    [
        (DISENGAGED, away(), [], False),
        (DISENGAGED, away(), following(0, 10, 20), True),
        (DISENGAGED, away(), following(0, 10), False),
        (DISENGAGED, away(), following(0, 1, 2, 3), False),
        (DISENGAGED, away(), lost(0, 10, 20), False),
        (DISENGAGED, away(), [*following(0, 10, 20), *lost(1, 11, 21)], False),
        (DISENGAGED, [], following(0, 10, 20), False),
        (SAD, sad(), following(0, 10, 20), True),
        (SAD, sad(level="away"), following(0, 10, 20), False),
        (SAD, sad(), [], False),
    ],
)
def test_no_flag_goes_against_what_was_said_through_half_of_its_time(kind, measured, taps, conflicts):
    assert is_contradicted(kind, measured, taps) is conflicts


def test_time_in_which_it_was_not_so_counts_for_neither():
    fine = [Bin(start_s=1800 + 10 * step, readings=5, faces=5, engaged=5) for step in range(60)]
    assert is_contradicted(DISENGAGED, [*away(), *fine], following(0, 10, 20))
    assert not is_contradicted(DISENGAGED, [*away(), *fine], following(30, 35))


@given(
    st.sampled_from(FindingKind),
    st.lists(st.tuples(st.integers(0, 1800), st.booleans()), max_size=12),
    st.randoms(use_true_random=False),
)
def test_neither_order_matters_nor_do_taps_of_before_the_last_hold_on(kind, said, random):
    taps = list({at: Tap(at, is_following) for at, is_following in said}.values())
    measured = sad() if kind is SAD else away()
    found = is_contradicted(kind, measured, taps)
    random.shuffle(taps)
    random.shuffle(measured)
    assert is_contradicted(kind, measured, taps) is found
    assert not is_contradicted(kind, measured, [tap for tap in taps if not tap.is_following])
