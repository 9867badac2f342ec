"""How old what a client took is: by its own clock, which is believed for its pace alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.sockets.clock import ClientClock
from classroom.wire import frames

AHEAD_MS = 3_600_000  # the client's clock is an hour off, and nobody minds


def compared(arrived_at=100.0):
    clock = ClientClock()
    clock.compare(AHEAD_MS + int(1000 * arrived_at), arrived_at)
    return clock


def test_what_waited_in_the_network_is_as_old_as_it_waited():
    clock = compared()
    assert clock.age_s(AHEAD_MS + 101_000, 101.0) == pytest.approx(0)
    assert clock.age_s(AHEAD_MS + 102_000, 109.5) == pytest.approx(7.5)


def test_a_client_that_says_no_time_is_believed_to_send_at_once():
    assert ClientClock().age_s(None, 100.0) == 0
    assert ClientClock().age_s(AHEAD_MS, 100.0) == 0, "nothing to compare with yet"


def test_a_comparison_that_was_held_back_is_mended_by_what_travels_faster():
    clock = ClientClock()
    clock.compare(AHEAD_MS + 100_000, 110.0)
    assert clock.age_s(AHEAD_MS + 111_000, 111.1) == 0
    assert clock.age_s(AHEAD_MS + 112_000, 118.1) == pytest.approx(6)


def test_a_clock_that_jumps_ahead_is_followed_and_one_that_jumps_back_once_it_says_so():
    clock = compared()
    assert clock.age_s(AHEAD_MS + 101_000 + 60_000, 101.0) == 0
    assert clock.age_s(AHEAD_MS + 102_000, 102.0) == pytest.approx(60)
    clock.compare(AHEAD_MS + 102_500, 102.5)
    assert clock.age_s(AHEAD_MS + 103_000, 103.0) == pytest.approx(0)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**53), st.floats(0, 1e9))
def test_whatever_a_client_says_nothing_is_newer_than_its_arrival(taken_ms, now_ms, arrived_at):
    clock = ClientClock()
    clock.compare(now_ms, arrived_at)
    assert clock.age_s(taken_ms, arrived_at) >= 0


JPEG = b"\xff\xd8\xff" + b"0" * 20


def test_a_frame_holds_a_jpeg_and_before_it_when_it_was_taken():
    assert frames.unpack(frames.pack(1_800_000_000_000, JPEG)) == (1_800_000_000_000, JPEG)
    assert frames.unpack(JPEG) == (None, JPEG)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff", b"GIF89a" + b"0" * 50, b"0" * 8, frames.pack(1, b"GIF")]
)
def test_what_is_no_frame_comes_out_as_it_is(data):
    assert frames.unpack(data) == (None, data)
