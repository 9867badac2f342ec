"""Says to open sockets what changed. Delivery is at most once: a client that misses a number asks again."""

import asyncio
import logging
import threading
from collections.abc import Coroutine
from functools import cache
from typing import Any

import redis
from channels.layers import get_channel_layer
from django.utils import timezone

from classroom import mailbox
from classroom.messages import StudentMessage

logger = logging.getLogger(__name__)

TICK_MS = 300
SEND_TIMEOUT_S = 3
WITHDRAWN_CODE = 4001
RESEATED_CODE = 4002


def teachers_of(lesson_id: int) -> str:
    return f"lesson.{lesson_id}.teachers"


def revealing_of(lesson_id: int) -> str:
    return f"lesson.{lesson_id}.revealing"


def students_of(lesson_id: int) -> str:
    return f"lesson.{lesson_id}.students"


def seat_of(lesson_id: int, participant_id: int) -> str:
    return f"lesson.{lesson_id}.participant.{participant_id}"


def announce_to_teachers(lesson_id: int, message: Any) -> None:
    """`message` is one of messages.TeacherMessage without its number, which is counted here."""
    try:
        numbered = {**message, "seq": mailbox.client().incr(_seq(lesson_id))}
    except redis.RedisError:
        logger.warning("A message to the teachers of lesson %s was not sent", lesson_id, exc_info=True)
        return
    _announce(teachers_of(lesson_id), {"type": "forward", "message": numbered})


def announce_to_students(lesson_id: int, message: StudentMessage) -> None:
    _announce(students_of(lesson_id), {"type": "forward", "message": message})


def announce_to_participant(lesson_id: int, participant_id: int, message: StudentMessage) -> None:
    _announce(seat_of(lesson_id, participant_id), {"type": "forward", "message": message})


def end_seats(lesson_id: int, participant_id: int, *, code: int) -> None:
    """Close all sockets of a participant: after a withdrawal, or so that they take their new seat."""
    _announce(seat_of(lesson_id, participant_id), {"type": "end_seat", "code": code})


def current_seq(lesson_id: int) -> int:
    return int(mailbox.client().get(_seq(lesson_id)) or 0)


def win_tick(lesson_id: int) -> bool:
    """True for the one caller in `TICK_MS` who computes the class view for all viewers."""
    return bool(mailbox.client().set(f"tick:{{{lesson_id}}}", 1, nx=True, px=TICK_MS))


def announce_to_revealing(lesson_id: int, message: Any) -> None:
    """To the screens alone that show names. It carries no number: a lost one heals with the next."""
    _announce(revealing_of(lesson_id), {"type": "forward", "message": message})


def somebody_reveals(lesson_id: int) -> bool:
    return bool(mailbox.client().exists(f"reveals:{{{lesson_id}}}"))


def changed_tiles(lesson_id: int, tiles: Any) -> Any:
    return tiles


def is_step_due(lesson_id: int) -> bool:
    """Whether a step of the grid may be due: nobody noted one of this time yet."""
    return not mailbox.client().exists(f"stepped:{{{lesson_id}}}")


def note_step(lesson_id: int, *, next_in_s: float) -> None:
    mailbox.client().set(f"stepped:{{{lesson_id}}}", 1, px=max(1, int(next_in_s * 1000)))


def oldest_waiting_s(lesson_id: int) -> float:
    """Real seconds since the longest waiting snapshot of a lesson came; 0 where none waits."""
    return mailbox.oldest_waiting_s(lesson_id, timezone.now())


def _seq(lesson_id: int) -> str:
    return f"seq:{{{lesson_id}}}"


def _announce(group: str, event: dict[str, Any]) -> None:
    sending = asyncio.run_coroutine_threadsafe(_group_send(group, event), _loop())
    try:
        sending.result(SEND_TIMEOUT_S)
    except (redis.RedisError, OSError, TimeoutError):
        logger.warning("A message to %s was not sent", group, exc_info=True)


def _group_send(group: str, event: dict[str, Any]) -> Coroutine[Any, Any, None]:
    layer = get_channel_layer()
    assert layer is not None
    sending: Coroutine[Any, Any, None] = layer.group_send(group, event)
    return sending


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One loop for the process's life: the channel layer keeps its connection in it.

    Built on first use, hence after Celery forked; a thread would not survive the fork.
    """
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="events", daemon=True).start()
    return loop
