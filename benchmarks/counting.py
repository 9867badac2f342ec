"""What the counts for /metrics cost in the mailbox's scripts: each of them with its counts, and without.

Redis itself says how long it was at a script; both are called in turn, so a busy minute is both's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from redis import Redis

from benchmarks.figures import Counted
from classroom.wire import keys, mailbox
from classroom.wire.redis import client

LESSON, CONSENT = 1, 1
STUDENTS = 32
PICTURE = bytes(10_000)
# What a browser read, packed; its length counts alone.
MEASURED = bytes(100)
A_MESSAGE = 4
NOW_MS = 1_750_000_000_000


@dataclass(frozen=True, slots=True)
class Verb:
    """A script, how it is called for the student with a number, and for how many in a round."""

    name: str
    call: Callable[[Any, Redis, int], None]
    calls: int = STUDENTS


def measure(*, rounds: int) -> list[Counted]:
    """Each round calls each script for every student. Everything that Redis held is gone afterwards."""
    redis = client()
    found = []
    for verb in VERBS:
        took: dict[bool, list[float]] = {True: [], False: []}
        for number in range(2 * rounds):
            is_counted = number % 2 == 0
            took[is_counted].append(_round(redis, verb, is_counted))
        found.append(Counted(verb.name, median(took[True]), median(took[False])))
    redis.flushdb()
    return found


def uncounted(script: str) -> str:
    """Without the lines that count."""
    lines = script.splitlines(keepends=True)
    counts = [number for number, line in enumerate(lines) if "HINCRBY" in line]
    assert counts, "the script counts nothing"
    kept = {*range(len(lines))}
    for number in counts:
        kept.discard(number)
        if number + 1 < len(lines) and "PEXPIRE" in lines[number + 1]:
            kept.discard(number + 1)  # of the count
    return "".join(lines[number] for number in sorted(kept))


def _round(redis: Redis, verb: Verb, is_counted: bool) -> float:
    """Microseconds of a call."""
    redis.flushdb()
    for student in range(STUDENTS):
        redis.set(keys.opened(LESSON, student), CONSENT)
    text = (mailbox.SCRIPTS / f"{verb.name}.lua").read_text()
    script = redis.register_script(text if is_counted else uncounted(text))
    post = redis.register_script((mailbox.SCRIPTS / "post.lua").read_text())
    with redis.pipeline(transaction=False) as pipeline:
        for student in range(STUDENTS):
            _post(post, pipeline, student)
        pipeline.execute()
    redis.script_load(script.script)
    redis.config_resetstat()
    with redis.pipeline(transaction=False) as pipeline:
        for student in range(verb.calls):
            verb.call(script, pipeline, student)
        pipeline.execute()
    return float(redis.info("commandstats")["cmdstat_evalsha"]["usec_per_call"])


def _post(script: Any, redis: Redis, student: int) -> None:
    script(
        keys=[keys.snap(LESSON, student), *_shared(student)],
        args=[CONSENT, student, PICTURE, NOW_MS, mailbox.SNAPSHOT_MS, mailbox.BELL_MS, mailbox.COUNT_MS],
        client=redis,
    )


def _append(script: Any, redis: Redis, student: int) -> None:
    limits = [mailbox.SNAPSHOT_MS, mailbox.BELL_MS, mailbox.MOST_MEASUREMENTS, mailbox.COUNT_MS]
    script(
        keys=[keys.read(LESSON, student), *_shared(student)],
        args=[CONSENT, student, NOW_MS, *limits, *[MEASURED] * A_MESSAGE],
        client=redis,
    )


def _take(script: Any, redis: Redis, _student: int) -> None:
    prefixes = [keys.snap(LESSON, ""), keys.seen(LESSON, ""), keys.read(LESSON, "")]
    script(
        keys=[keys.due(LESSON), keys.bell(LESSON), keys.count(LESSON)],
        args=[mailbox.MOST, mailbox.MOST, *prefixes, NOW_MS, mailbox.BELL_MS],
        client=redis,
    )


def _shared(student: int) -> list[str]:
    return [keys.due(LESSON), keys.bell(LESSON), keys.opened(LESSON, student), keys.count(LESSON)]


VERBS = (Verb("post", _post), Verb("append", _append), Verb("take", _take, calls=1))
