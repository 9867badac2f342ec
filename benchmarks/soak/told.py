"""What students and teacher were told over their sockets, and when."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from benchmarks.client import Attended
from benchmarks.soak.evidence import Acknowledged, Episode, Evidence, Shown


def messages(log: Attended, *kinds: str) -> Iterator[tuple[float, Any]]:
    """With the monotonic time of each."""
    heard = ((each.at, json.loads(each.text)) for each in log.received)
    return ((at, message) for at, message in heard if message["type"] in kinds)


def count(log: Attended, kind: str) -> int:
    return sum(1 for _ in messages(log, kind))


def readings(found: Evidence) -> list[Acknowledged]:
    """All that students' pages were told of, as often as they were."""
    return [
        (participant, message["taken_at"])
        for participant, log in zip(found.participants, found.log.students, strict=True)
        for _, message in messages(log, "reading")
    ]


def acknowledged(found: Evidence) -> frozenset[Acknowledged]:
    return frozenset(readings(found))


def read_again_s(found: Evidence) -> float | None:
    """From a part's return until the last student was told of a reading of a picture taken after it.

    The longest of all faults; None where somebody never was.
    """
    return _longest(_read_after(log, one) for one in found.episodes for log in found.log.students)


def dashboard_s(found: Evidence) -> float | None:
    """From a part's return until the dashboard is told of the class with everybody in it; the longest."""
    told = [(at, message["view"]["present"]) for at, message in messages(found.log.teacher, "view", "state")]
    whole = [at for at, present in told if present == len(found.participants)]
    return _longest(_seconds_until(one.back_at, whole) for one in found.episodes)


def _read_after(log: Attended, episode: Episode) -> float | None:
    since = episode.back_at + episode.ahead_s
    told = messages(log, "reading")
    return _seconds_until(
        episode.back_at, [at for at, message in told if _moment(message["taken_at"]) >= since]
    )


def _seconds_until(since: float, times: Iterable[float]) -> float | None:
    return next((at - since for at in times if at >= since), None)


def _longest(seconds: Iterable[float | None]) -> float | None:
    """None where one is missing."""
    found = list(seconds)
    return None if None in found else max((one for one in found if one is not None), default=None)


def shown(found: Evidence) -> Shown:
    """The dashboard at the end, as its page puts it together."""
    it = Shown({}, {})
    for _, message in messages(found.log.teacher, "view", "state", "tiles"):
        view = message.get("view", it.view)
        tiles = {tile["id"]: tile for tile in message.get("tiles") or []}
        it = Shown(view, tiles if message["type"] == "state" and tiles else {**it.tiles, **tiles})
    return it


def _moment(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()
