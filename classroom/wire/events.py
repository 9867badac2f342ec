"""Says to open sockets what changed. Delivery is at most once: a client that misses a number asks again.

What names a student goes to a group of its own, which only screens that reveal have joined.
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

import redis
from django.utils import timezone

from classroom.wire import keys, layer, mailbox
from classroom.wire.messages import RevealingMessage, StudentMessage, TeacherMessage, TileInfo
from classroom.wire.redis import client

logger = logging.getLogger(__name__)

TICK_MS = 300
REVEALS_FOR_S = 10
# Three beats of a viewer's socket.
VIEWED_FOR_S = 10
TILES_EVERY_MS = 1000
# After so long every tile is pushed again, for whoever missed one.
TILES_KNOWN_S = 60
NUMBERED_FOR_S = 48 * 3600

# Codes with which the server closes a socket.
WITHDRAWN_CODE = 4001
RESEATED_CODE = 4002
RIGHTS_LOST_CODE = 4003
ENDED_CODE = 4004
REPLACED_CODE = 4008


def teachers_of(lesson_id: int) -> str:
    return f"lesson.{lesson_id}.teachers"


def revealing_of(lesson_id: int) -> str:
    """Teachers' sockets that show individual data now."""
    return f"lesson.{lesson_id}.revealing"


def students_of(lesson_id: int) -> str:
    return f"lesson.{lesson_id}.students"


def seat_of(lesson_id: int, participant_id: int) -> str:
    return f"lesson.{lesson_id}.participant.{participant_id}"


def user_of(user_id: int) -> str:
    return f"user.{user_id}"


def login_of(session_key: str) -> str:
    """Sockets opened under one login. The key itself opens doors, so only its digest travels."""
    return f"login.{hashlib.sha256(session_key.encode()).hexdigest()[:32]}"


def announce_to_teachers(lesson_id: int, message: TeacherMessage) -> None:
    """To every screen of the lesson, shared ones among them. The number is counted here."""
    try:
        numbered = {**message, "seq": _next_seq(lesson_id)}
    except redis.RedisError:
        logger.warning("A message to the teachers of lesson %s was not sent", lesson_id, exc_info=True)
        return
    _announce(teachers_of(lesson_id), {"type": "forward", "message": numbered})


def announce_to_revealing(lesson_id: int, message: RevealingMessage) -> None:
    """Only to screens that reveal; without a number, because others would see a gap."""
    _announce(revealing_of(lesson_id), {"type": "forward.individual", "message": message})


def announce_to_students(lesson_id: int, message: StudentMessage) -> None:
    _announce(students_of(lesson_id), {"type": "forward", "message": message})


def announce_to_participant(lesson_id: int, participant_id: int, message: StudentMessage) -> None:
    announce_to_participants(lesson_id, [(participant_id, message)])


def announce_to_participants(lesson_id: int, messages: Iterable[tuple[int, StudentMessage]]) -> None:
    """To each their own, all at once."""
    _announce_all(
        (seat_of(lesson_id, participant_id), {"type": "forward", "message": message})
        for participant_id, message in messages
    )


def end_seats(lesson_id: int, participant_id: int, *, code: int) -> None:
    """Close all sockets of a participant: after a withdrawal, or so that they take their new seat."""
    _announce(seat_of(lesson_id, participant_id), leave(code))


def end_all(group: str, *, code: int) -> None:
    """Close every socket of a group."""
    _announce(group, leave(code))


def check_rights(group: str) -> None:
    """Let every socket of a group look at once whether it may stay open."""
    _announce(group, {"type": "check.rights"})


def tell_anew(lesson_id: int) -> None:
    """Let every screen of a teacher have the full state: somebody is gone whom no later message names."""
    _announce(teachers_of(lesson_id), {"type": "tell.anew"})


def leave(code: int) -> dict[str, Any]:
    """What one socket is told so that it closes itself."""
    return {"type": "leave", "code": code}


def sender_is(channel: str) -> dict[str, Any]:
    """What the sockets of one student are told: this one sends, or none where it is empty."""
    return {"type": "sender.is", "channel": channel}


def current_seq(lesson_id: int) -> int:
    return int(client().get(_seq(lesson_id)) or 0)


def win_tick(lesson_id: int) -> bool:
    """True for the one caller in `TICK_MS` who computes the class view for all viewers."""
    return bool(client().set(keys.of("tick", lesson_id), 1, nx=True, px=TICK_MS))


def is_step_due(lesson_id: int) -> bool:
    """Whether a step of the grid may be due: nobody noted one of this time yet."""
    try:
        return not client().exists(_stepped(lesson_id))
    except redis.RedisError:
        return False


def note_viewed(lesson_id: int) -> None:
    """A viewer's beat computes what is told, so that nothing which a student does has to."""
    with suppress(redis.RedisError):
        client().set(_viewed(lesson_id), 1, ex=VIEWED_FOR_S)


def is_viewed(lesson_id: int) -> bool:
    """Whether viewers' beats see to the steps of the grid."""
    try:
        return bool(client().exists(_viewed(lesson_id)))
    except redis.RedisError:
        return False


def note_step(lesson_id: int, *, next_in_s: float) -> None:
    """The step of this time is written; the next one is due in so many real seconds."""
    with suppress(redis.RedisError):
        client().set(_stepped(lesson_id), 1, px=max(1, int(next_in_s * 1000)))


def oldest_waiting_s(lesson_id: int) -> float:
    """Real seconds since the longest waiting snapshot of a lesson came; 0 where none waits."""
    try:
        return mailbox.oldest_waiting_s(lesson_id, timezone.now())
    except redis.RedisError:
        return 0.0


def note_revealing(lesson_id: int) -> None:
    """A socket that reveals says so with each heartbeat."""
    client().set(_reveals(lesson_id), 1, ex=REVEALS_FOR_S)


def somebody_reveals(lesson_id: int) -> bool:
    """Whether tiles are worth computing. False while Redis is away: nothing could be pushed."""
    try:
        return bool(client().exists(_reveals(lesson_id)))
    except redis.RedisError:
        return False


def are_tiles_due(lesson_id: int) -> bool:
    """Whether somebody looks at tiles and none were shown just now; nothing is won by asking."""
    try:
        shown_to, pushed = cast(
            list[bytes | None], client().mget(_reveals(lesson_id), _tiles_pushed(lesson_id))
        )
    except redis.RedisError:
        return False
    return shown_to is not None and pushed is None


def win_tiles(lesson_id: int) -> bool:
    """True for the one caller in `TILES_EVERY_MS` who shows the tiles anew, if anybody looks at them."""
    if not somebody_reveals(lesson_id):
        return False
    try:
        return bool(client().set(_tiles_pushed(lesson_id), 1, nx=True, px=TILES_EVERY_MS))
    except redis.RedisError:
        return False


def changed_tiles(lesson_id: int, tiles: Sequence[TileInfo]) -> list[TileInfo]:
    """Those unlike the ones pushed last; digests alone are kept."""
    connection, key = client(), keys.of("tiles", lesson_id)
    try:
        known = cast(dict[bytes, bytes], connection.hgetall(key))
        digests = {tile["id"]: _digest(tile) for tile in tiles}
        changed = [tile for tile in tiles if known.get(str(tile["id"]).encode()) != digests[tile["id"]]]
        if changed:
            connection.hset(key, mapping={str(tile["id"]): digests[tile["id"]] for tile in changed})
        if changed and not known:
            connection.expire(key, TILES_KNOWN_S)
    except redis.RedisError:
        return []
    return changed


def is_news(lesson_id: int, kind: str, told: object) -> bool:
    """Whether this is another than was told last, which was nothing at first; the digest alone is kept.

    False while Redis is away.
    """
    key, digest = keys.of(f"told:{kind}", lesson_id), _digest(told)
    try:
        before = client().set(key, digest, ex=NUMBERED_FOR_S, get=True)
    except redis.RedisError:
        return False
    return before != digest if before is not None else bool(told)


def _digest(told: object) -> bytes:
    return hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=12).digest()


def _next_seq(lesson_id: int) -> int:
    pipeline = client().pipeline()
    pipeline.incr(_seq(lesson_id))
    pipeline.expire(_seq(lesson_id), NUMBERED_FOR_S)
    return int(pipeline.execute()[0])


def _seq(lesson_id: int) -> str:
    return keys.of("seq", lesson_id)


def _stepped(lesson_id: int) -> str:
    return keys.of("stepped", lesson_id)


def _viewed(lesson_id: int) -> str:
    return keys.of("viewed", lesson_id)


def _reveals(lesson_id: int) -> str:
    return keys.of("reveals", lesson_id)


def _tiles_pushed(lesson_id: int) -> str:
    return keys.of("tiles-pushed", lesson_id)


def _announce(group: str, event: Mapping[str, Any]) -> None:
    _announce_all([(group, event)])


def _announce_all(messages: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    messages = list(messages)
    try:
        layer.publish(messages)
    except (redis.RedisError, OSError):
        logger.warning("%d messages were not sent, to %s first", len(messages), messages[0][0], exc_info=True)
