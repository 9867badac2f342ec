"""The two sockets: each method routes, the work is done in services and queries."""

import asyncio
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import redis
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import Http404
from django.utils import timezone

from classroom import access, bell, events, lifeline, mailbox, queries, services
from classroom.errors import AnticipatedError
from classroom.messages import ErrorCode, LessonInfo
from classroom.rate import TokenBucket
from classroom.services.attendance import Seat

LARGEST_FRAME = 1_000_000
LARGEST_SNAPSHOT = 200_000
JPEG_START = b"\xff\xd8\xff"
TOO_LARGE_CODE = 1009
TRY_AGAIN_CODE = 1013
HEARTBEAT_S = 15
TEACHER_HEARTBEAT_S = 3
RENEWED_WITHIN_S = 0.2

# Ringing waits for the broker; a thread of its own keeps that off the event loop and off Django's threads.
_ringers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="bell")


class LessonConsumer(AsyncWebsocketConsumer, ABC):
    """What both sockets share: refused alike, forwarding, a heartbeat, closing when Redis was away."""

    heartbeat_s: float

    async def connect(self) -> None:
        self.heart: asyncio.Task[None] | None = None
        self.joined: list[str] = []
        self.lesson_id = int(self.scope["url_route"]["kwargs"]["lesson_id"])
        try:
            await self.take_seat()
        except (Http404, AnticipatedError):
            await self.close()
            return
        except (redis.RedisError, OSError):
            await self.close(TRY_AGAIN_CODE)
            return
        self.heart = asyncio.create_task(self._beat())

    async def disconnect(self, code: int) -> None:
        if self.heart is not None:
            self.heart.cancel()
        for group in self.joined:
            await self._unless_redis_is_away(self.channel_layer.group_discard(group, self.channel_name))

    async def join(self, *groups: str) -> None:
        for group in groups:
            try:
                await self.channel_layer.group_add(group, self.channel_name)
            except (redis.RedisError, OSError):
                # After an outage the layer's receiver renews the connection that this one speaks over.
                await asyncio.sleep(RENEWED_WITHIN_S)
                await self.channel_layer.group_add(group, self.channel_name)
            self.joined.append(group)

    async def send_json(self, message: Any) -> None:
        await self.send(text_data=json.dumps(message))

    async def forward(self, event: dict[str, Any]) -> None:
        await self.send_json(event["message"])

    @abstractmethod
    async def take_seat(self) -> None:
        """Check the right, join the groups, accept, send the full state."""

    @abstractmethod
    async def on_heartbeat(self) -> None:
        """What is due every `heartbeat_s`."""

    async def _beat(self) -> None:
        while True:
            was_away = await lifeline.breaks_within(self.heartbeat_s)
            if was_away or not await self._unless_redis_is_away(self.on_heartbeat()):
                await self.close(TRY_AGAIN_CODE)
                return

    async def _unless_redis_is_away(self, work: Awaitable[object]) -> bool:
        try:
            await work
        except (redis.RedisError, OSError):
            return False
        return True


class StudentConsumer(LessonConsumer):
    """Takes snapshots and self-reports of one participant; sends the own readings."""

    heartbeat_s = HEARTBEAT_S
    seat: Seat | None = None

    async def take_seat(self) -> None:
        seat = await database_sync_to_async(services.enter_lesson)(
            user=self.scope["user"],
            cookies=self.scope["cookies"],
            lesson_id=self.lesson_id,
            now=timezone.now(),
        )
        self.seat, self.lesson = seat, seat.state["lesson"]
        self.refusal: ErrorCode | None = seat.refusal
        self.bucket = TokenBucket.for_interval(self.lesson["capture_interval_ms"])
        await self.join(
            events.students_of(seat.lesson_id), events.seat_of(seat.lesson_id, seat.participant_id)
        )
        if self.refusal is None:
            await mailbox.open_for(seat.lesson_id, seat.participant_id, seat.consent_id)
        await self.accept()
        await self.send_json(seat.state)

    async def disconnect(self, code: int) -> None:
        await super().disconnect(code)
        if self.seat is not None:
            await database_sync_to_async(services.leave_lesson)(seat=self.seat, now=timezone.now())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if bytes_data is None:
            await self._receive_text(text_data or "")
        elif len(bytes_data) > LARGEST_FRAME:
            await self.close(TOO_LARGE_CODE)
        elif code := self._refusal_of(bytes_data):
            await self._refuse(code)
        else:
            await self._post(bytes_data)

    async def forward(self, event: dict[str, Any]) -> None:
        message = event["message"]
        if message["type"] == "lesson":
            self._follow(message["lesson"])
        if message["type"] == "snap_now":
            self.bucket.add_one()
        await self.send_json(message)

    async def end_seat(self, event: dict[str, Any]) -> None:
        if event["code"] == events.WITHDRAWN_CODE:
            await self.send_json({"type": "withdrawn"})
        await self.close(event["code"])

    async def on_heartbeat(self) -> None:
        assert self.seat is not None
        seat = self.seat
        self.refusal = await database_sync_to_async(services.keep_seat)(seat=seat, now=timezone.now())
        if self.refusal is None and not await mailbox.renew(
            seat.lesson_id, seat.participant_id, seat.consent_id
        ):
            await mailbox.open_for(seat.lesson_id, seat.participant_id, seat.consent_id)

    def _follow(self, lesson: LessonInfo) -> None:
        if lesson["capture_interval_ms"] != self.lesson["capture_interval_ms"]:
            self.bucket = TokenBucket.for_interval(lesson["capture_interval_ms"])
        self.lesson = lesson
        if self.seat is not None:
            queries.follow_pace(self.seat.lesson, lesson)

    def _refusal_of(self, jpeg: bytes) -> ErrorCode | None:
        if not self.lesson["open"]:
            return "ended"
        if self.refusal is not None:
            return self.refusal
        if len(jpeg) > LARGEST_SNAPSHOT:
            return "too_large"
        if not jpeg.startswith(JPEG_START):
            return "not_jpeg"
        if self.lesson["paused"]:
            return "paused"
        return None if self.bucket.take(time.monotonic()) else "too_fast"

    async def _post(self, jpeg: bytes) -> None:
        assert self.seat is not None
        seat, now = self.seat, timezone.now()
        snapshot = mailbox.Snapshot(seat.participant_id, seat.consent_id, seat.lesson.time_at(now), jpeg)
        try:
            posted = await mailbox.post(seat.lesson_id, snapshot, now)
            if posted is mailbox.Posted.REFUSED:
                await self._reopen(snapshot)
        except (redis.RedisError, OSError):
            await self._refuse("busy")
            await self.close(TRY_AGAIN_CODE)
            return
        if posted is mailbox.Posted.RING:
            asyncio.get_running_loop().run_in_executor(_ringers, bell.ring, seat.lesson_id)

    async def _reopen(self, snapshot: mailbox.Snapshot) -> None:
        """Redis forgot the mailbox, or the consent ended: the database knows which."""
        await self.on_heartbeat()
        if self.refusal is not None:
            await self._refuse(self.refusal)

    async def _receive_text(self, text: str) -> None:
        assert self.seat is not None
        request = _parsed(text)
        if request.get("type") != "self_report":
            await self._refuse("bad_message")
            return
        try:
            await database_sync_to_async(services.report_self)(
                lesson_id=self.seat.lesson_id,
                participant_id=self.seat.participant_id,
                kind=str(request.get("kind")),
                now=timezone.now(),
            )
        except AnticipatedError as error:
            await self.send_json({"type": "error", "code": "bad_message", "detail": str(error)})

    async def _refuse(self, code: ErrorCode) -> None:
        await self.send_json({"type": "error", "code": code, "detail": ""})


class TeacherConsumer(LessonConsumer):
    """Sends the class view; individual data only while this viewer has revealed it."""

    heartbeat_s = TEACHER_HEARTBEAT_S
    reveals = False

    async def take_seat(self) -> None:
        await database_sync_to_async(access.lesson_of_teacher)(self.scope["user"], self.lesson_id)
        await self.join(events.teachers_of(self.lesson_id))
        state = await self._state()
        await self.accept()
        await self.send_json(state)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        request = _parsed(text_data or "")
        if request.get("type") == "reveal":
            self.reveals = request.get("on") is True
        elif request.get("type") != "refresh":
            await self.send_json({"type": "error", "code": "bad_message", "detail": ""})
            return
        await self.send_json(await self._state())

    async def forward(self, event: dict[str, Any]) -> None:
        message = dict(event["message"])
        if not self.reveals:
            message.pop("tiles", None)
            if message["type"] == "hint" and message["hint"]["participant"] is not None:
                # The number still has to arrive, or the client would see a gap.
                message = {"type": "hint_dismissed", "seq": message["seq"], "id": message["hint"]["id"]}
        await self.send_json(message)

    async def on_heartbeat(self) -> None:
        await database_sync_to_async(services.tick)(lesson_id=self.lesson_id, now=timezone.now())

    async def _state(self) -> Any:
        return await database_sync_to_async(_teacher_state)(self.scope["user"], self.lesson_id, self.reveals)


def _teacher_state(user: access.Visitor, lesson_id: int, reveals: bool) -> Any:
    lesson = access.lesson_of_teacher(user, lesson_id)
    now = timezone.now()
    state = queries.teacher_state(lesson, now, reveal=reveals)
    if state["tiles"]:
        seen = [tile["id"] for tile in state["tiles"] if tile["kind"] == "measured"]
        access.log_access(access.require_teacher(user), lesson_id, seen, page="dashboard", now=now)
    return state


def _parsed(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
