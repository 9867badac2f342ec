"""When a school teaches, as it was typed, and what follows from it at a moment."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.timetable import (
    BadLine,
    Calendar,
    Hours,
    Period,
    Span,
    read_hours,
    read_periods,
    read_spans,
    write_hours,
    written,
)

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = frozenset(range(5))
FIRST = Period("1", time(8), time(8, 45))
SECOND = Period("2", time(8, 50), time(9, 35))
HOURS = Hours(BERLIN, tuple((day, time(7, 30), time(17)) for day in range(5)))


def berlin(day, hour, minute=0, second=0):
    """September 2026 begins on a Tuesday."""
    return datetime(2026, 9, day, hour, minute, second, tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    "text",
    ["1: 08:00-08:45\n2: 08:50-09:35", "  2 : 8:50 \u2013 9:35 \n\n1:8:00 - 8:45\n"],
    ids=["plain", "loose"],
)
def test_periods_are_read_in_the_order_of_the_day(text):
    assert read_periods(text) == (FIRST, SECOND)
    assert read_periods(written(read_periods(text))) == (FIRST, SECOND)


def test_terms_and_holidays_are_days_with_the_last_one():
    read = read_spans("Autumn: 2026-09-01 - 2026-12-18\nSports day: 2026-06-01")
    assert read == (
        Span("Sports day", date(2026, 6, 1), date(2026, 6, 1)),
        Span("Autumn", date(2026, 9, 1), date(2026, 12, 18)),
    )
    assert read_spans(written(read)) == read
    assert date(2026, 12, 18) in read[1] and date(2026, 12, 19) not in read[1]


@pytest.mark.parametrize(
    ("text", "number", "why"),
    [
        ("1: 08:00-08:45\nlunch", 2, "form"),
        ("1: 08:00-25:00", 1, "form"),
        ("1: ٠٨:00-09:00", 1, "form"),
        ("1: 09:00-08:00", 1, "order"),
        ("1: 09:00-09:00", 1, "order"),
        (f"{'x' * 41}: 08:00-08:45", 1, "name"),
        ("2: 08:40-09:20\n1: 08:00-08:45", 1, "overlap"),
        (
            "\n".join(f"x: {n // 60:02}:{n % 60:02}-{n // 60:02}:{n % 60 + 1:02}" for n in range(0, 122, 2)),
            61,
            "many",
        ),
    ],
)
def test_a_line_that_cannot_be_a_period_is_named_with_its_number(text, number, why):
    with pytest.raises(BadLine) as caught:
        read_periods(text)
    assert (caught.value.number, caught.value.why) == (number, why)


@pytest.mark.parametrize("text", ["Autumn", "Autumn: 2026-02-30", "Autumn: 2026-12-18 - 2026-09-01"])
def test_a_line_that_cannot_be_a_term_is_refused(text):
    with pytest.raises(BadLine):
        read_spans(text)


@pytest.mark.parametrize(
    ("at", "period"),
    [
        ((7, 7, 49), None),
        ((7, 7, 50), FIRST),
        ((7, 8, 44), SECOND),
        ((7, 8, 39), FIRST),
        ((7, 9, 34), SECOND),
        ((7, 9, 35), None),
        ((5, 8, 10), None),
        ((8, 8, 10), None),
    ],
    ids=["too early", "just before", "the next begins", "runs", "last minute", "over", "Saturday", "holiday"],
)
def test_a_lesson_belongs_to_the_period_that_runs_or_begins(at, period):
    holiday = Span("Strike", date(2026, 9, 8), date(2026, 9, 8))
    calendar = Calendar(BERLIN, WEEK, (FIRST, SECOND), holidays=(holiday,))
    assert calendar.period_at(berlin(*at)) == period


def test_a_period_ends_by_the_schools_clock():
    calendar = Calendar(BERLIN, WEEK, (FIRST,))
    assert calendar.end_of(FIRST, berlin(7, 8)) == datetime(2026, 9, 7, 6, 45, tzinfo=UTC)


def test_a_late_period_is_found_before_midnight():
    late = Period("late", time(23, 50), time(23, 59))
    assert Calendar(BERLIN, WEEK, (late,)).period_at(berlin(7, 23, 55)) == late


def test_a_lesson_belongs_to_the_term_of_its_day_at_the_school():
    term = Span("Autumn", date(2026, 9, 8), date(2026, 9, 30))
    calendar = Calendar(BERLIN, WEEK, terms=(term,))
    assert calendar.term_of(datetime(2026, 9, 7, 22, 30, tzinfo=UTC)) == term
    assert calendar.term_of(datetime(2026, 9, 7, 21, 30, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("at", "is_quiet"),
    [((7, 7, 29, 59), True), ((7, 7, 30), False), ((7, 16, 59, 59), False), ((7, 17), True), ((6, 12), True)],
)
def test_quiet_hours_begin_and_end_to_the_second(at, is_quiet):
    assert HOURS.is_quiet(berlin(*at)) is is_quiet


def test_quiet_hours_are_told_beforehand_and_what_waits_goes_on_after_them():
    assert HOURS.quiet_from(berlin(7, 16)) == berlin(7, 17)
    assert HOURS.quiet_from(berlin(7, 18)) == berlin(7, 18)
    assert HOURS.open_from(berlin(7, 18)) == berlin(8, 7, 30)
    assert HOURS.open_from(berlin(4, 18)) == berlin(7, 7, 30)
    assert HOURS.open_from(berlin(7, 12)) == berlin(7, 12)


def test_where_no_hours_are_set_it_is_never_quiet():
    assert Hours(BERLIN).quiet_from(berlin(7, 3)) is None
    assert not Hours(BERLIN).is_quiet(berlin(7, 3))


def test_a_school_that_is_open_one_morning_a_week_opens_the_week_after():
    hours = Hours(BERLIN, ((0, time(8), time(9)),))
    assert hours.open_from(berlin(7, 9)) == berlin(14, 8)


def test_the_clock_of_the_school_holds_when_it_is_put_back():
    """On 25 October 2026 Berlin goes from UTC+2 to UTC+1."""
    hours = Hours(BERLIN, ((6, time(8), time(9)),))
    assert hours.open_from(datetime(2026, 10, 24, 12, tzinfo=UTC)) == datetime(2026, 10, 25, 7, tzinfo=UTC)


@given(st.integers(0, 366 * 24 * 3600).map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s)))
def test_whatever_the_moment_the_next_open_hour_is_open_and_not_before(at):
    begins = HOURS.open_from(at)
    assert not HOURS.is_quiet(begins)
    if begins > at:
        assert HOURS.is_quiet(begins - timedelta(seconds=1))


def test_hours_are_stored_as_they_are_read():
    assert read_hours(write_hours(HOURS.open)) == HOURS.open
    assert read_hours("") == ()
