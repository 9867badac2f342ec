"""How fast snapshots and taps may come: counted by when they arrive."""

import pytest

from classroom.sockets.rate import HELD_BACK_S, TokenBucket


def taken(bucket, arrivals):
    return [bucket.take(at) for at in arrivals]


def test_a_camera_in_its_rhythm_is_never_too_fast():
    bucket = TokenBucket.for_interval(1000)
    assert all(taken(bucket, (second + 0.2 * (second % 2) for second in range(600))))


def test_a_camera_at_twice_the_rhythm_is_too_fast_in_the_long_run():
    bucket = TokenBucket.for_interval(1000)
    answers = taken(bucket, (half / 2 for half in range(120)))
    assert all(answers[:5])
    assert answers[60:].count(True) <= 40


def test_more_than_three_at_once_are_too_fast_for_a_socket_that_just_opened():
    assert taken(TokenBucket.for_interval(1000), [0.0] * 5) == [True] * 3 + [False] * 2


@pytest.mark.parametrize("stall_s", [3, 15, 30])
def test_what_a_stall_held_back_may_come_at_once_and_the_rhythm_goes_on(stall_s):
    bucket = TokenBucket.for_interval(1000)
    assert all(taken(bucket, range(60)))
    assert all(taken(bucket, [60 + stall_s] * stall_s))
    assert all(taken(bucket, range(61 + stall_s, 120)))


def test_a_long_silence_earns_no_more_than_what_may_have_been_held_back():
    bucket = TokenBucket.for_interval(1000)
    bucket.take(0.0)
    assert taken(bucket, [3600.0] * 200).count(True) <= HELD_BACK_S / 0.8


@pytest.mark.parametrize(("speed", "seconds"), [(1, 60), (20, 3)])
def test_six_taps_a_minute_of_the_lesson_fit_through_a_socket(speed, seconds):
    bucket = TokenBucket.for_taps(speed)
    assert taken(bucket, [0.0] * 7) == [True] * 6 + [False]
    assert taken(bucket, [seconds + 0.01] * 7) == [True] * 6 + [False]
