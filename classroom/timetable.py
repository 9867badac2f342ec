"""When a school teaches: periods, terms and holidays, and the hours in which cameras may be on. Pure.

What somebody types is one line each, and is written back the same way. Times are the school's own.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T", "Period", "Span")
LONGEST_NAME = 40
MOST_LINES = 60
DAYS = range(7)
"""Monday is 0."""
_DASH = r"\s*[-\u2013\u2014]\s*"
_PERIOD = re.compile(r"(.+?)\s*:\s*(\d{1,2}:\d{2})" + _DASH + r"(\d{1,2}:\d{2})", re.ASCII)
_SPAN = re.compile(r"(.+?)\s*:\s*(\d{4}-\d{2}-\d{2})(?:" + _DASH + r"(\d{4}-\d{2}-\d{2}))?", re.ASCII)


class BadLine(ValueError):
    """`number` counts from 1; `why` is one of `form`, `name`, `order`, `overlap` and `many`."""

    def __init__(self, number: int, line: str, why: str) -> None:
        super().__init__(number, line, why)
        self.number, self.line, self.why = number, line, why


@dataclass(frozen=True, slots=True)
class Period:
    """A lesson's place in the day, up to `ends`."""

    name: str
    starts: time
    ends: time

    def __str__(self) -> str:
        return f"{self.name}: {self.starts:%H:%M}-{self.ends:%H:%M}"


@dataclass(frozen=True, slots=True)
class Span:
    """A term or a holiday: days, the last one included."""

    name: str
    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.name}: {self.first}" + (f" - {self.last}" if self.last != self.first else "")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Calendar:
    """`days` are those of the week on which the periods are held."""

    zone: ZoneInfo
    days: frozenset[int]
    periods: tuple[Period, ...] = ()
    terms: tuple[Span, ...] = ()
    holidays: tuple[Span, ...] = ()

    def period_at(self, now: datetime) -> Period | None:
        """The one that is held now, or begins within a few minutes; none on a day without lessons."""
        here = now.astimezone(self.zone)
        if here.weekday() not in self.days or any(here.date() in one for one in self.holidays):
            return None
        soon = here + EARLY
        minutes = (here.time(), soon.time() if soon.date() == here.date() else time.max)
        running = [one for one in self.periods if one.starts <= here.time() < one.ends]
        begins = [one for one in self.periods if minutes[0] <= one.starts <= minutes[1]]
        return next(iter([*begins, *running]), None)

    def end_of(self, period: Period, now: datetime) -> datetime:
        """When it ends today."""
        return datetime.combine(now.astimezone(self.zone).date(), period.ends, self.zone)

    def term_of(self, at: datetime) -> Span | None:
        day = at.astimezone(self.zone).date()
        return next((one for one in self.terms if day in one), None)


EARLY = timedelta(minutes=10)
"""Who opens a lesson before its period begins means that period."""


@dataclass(frozen=True, slots=True)
class Hours:
    """In which hours cameras may be on and mails go out. None are set: always. All else are quiet hours."""

    zone: ZoneInfo
    open: tuple[tuple[int, time, time], ...] = ()
    """Day of the week, from and until; a day is there once at most."""

    def is_quiet(self, now: datetime) -> bool:
        return self.quiet_from(now) == now

    def quiet_from(self, now: datetime) -> datetime | None:
        """When the quiet hours begin, or `now` where they last; None where there are none."""
        if not self.open:
            return None
        for first, last in self._days_from(now, -1):
            if first <= now < last:
                return last
        return now

    def open_from(self, now: datetime) -> datetime:
        """When the quiet hours end that last now; `now` where none do."""
        if not self.is_quiet(now):
            return now
        return next(first for first, _last in self._days_from(now, 0) if first > now)

    def _days_from(self, now: datetime, offset: int) -> Iterable[tuple[datetime, datetime]]:
        """What is open on each day from today on, in order."""
        today, by_day = now.astimezone(self.zone).date(), {day: hours for day, *hours in self.open}
        for ahead in range(offset, 9):
            day = today + timedelta(days=ahead)
            if hours := by_day.get(day.weekday()):
                first, last = (datetime.combine(day, one, self.zone) for one in hours)
                yield first, last


def read_periods(text: str) -> tuple[Period, ...]:
    """Of lines such as "1: 08:00-08:45", in the order of the day. Raises BadLine."""
    return _read(text, _period, lambda one, other: one.ends <= other.starts)


def read_spans(text: str) -> tuple[Span, ...]:
    """Of lines such as "Autumn: 2026-09-01 - 2026-12-18", in the order of the year. Raises BadLine."""
    return _read(text, _span, lambda one, other: one.last < other.first)


def read_hours(text: str) -> tuple[tuple[int, time, time], ...]:
    """Of lines such as "0 07:30-17:00", as `write_hours` makes them."""
    found = (line.replace("-", " ").split() for line in text.splitlines())
    return tuple((int(day), time.fromisoformat(a), time.fromisoformat(b)) for day, a, b in found)


def write_hours(hours: Iterable[tuple[int, time, time]]) -> str:
    return "\n".join(f"{day} {starts:%H:%M}-{ends:%H:%M}" for day, starts, ends in sorted(hours))


def written(told: Iterable[Period | Span]) -> str:
    return "\n".join(map(str, told))


def _read(text: str, read: Callable[[int, str], T], follows: Callable[[T, T], bool]) -> tuple[T, ...]:
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise BadLine(lines[MOST_LINES][0], lines[MOST_LINES][1], "many")
    found = [(read(number, line), number, line) for number, line in lines]
    found.sort(key=lambda one: _start(one[0]))
    for (one, _number, _line), (other, number, line) in pairwise(found):
        if not follows(one, other):
            raise BadLine(number, line, "overlap")
    return tuple(one for one, _number, _line in found)


def _start(one: Period | Span) -> str:
    return (one.starts if isinstance(one, Period) else one.first).isoformat()


def _period(number: int, line: str) -> Period:
    name, starts, ends = _parts(_PERIOD, number, line)
    try:
        made = Period(name, _time(starts), _time(ends))
    except ValueError:
        raise BadLine(number, line, "form") from None
    if made.ends <= made.starts:
        raise BadLine(number, line, "order")
    return made


def _span(number: int, line: str) -> Span:
    name, first, last = _parts(_SPAN, number, line)
    try:
        made = Span(name, date.fromisoformat(first), date.fromisoformat(last or first))
    except ValueError:
        raise BadLine(number, line, "form") from None
    if made.last < made.first:
        raise BadLine(number, line, "order")
    return made


def _time(text: str) -> time:
    return time.fromisoformat(text.zfill(len("08:00")))


def _parts(form: re.Pattern[str], number: int, line: str) -> Sequence[str]:
    match = form.fullmatch(line)
    if match is None:
        raise BadLine(number, line, "form")
    name = " ".join(match[1].split())
    if len(name) > LONGEST_NAME:
        raise BadLine(number, line, "name")
    return name, match[2], match[3]
