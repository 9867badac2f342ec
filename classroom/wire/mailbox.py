"""The newest snapshot of each participant in Redis, or what their browser read, and the lesson's bell that
calls a worker.

An older snapshot that nobody took is overwritten, of measurements the oldest are dropped, so memory is
bounded by the number of students and load sheds by itself. Each verb is one Lua script; all keys of a lesson
share a hash tag (`keys`).

Sockets open, renew and post, so those are coroutines; workers and services take, keep, silence and close.
"""

import asyncio
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Literal, cast
from weakref import WeakKeyDictionary

from redis.commands.core import AsyncScript, Script

from classroom.wire import keys
from classroom.wire.answers import answered
from classroom.wire.convoy import Convoy
from classroom.wire.measurement import EPOCH, Measurement, pack, unpack
from classroom.wire.messages import Sender
from classroom.wire.redis import async_client, client
from emotion.geometry import GEOMETRY
from emotion.values import Region, Sighting

SNAPSHOT_MS = 10_000
# Of one participant; at a reading a second, sixteen seconds.
MOST_MEASUREMENTS = 16
# Of a batch: a smaller one costs more than it is worth, a larger one is late before it is recorded.
FEWEST, MOST = 8, 32
BELL_MS = 5_000
OPEN_MS = 90_000
# After the last post of a lesson.
COUNT_MS = OPEN_MS
SEATED_MS = 12 * 3600 * 1000
SEEN_MS = GEOMETRY.region.fresh_ms
HEADER = struct.Struct(">qq")
FACES = struct.Struct(">B")
REGION = struct.Struct(">4f")
SCRIPTS = Path(__file__).parent / "lua"

Claim = Literal["asks", "takes", "waits"]
SENDERS: Mapping[int, Sender] = {0: "here", -1: "elsewhere", -2: "nobody"}

Place = tuple[int, int, int]  # lesson, participant, consent


class Posted(IntEnum):
    REFUSED = -1
    WAITING = 0
    RING = 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One JPEG on its way to a worker; `taken_at` is lesson time. Its repr leaves the bytes out."""

    participant_id: int
    consent_id: int
    taken_at: datetime
    jpeg: bytes

    def __repr__(self) -> str:
        return f"Snapshot(participant_id={self.participant_id}, taken_at={self.taken_at.isoformat()})"


@dataclass(frozen=True, slots=True)
class Batch:
    """`seen`: by participant what the last snapshot showed, if that was a moment ago.

    `measurements` are what browsers read, of each participant the oldest first.
    """

    snapshots: tuple[Snapshot, ...]
    ring: bool
    seen: Mapping[int, Sighting]
    measurements: tuple[Measurement, ...] = ()

    @property
    def size(self) -> int:
        """What is analysed or recorded."""
        return len(self.snapshots) + len(self.measurements)


@answered()
async def open_for(lesson_id: int, participant_id: int, consent_id: int) -> None:
    """Let the participant post under this consent, for `OPEN_MS` or until closed."""
    await async_client().set(keys.opened(lesson_id, participant_id), consent_id, px=OPEN_MS)


@answered()
async def renew(*places: Place) -> list[bool]:
    """One answer a place: False where its mailbox is no longer open for this consent."""
    script = _async_script("renew")
    async with async_client().pipeline(transaction=False) as pipeline:
        for lesson_id, participant_id, consent_id in places:
            await script(
                keys=[keys.opened(lesson_id, participant_id)], args=[consent_id, OPEN_MS], client=pipeline
            )
        return [bool(answer) for answer in await pipeline.execute()]


async def post(lesson_id: int, snapshot: Snapshot, now: datetime, *, bell_ms: int = BELL_MS) -> Posted:
    participant_id = snapshot.participant_id
    answer = await _convoy("post").call(
        keys=[
            keys.snap(lesson_id, participant_id),
            keys.due(lesson_id),
            keys.bell(lesson_id),
            keys.opened(lesson_id, participant_id),
            keys.count(lesson_id),
        ],
        args=[
            snapshot.consent_id,
            participant_id,
            _pack(snapshot),
            _milliseconds(now),
            SNAPSHOT_MS,
            bell_ms,
            COUNT_MS,
        ],
    )
    return Posted(answer)


async def append(
    lesson_id: int, measurements: Sequence[Measurement], now: datetime, *, bell_ms: int = BELL_MS
) -> Posted:
    """What one participant's browser read, under one consent, the oldest first."""
    participant_id, consent_id = measurements[0].participant_id, measurements[0].consent_id
    answer = await _convoy("append").call(
        keys=[
            keys.read(lesson_id, participant_id),
            keys.due(lesson_id),
            keys.bell(lesson_id),
            keys.opened(lesson_id, participant_id),
            keys.count(lesson_id),
        ],
        args=[
            consent_id,
            participant_id,
            _milliseconds(now),
            SNAPSHOT_MS,
            bell_ms,
            MOST_MEASUREMENTS,
            COUNT_MS,
            *map(pack, measurements),
        ],
    )
    return Posted(answer)


@answered()
async def claim_seat(
    lesson_id: int, participant_id: int, channel: str, *, now: datetime, most: int
) -> list[str]:
    """Note a socket of the participant; answers the oldest ones that are more than `most`, to be closed."""
    replaced = await _async_script("seat")(
        keys=[keys.seats(lesson_id, participant_id)], args=[channel, _milliseconds(now), most, SEATED_MS]
    )
    return [name.decode() for name in replaced]


@answered()
async def claim_camera(
    lesson_id: int, participant_id: int, channel: str, *, window: str, how: Claim
) -> tuple[Sender, bool]:
    """Who sends from here on: this socket, another one or none; and whether other sockets are to be told.

    A window keeps the camera when its socket comes back. Another one has it only once nobody does, or by
    taking it over.
    """
    answer = await _async_script("claim")(
        keys=[keys.sender(lesson_id, participant_id), keys.seats(lesson_id, participant_id)],
        args=[window, channel, how, SEATED_MS],
    )
    return SENDERS[max(-2, min(answer, 0))], answer > 1


@answered()
async def leave_seat(lesson_id: int, participant_id: int, channel: str) -> bool:
    """Whether the socket had the camera, and others are to be told that nobody has it now."""
    left = await _async_script("leave")(
        keys=[keys.seats(lesson_id, participant_id), keys.sender(lesson_id, participant_id)], args=[channel]
    )
    return bool(left)


def take(lesson_id: int, now: datetime, *, fewest: int = FEWEST, most: int = MOST) -> Batch:
    """Of half of the participants who wait, `fewest` at least and `most` at most, longest waiting first.

    `ring` says that more are due: ring the bell, and another process shares the work.
    """
    script = _script("take")
    ring, *found = script(
        keys=[keys.due(lesson_id), keys.bell(lesson_id), keys.count(lesson_id)],
        args=[
            fewest,
            most,
            keys.snap(lesson_id, ""),
            keys.seen(lesson_id, ""),
            keys.read(lesson_id, ""),
            _milliseconds(now),
            BELL_MS,
        ],
    )
    rows = [(int(participant), data, seen, read) for participant, data, seen, *read in found]
    return Batch(
        tuple(_unpack(participant, data) for participant, data, _seen, _read in rows if data),
        bool(ring),
        {participant: _unpack_sighting(seen) for participant, _data, seen, _read in rows if seen},
        tuple(unpack(participant, one) for participant, _data, _seen, read in rows for one in read),
    )


def keep(lesson_id: int, sightings: Iterable[tuple[Snapshot, Sighting | None]]) -> None:
    """Note what these snapshots showed, for whoever takes the participants' next ones.

    It is forgotten `SEEN_MS` after the finder last looked, however often it is noted in between; at once
    where nothing may be noted; and nothing is noted under a consent that ended meanwhile.
    """
    script = _script("keep")
    with client().pipeline(transaction=False) as pipeline:
        for snapshot, sighting in sightings:
            participant_id = snapshot.participant_id
            script(
                keys=[keys.seen(lesson_id, participant_id), keys.opened(lesson_id, participant_id)],
                args=[
                    snapshot.consent_id,
                    _pack_sighting(sighting) if sighting else b"",
                    SEEN_MS,
                    int(sighting is not None and sighting.found),
                ],
                client=pipeline,
            )
        pipeline.execute()


def oldest_waiting_s(lesson_id: int, now: datetime) -> float:
    """Real seconds for which a snapshot has waited to be taken; 0 where none waits."""
    waiting = cast(list[tuple[bytes, float]], client().zrange(keys.due(lesson_id), 0, 0, withscores=True))
    return max(0.0, (_milliseconds(now) - waiting[0][1]) / 1000) if waiting else 0.0


def silence(lesson_id: int) -> None:
    """Take the bell down after a ring that could not be sent, so that the next post rings again."""
    client().delete(keys.bell(lesson_id))


def close(lesson_id: int, participant_id: int) -> None:
    """From here on nothing of this participant is accepted, and nothing of theirs waits."""
    _script("close")(
        keys=[
            keys.opened(lesson_id, participant_id),
            keys.snap(lesson_id, participant_id),
            keys.read(lesson_id, participant_id),
            keys.seen(lesson_id, participant_id),
            keys.due(lesson_id),
        ],
        args=[participant_id],
    )


_async_scripts: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, AsyncScript]] = WeakKeyDictionary()


def _async_script(verb: str) -> AsyncScript:
    """Registered once a loop: what travels is the digest, not the text."""
    scripts = _async_scripts.setdefault(asyncio.get_running_loop(), {})
    if verb not in scripts:
        scripts[verb] = async_client().register_script(_source(verb))
    return scripts[verb]


_convoys: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Convoy]] = WeakKeyDictionary()


def _convoy(verb: str) -> Convoy:
    """A whole school posts at once; one for each event loop."""
    convoys = _convoys.setdefault(asyncio.get_running_loop(), {})
    if verb not in convoys:
        convoys[verb] = Convoy(_async_script(verb), async_client())
    return convoys[verb]


@cache
def _script(verb: str) -> Script:
    return client().register_script(_source(verb))


@cache
def _source(verb: str) -> str:
    return (SCRIPTS / f"{verb}.lua").read_text()


def _pack(snapshot: Snapshot) -> bytes:
    taken_us = (snapshot.taken_at - EPOCH) // timedelta(microseconds=1)
    return HEADER.pack(taken_us, snapshot.consent_id) + snapshot.jpeg


def _unpack(participant_id: int, data: bytes) -> Snapshot:
    taken_us, consent_id = HEADER.unpack_from(data)
    taken_at = EPOCH + timedelta(microseconds=taken_us)
    return Snapshot(participant_id, consent_id, taken_at, data[HEADER.size :])


def _pack_sighting(sighting: Sighting) -> bytes:
    region = sighting.region
    place = REGION.pack(region.x, region.y, region.size, region.angle) if region else b""
    return FACES.pack(sighting.faces) + place


def _unpack_sighting(data: bytes) -> Sighting:
    (faces,) = FACES.unpack_from(data)
    place = data[FACES.size :]
    return Sighting(Region(*REGION.unpack(place)) if place else None, faces, found=False)


def _milliseconds(now: datetime) -> int:
    return (now - EPOCH) // timedelta(milliseconds=1)
