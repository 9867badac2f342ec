"""Moments of a recording, as people write them and as milliseconds."""

import re

_MOMENT = re.compile(r"(?:(?:(?P<hours>\d+):)?(?P<minutes>[0-5]?\d):)?(?P<seconds>\d+(?:\.\d{1,3})?)")
_PERIOD = re.compile(r"(?P<count>\d+(?:\.\d+)?) ?(?P<unit>ms|s|min|m|h)?")
_MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000}

LONGEST_MS = 1_000_000 * 3_600_000
"""A million hours: no recording is longer, and no library counts on for ever."""


def time_stamp(at_ms: int) -> str:
    """00:03:10.250"""
    seconds, milliseconds = divmod(at_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{milliseconds:03d}"


def parse_moment(text: str) -> int:
    """Milliseconds of 00:03:10, 3:10.5 or plain seconds. Raises ValueError, which says what is understood."""
    found = _MOMENT.fullmatch(text.strip())
    if found and not (found["minutes"] and float(found["seconds"]) >= 60):
        minutes = int(found["hours"] or 0) * 60 + int(found["minutes"] or 0)
        at_ms = 60_000 * minutes + 1000 * float(found["seconds"])
        if at_ms <= LONGEST_MS:
            return round(at_ms)
    raise ValueError(f"not a moment: {text!r} (write 00:03:10, 3:10.5 or plain seconds)")


def parse_moments(text: str) -> tuple[int, ...]:
    """Moments with commas between them, in order of time, each once. Raises ValueError."""
    return tuple(sorted({parse_moment(part) for part in text.split(",")}))


def parse_period(text: str) -> int:
    """Milliseconds of 1s, 500ms, 2min, or plain seconds; at least one. Raises ValueError."""
    found = _PERIOD.fullmatch(text.strip())
    milliseconds = float(found["count"]) * _MILLISECONDS[found["unit"] or "s"] if found else 0
    if not 0.5 < milliseconds <= LONGEST_MS:
        raise ValueError(f"not a period: {text!r} (write 1s, 500ms or 2min)")
    return round(milliseconds)
