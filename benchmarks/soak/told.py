"""What students and teacher were told over their sockets, and when."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from benchmarks.client import Attended
from benchmarks.soak.evidence import Acknowledged, Evidence, Shown


def messages(log: Attended, *kinds: str) -> Iterator[tuple[float, Any]]:
    """With the monotonic time of each."""
    heard = ((each.at, json.loads(each.text)) for each in log.received)
    return ((at, message) for at, message in heard if message["type"] in kinds)


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
    """From the part's return until the last student was told of a reading of a picture taken after it."""
    since = found.back_at + found.ahead_s
    times = [_first(log, since) for log in found.log.students]
    return None if None in times else max(at for at in times if at is not None) - found.back_at


def _first(log: Attended, since: float) -> float | None:
    told = messages(log, "reading")
    return next((at for at, message in told if _moment(message["taken_at"]) >= since), None)


def dashboard_s(found: Evidence) -> float | None:
    """From the part's return until the dashboard has everybody; 0 where it never lost anybody."""
    students = len(found.participants)
    told = [(at, message["view"]["present"]) for at, message in messages(found.log.teacher, "view", "state")]
    after = [at for at, present in told if at >= found.back_at and present == students]
    return max(0.0, after[0] - found.back_at) if after else None


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
