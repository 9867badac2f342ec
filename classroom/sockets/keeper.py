"""Looks after all students' seats of one web process together, so that a class costs what one student does.

With no seat there is no task: an idle process runs nothing.
"""

import asyncio
import logging
import time
from typing import Protocol
from weakref import WeakKeyDictionary

import redis
from channels.db import database_sync_to_async
from django.db import DatabaseError
from django.utils import timezone

from classroom import services
from classroom.services.attendance import Seat, Standing
from classroom.stays import HEARD_EVERY_S
from classroom.wire import mailbox
from classroom.wire.lifeline import Lifeline

logger = logging.getLogger(__name__)

KEEP_EVERY_S = 15.0


class Sitter(Protocol):
    """A student's socket, as the keeper sees it."""

    seat: Seat | None

    def take_standing(self, standing: Standing) -> None: ...

    def begin_anew(self) -> None:
        """Redis was away, and with it whatever was said meanwhile."""


class Keeper:
    def __init__(self) -> None:
        self._sitters: set[Sitter] = set()
        self._task: asyncio.Task[None] | None = None
        self._waits = False

    @property
    def is_at_work(self) -> bool:
        return self._task is not None and not self._task.done()

    def watch(self, sitter: Sitter) -> None:
        self._sitters.add(sitter)
        if not self.is_at_work:
            self._task = asyncio.get_running_loop().create_task(self._keep())

    def release(self, sitter: Sitter) -> None:
        self._sitters.discard(sitter)
        if not self._sitters and self._waits and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _keep(self) -> None:
        line = Lifeline()
        looked_at = time.monotonic()
        while self._sitters:
            self._waits = True
            has_broken = await line.breaks_within(min(HEARD_EVERY_S, KEEP_EVERY_S))
            self._waits = False
            if has_broken:
                line = Lifeline()
                for sitter in list(self._sitters):
                    sitter.begin_anew()
                continue
            try:
                if time.monotonic() - looked_at < KEEP_EVERY_S:
                    await say_here(*self._sitters)
                else:
                    looked_at = time.monotonic()
                    await look_after(*self._sitters)
            except (DatabaseError, redis.RedisError, OSError) as error:
                logger.warning("The seats could not be checked; they are again in a moment: %s", error)


# One for each event loop; a web process has one loop.
_keepers: WeakKeyDictionary[asyncio.AbstractEventLoop, Keeper] = WeakKeyDictionary()


def keeper() -> Keeper:
    return _keepers.setdefault(asyncio.get_running_loop(), Keeper())


async def say_here(*sitters: Sitter) -> None:
    """That all of them are still there, so that nobody takes them for those of a process that died."""
    ids = [sitter.seat.attendance_id for sitter in sitters if sitter.seat is not None]
    if ids:
        await database_sync_to_async(services.note_presence)(attendance_ids=ids, now=timezone.now())


async def look_after(*sitters: Sitter) -> None:
    """Ask the database about all of them at once; then renew, or open again, the mailboxes that may be."""
    seats = {sitter.seat.attendance_id: sitter for sitter in sitters if sitter.seat is not None}
    standings = await database_sync_to_async(services.keep_seats)(
        seats=[sitter.seat for sitter in seats.values() if sitter.seat], now=timezone.now()
    )
    for attendance_id, standing in standings.items():
        seats[attendance_id].take_standing(standing)
    accepted = [seats[one].seat for one, it in standings.items() if it.refusal is None and it.code is None]
    places = [(seat.lesson_id, seat.participant_id, seat.consent_id) for seat in accepted if seat]
    for place, is_open in zip(places, await mailbox.renew(*places), strict=True):
        if not is_open:
            await mailbox.open_for(*place)
