"""Moments and periods, as people write them."""

import pytest

from emotion.pictures.timestamps import parse_moment, parse_moments, parse_period, time_stamp


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("00:03:10", 190_000), ("3:10.5", 190_500), ("95", 95_000), ("1:00:00", 3_600_000), ("90:00", None)],
)
def test_moments_are_read_as_people_write_them(text: str, milliseconds: int | None) -> None:
    if milliseconds is None:
        with pytest.raises(ValueError, match="not a moment"):
            parse_moment(text)
    else:
        assert parse_moment(text) == milliseconds


@pytest.mark.parametrize("text", ["", "1:2:3:4", "00:75", "-3", "three", "1,,2", "9" * 20, "9" * 400])
def test_what_is_no_moment_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="not a moment"):
        parse_moments(text)


def test_moments_are_sorted_each_once() -> None:
    assert parse_moments("00:07:00, 00:03:10,420") == (190_000, 420_000)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("1s", 1000), ("500ms", 500), ("2min", 120_000), ("0.5", 500), ("1h", 3_600_000)],
)
def test_periods_are_read_as_people_write_them(text: str, milliseconds: int) -> None:
    assert parse_period(text) == milliseconds


@pytest.mark.parametrize("text", ["", "0s", "0.4ms", "-1s", "1 day", "s", "9" * 400])
def test_what_is_no_period_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="not a period"):
        parse_period(text)


def test_a_time_stamp_reads_back() -> None:
    assert time_stamp(3_723_004) == "01:02:03.004"
    assert parse_moment(time_stamp(3_723_004)) == 3_723_004
