"""What has to be so after every fault. Each check answers what is wrong, in sentences."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from benchmarks.soak import told
from benchmarks.soak.evidence import Evidence
from benchmarks.soak.install import RUN
from classroom.wire.redis import CONNECTIONS

# A machine that others keep busy takes longer; what takes longer than this is no recovery.
READ_WITHIN_S = 60.0
# What may come on top while programs warm up, are started anew and hold what a minute brings.
MEMORY_TIMES, MEMORY_MORE_MIB = 1.3, 48
DESCRIPTORS_MORE, CONNECTIONS_MORE, KEYS_MORE = 24, 10, 60
LONGEST_A_STUDENT, LONGEST_MORE = 4, 40
QUEUED_MOST = 8
FIGURES = ("present", "left", "self_reports", "words", "shared")
# Their own words about how they recover are theirs.
SERVERS = ("postgres", "redis")
LEVEL = r"(?:WARNING|ERROR|CRITICAL)"
# As we write a line, and as Celery does.
COMPLAINT = re.compile(rf"^[\d-]+ [\d:,]+ {LEVEL} |^\[[^]]+: {LEVEL}/")
TRACEBACK = "Traceback (most recent call last)"
NUMBER = re.compile(r"[\d.:,-]+")
NAMED = "{} ended unexpectedly and was started again"

Check = Callable[[Evidence], list[str]]


def nothing_lost(found: Evidence) -> list[str]:
    """What a student's page was told of is a row."""
    lost = told.acknowledged(found) - found.rows.readings
    return [f"{len(lost)} readings that students were told of are no rows"] if lost else []


def nothing_twice(found: Evidence) -> list[str]:
    """Told twice, counted twice, or more than was ever sent."""
    heard = Counter(told.readings(found))
    twice = sum(times - 1 for times in heard.values())
    rows = Counter(participant for participant, _ in found.rows.readings)
    sent = {one: len(log.sent) for one, log in zip(found.participants, found.log.students, strict=True)}
    more = sum(max(0, rows[one] - sent[one]) for one in found.participants)
    wrong = []
    if twice:
        wrong.append(f"{twice} readings were told twice")
    if more:
        wrong.append(f"{more} rows more than were sent")
    if (count := len(found.rows.readings)) != found.rows.in_bins:
        wrong.append(f"{count} readings, but {found.rows.in_bins} in the sums")
    return wrong


def all_read_again(found: Evidence) -> list[str]:
    seconds = told.read_again_s(found)
    if seconds is None:
        return ["not everybody was read again"]
    return [f"everybody was read again after {seconds:.0f} s only"] if seconds > READ_WITHIN_S else []


def all_begin_anew(found: Evidence) -> list[str]:
    """Whose socket closed had the whole state on the next one."""
    counts = [(len(log.closed), told.count(log, "state")) for log in found.log.students]
    missed = sum(states <= closed for closed, states in counts)
    return [f"{missed} students were not told the whole state again"] if missed else []


def dashboard_right(found: Evidence) -> list[str]:
    """Within seconds everybody is on it; at the end it shows what the rows say, tile by tile."""
    wrong = []
    seconds = told.dashboard_s(found)
    if seconds is None or seconds > found.dashboard_within_s:
        after = "never" if seconds is None else f"after {seconds:.1f} s"
        wrong.append(f"the dashboard had everybody {after}")
    last = told.shown(found)
    wrong += [
        f"the dashboard says {name} {last.view.get(name)}, not {found.shown[0].view[name]}"
        for name in FIGURES
        if not _is_among(last.view.get(name), [shown.view[name] for shown in found.shown])
    ]
    tiles = [
        one
        for one in found.shown[0].tiles
        if _seen(last.tiles.get(one, {})) not in [_seen(shown.tiles[one]) for shown in found.shown]
    ]
    if tiles:
        wrong.append(f"{len(tiles)} tiles show something else than the rows")
    return wrong


def logs_are_clear(found: Evidence) -> list[str]:
    """No traceback, no line again and again, and `make run` names what died."""
    wrong = [
        f"the log of {part} has a traceback"
        for part, lines in found.said.items()
        if any(TRACEBACK in line for line in lines)
    ]
    for part, lines in found.said.items():
        again = Counter(_pattern(line) for line in complaints(part, lines))
        wrong += [f"{part} says {times} times: {line}" for line, times in again.items() if times > 1]
    words = "\n".join(found.said.get(RUN, ()))
    for part in found.named:
        if (times := words.count(NAMED.format(part))) != 1:
            wrong.append(f"make run named {part} {times} times")
    return wrong


def no_ghost(found: Evidence) -> list[str]:
    it, students = found.watched, len(found.participants)
    if (it.present, it.ghosts) == (students, 0):
        return []
    return [f"{it.present} present and {it.ghosts} ghosts, of {students} students"]


def one_socket_each(found: Evidence) -> list[str]:
    """For a lesson that went on for so long that the sockets of a process that died are forgotten."""
    it, students = found.watched, len(found.participants)
    return [] if it.sockets == students else [f"{it.sockets} sockets of {students} students"]


def nothing_grows(found: Evidence) -> list[str]:
    """Programs, Redis and PostgreSQL hold as much as before, give or take what a moment brings."""
    before, after, students = found.before, found.after, len(found.participants)
    # Who comes at once with others may open connections to Redis, which are kept.
    descriptors_more = DESCRIPTORS_MORE + min(students, CONNECTIONS)
    wrong = []
    for part, held in after.parts.items():
        if (earlier := before.parts.get(part)) is None:
            continue
        if held.memory > MEMORY_TIMES * earlier.memory + MEMORY_MORE_MIB:
            wrong.append(f"{part} holds {held.memory:.0f} MiB, before {earlier.memory:.0f}")
        if part != "postgres" and held.descriptors > earlier.descriptors + descriptors_more:
            wrong.append(f"{part} holds {held.descriptors} descriptors, before {earlier.descriptors}")
    bounds = {
        "connections to PostgreSQL": (after.connections, before.connections + CONNECTIONS_MORE),
        "keys in Redis": (after.keys, before.keys + students + KEYS_MORE),
        "entries in one key of Redis": (after.longest, LONGEST_A_STUDENT * students + LONGEST_MORE),
        "tasks queued": (after.queued, QUEUED_MOST),
    }
    return wrong + [
        f"{count} {what}, at most {most}" for what, (count, most) in bounds.items() if count > most
    ]


CHECKS: Mapping[str, Check] = {
    "nothing lost": nothing_lost,
    "nothing twice": nothing_twice,
    "all read again": all_read_again,
    "all begin anew": all_begin_anew,
    "dashboard right": dashboard_right,
    "logs clear": logs_are_clear,
    "no ghost": no_ghost,
    "nothing grows": nothing_grows,
}


def wrong_in(found: Evidence, more: Iterable[Check] = ()) -> list[str]:
    return [sentence for check in (*CHECKS.values(), *more) for sentence in check(found)]


def complaints(part: str, lines: Iterable[str]) -> list[str]:
    """The lines of a program's log that are no mere information."""
    return [] if part in SERVERS else [line for line in lines if COMPLAINT.search(line)]


def _pattern(line: str) -> str:
    """Without what is another one each time."""
    return NUMBER.sub("N", line)[:160]


def _is_among(told: Any, shown: Sequence[Any]) -> bool:
    """One of these; or as many are counted as at a moment between them, while readings grow old."""
    if told in shown:
        return True
    counts = [each["counted"] for each in (*shown, told) if isinstance(each, Mapping)]
    return len(counts) == len(shown) + 1 and min(counts) < counts[-1] < max(counts)


def _seen(tile: Mapping[str, Any]) -> tuple[Any, ...]:
    return tile.get("here"), tile.get("seen"), tile.get("level")
