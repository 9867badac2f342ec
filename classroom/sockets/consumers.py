"""The two sockets: each method routes, the work is done in services and queries.

Whatever ends a socket (its client, an error, a right that ended, the lesson), everything that was
begun for it ends with it: `LessonConsumer.__call__` is the one place where that happens.
"""

import asyncio
import json
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import redis
from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.utils import await_many_dispatch
from django.db import DatabaseError
from django.http import Http404
from django.utils import timezone

from classroom import queries, services
from classroom.access_log import ONE_LOOK, log_looks
from classroom.errors import AnticipatedError, LessonClosed, TooManySelfReports
from classroom.models import Lesson
from classroom.models.reviews import Place
from classroom.services.attendance import Seat, Standing
from classroom.sockets.keeper import keeper, look_after
from classroom.sockets.rate import TokenBucket
from classroom.sockets.requests import student_request, teacher_request
from classroom.wire import bell, events, mailbox
from classroom.wire.lifeline import Lifeline
from classroom.wire.messages import ErrorCode, LessonInfo, SelfReportRequest, TeacherState, TileInfo

logger = logging.getLogger(__name__)

LARGEST_FRAME = 1_000_000
LARGEST_SNAPSHOT = 200_000
JPEG_START = b"\xff\xd8\xff"
TOO_LARGE_CODE = 1009
TRY_AGAIN_CODE = 1013
TEACHER_HEARTBEAT_S = 3.0
# So many times as often, at most, in a demonstration that runs fast.
FASTEST = 8.0
RENEWED_WITHIN_S = 0.2
SEATS_A_PARTICIPANT = 5

# Ringing waits for the broker; a thread of its own keeps that off the event loop and off Django's threads.
_ringers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="bell")
# Work that ends by itself and must not be lost half-way; a loop keeps only a weak hold on its tasks.
_finishing: set[asyncio.Task[None]] = set()


# The right ended, the lesson ended, or a server was away.
WHY_CLOSED = (Http404, LessonClosed, redis.RedisError, OSError, DatabaseError)
Answer = TypeVar("Answer")


class LessonConsumer(AsyncWebsocketConsumer, ABC):
    """What both sockets share: refused alike, forwarding, one place where they close, one where they end."""

    def __init__(self) -> None:
        super().__init__()
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.channel_name = ""
        self.joined: list[str] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.is_closed = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope, self.base_send = scope, send
        self.channel_layer = get_channel_layer()
        try:
            await await_many_dispatch([receive, self.events.get], self.dispatch)
        except StopConsumer:
            pass
        finally:
            self.is_closed = True
            await asyncio.shield(_kept(self._end(), _finishing))

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As in channels, but without a turn in the database's thread: a frame does not queue behind SQL."""
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        self.lesson_id = int(self.scope["url_route"]["kwargs"]["lesson_id"])
        self.line = Lifeline()
        try:
            self.channel_name = await self.channel_layer.new_channel()
            _kept(self._until_gone(self._hear()), self.tasks)
            await self.take_seat()
        except (Http404, AnticipatedError):
            await self._refuse_connection()
        except (redis.RedisError, OSError, DatabaseError) as error:
            logger.warning("A socket of lesson %s could not be opened: %s", self.lesson_id, error)
            await self._refuse_connection(TRY_AGAIN_CODE)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        raise StopConsumer

    async def join(self, *groups: str) -> None:
        for group in groups:
            self.joined.append(group)
            try:
                await self.channel_layer.group_add(group, self.channel_name)
            except (redis.RedisError, OSError):
                # After an outage the layer's receiver renews the connection that this one speaks over.
                await asyncio.sleep(RENEWED_WITHIN_S)
                await self.channel_layer.group_add(group, self.channel_name)

    async def send_json(self, message: Any) -> None:
        """A client that vanished ends the socket here: the server says so when it sends, by these errors."""
        if self.is_closed:
            return
        try:
            await self.send(text_data=json.dumps(message))
        except (OSError, RuntimeError) as error:
            raise StopConsumer from error

    async def forward(self, event: dict[str, Any]) -> None:
        await self.send_json(event["message"])
        if event["message"]["type"] == "lesson" and not event["message"]["lesson"]["open"]:
            await self.leave(events.leave(events.ENDED_CODE))

    async def leave(self, event: dict[str, Any]) -> None:
        """Close, and end: everybody who wants this socket closed puts such an event."""
        await self._close(event["code"])
        raise StopConsumer

    @abstractmethod
    async def take_seat(self) -> None:
        """Check the right, join the groups, accept, send the full state."""

    @abstractmethod
    async def check_rights(self, event: dict[str, Any]) -> None:
        """Something was announced that may have ended the right to this socket."""

    def want_to_leave(self, code: int) -> None:
        self.events.put_nowait(events.leave(code))

    def aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Work that may wait for SQL, while frames go on being read. It ends by itself."""
        _kept(self._until_gone(work), _finishing)

    async def end(self) -> None:
        """What a kind of socket has to end of its own."""

    async def _until_gone(self, work: Coroutine[Any, Any, None]) -> None:
        """Work in a task of its own: what makes the socket close is said to those who read its events."""
        try:
            await work
        except StopConsumer:
            return
        except WHY_CLOSED as error:
            self.want_to_leave(self._code_of(error))

    async def _or_leave(self, work: Awaitable[Answer]) -> Answer:
        """The same for work that the next frame waits for."""
        try:
            return await work
        except WHY_CLOSED as error:
            code = self._code_of(error)
        await self.leave(events.leave(code))
        raise StopConsumer

    def _code_of(self, error: Exception) -> int:
        if isinstance(error, Http404):
            return events.RIGHTS_LOST_CODE
        if isinstance(error, LessonClosed):
            return events.ENDED_CODE
        logger.warning("A socket of lesson %s has to begin anew: %s", self.lesson_id, error)
        return TRY_AGAIN_CODE

    async def _hear(self) -> None:
        """Cancelled while it waits, so that the layer forgets the channel."""
        while True:
            self.events.put_nowait(await self.channel_layer.receive(self.channel_name))

    async def _close(self, code: int | None = None) -> None:
        if self.is_closed:
            return
        self.is_closed = True
        try:
            await self.close(code)
        except (OSError, RuntimeError) as error:
            raise StopConsumer from error

    async def _refuse_connection(self, code: int | None = None) -> None:
        await self._close(code)
        raise StopConsumer

    async def _end(self) -> None:
        for task in list(self.tasks):
            task.cancel()
        endings = await asyncio.gather(self._leave_groups(), self.end(), return_exceptions=True)
        for error in filter(None, endings):
            logger.warning("Something of a socket of lesson %s did not end: %s", self.lesson_id, error)

    async def _leave_groups(self) -> None:
        for group in self.joined:
            await self.channel_layer.group_discard(group, self.channel_name)


class StudentConsumer(LessonConsumer):
    """Takes snapshots and self-reports of one participant; sends the own readings."""

    seat: Seat | None = None

    async def take_seat(self) -> None:
        key = self.scope["session"].session_key
        self.seat = seat = await database_sync_to_async(services.enter_lesson)(
            user=self.scope["user"],
            cookies=self.scope["cookies"],
            lesson_id=self.lesson_id,
            now=timezone.now(),
            session_key=key,
        )
        self.lesson: LessonInfo = seat.state["lesson"]
        self.refusal: ErrorCode | None = seat.refusal
        self.bucket = TokenBucket.for_interval(self.lesson["capture_interval_ms"])
        self.taps = TokenBucket.for_taps(self.lesson["speed"])
        await self._join_groups(seat)
        await self._replace_oldest(seat)
        if self.refusal is None:
            await mailbox.open_for(seat.lesson_id, seat.participant_id, seat.consent_id)
        await self.accept()
        await self.send_json(seat.state)
        keeper().watch(self)
        if self.line.has_broken():
            self.begin_anew()

    async def end(self) -> None:
        keeper().release(self)
        if (seat := self.seat) is not None:
            # Each of these may have to wait for a server that is away; neither waits for the other.
            await asyncio.gather(
                mailbox.leave_seat(seat.lesson_id, seat.participant_id, self.channel_name),
                database_sync_to_async(services.leave_lesson)(seat=seat, now=timezone.now()),
            )

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if bytes_data is None:
            await self._receive_text(text_data or "")
        elif len(bytes_data) > LARGEST_FRAME:
            await self.leave(events.leave(TOO_LARGE_CODE))
        elif code := self._refusal_of(bytes_data, time.monotonic()):
            await self._refuse(code)
        else:
            await self._post(bytes_data)

    async def forward(self, event: dict[str, Any]) -> None:
        message = event["message"]
        if message["type"] == "lesson":
            self._follow(message["lesson"])
        if message["type"] == "snap_now":
            self.bucket.add_one()
        await super().forward(event)

    async def leave(self, event: dict[str, Any]) -> None:
        if event["code"] == events.WITHDRAWN_CODE:
            await self.send_json({"type": "withdrawn"})
        await super().leave(event)

    async def check_rights(self, event: dict[str, Any]) -> None:
        self.aside(look_after(self))

    def take_standing(self, standing: Standing) -> None:
        self.refusal = standing.refusal
        if standing.code is not None:
            self.want_to_leave(standing.code)

    def begin_anew(self) -> None:
        self.want_to_leave(TRY_AGAIN_CODE)

    async def _join_groups(self, seat: Seat) -> None:
        groups = [events.students_of(seat.lesson_id), events.seat_of(seat.lesson_id, seat.participant_id)]
        if login := seat.login:
            groups += [events.user_of(login.user_id), events.login_of(login.session_key)]
        await self.join(*groups)

    async def _replace_oldest(self, seat: Seat) -> None:
        """The newest windows win: whoever reloads again and again is never shut out."""
        place = (seat.lesson_id, seat.participant_id, self.channel_name)
        replaced = await mailbox.claim_seat(*place, now=timezone.now(), most=SEATS_A_PARTICIPANT)
        for channel in replaced:
            await self.channel_layer.send(channel, events.leave(events.REPLACED_CODE))

    def _follow(self, lesson: LessonInfo) -> None:
        if lesson["capture_interval_ms"] != self.lesson["capture_interval_ms"]:
            self.bucket = TokenBucket.for_interval(lesson["capture_interval_ms"])
        self.lesson = lesson
        if self.seat is not None:
            queries.follow_pace(self.seat.lesson, lesson)

    def _refusal_of(self, jpeg: bytes, arrived_at: float) -> ErrorCode | None:
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
        return None if self.bucket.take(arrived_at) else "too_fast"

    async def _post(self, jpeg: bytes) -> None:
        assert self.seat is not None
        seat, now = self.seat, timezone.now()
        snapshot = mailbox.Snapshot(seat.participant_id, seat.consent_id, seat.lesson.time_at(now), jpeg)
        try:
            posted = await mailbox.post(seat.lesson_id, snapshot, now)
        except (redis.RedisError, OSError):
            await self._refuse("busy")
            await self.leave(events.leave(TRY_AGAIN_CODE))
        if posted is mailbox.Posted.RING:
            asyncio.get_running_loop().run_in_executor(_ringers, bell.ring, seat.lesson_id)
        if posted is mailbox.Posted.REFUSED:
            # Redis forgot the mailbox, or the consent ended: the database knows which.
            self.aside(self._reopen())

    async def _reopen(self) -> None:
        await look_after(self)
        if self.refusal is not None:
            await self._refuse(self.refusal)

    async def _receive_text(self, text: str) -> None:
        request = student_request(text)
        if request is None:
            await self._refuse("bad_message")
        elif self.taps.take(time.monotonic()):
            self.aside(self._report(request))
        else:
            await self._refuse("bad_message", str(TooManySelfReports()))

    async def _report(self, request: SelfReportRequest) -> None:
        assert self.seat is not None
        try:
            await database_sync_to_async(services.report_self)(
                lesson_id=self.seat.lesson_id,
                participant_id=self.seat.participant_id,
                kind=request["kind"],
                now=timezone.now(),
            )
        except AnticipatedError as error:
            await self._refuse("bad_message", str(error))

    async def _refuse(self, code: ErrorCode, detail: str = "") -> None:
        await self.send_json({"type": "error", "code": code, "detail": detail})


class TeacherConsumer(LessonConsumer):
    """Sends the class view; individual data only while this viewer has revealed it."""

    def __init__(self) -> None:
        super().__init__()
        self.reveals = False
        self.logged_at: dict[tuple[Place, int], float] = {}

    async def take_seat(self) -> None:
        self.session_key = self.scope["session"].session_key
        await database_sync_to_async(services.teacher_now)(
            session_key=self.session_key, lesson_id=self.lesson_id
        )
        await self.join(
            events.teachers_of(self.lesson_id),
            events.user_of(self.scope["user"].pk),
            events.login_of(self.session_key),
        )
        state = await self._state()
        await self.accept()
        await self.send_json(state)
        if not state["lesson"]["open"]:
            await self.leave(events.leave(events.ENDED_CODE))
        _kept(self._until_gone(self._beat()), self.tasks)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        request = teacher_request(text_data or "")
        if request is None:
            await self.send_json({"type": "error", "code": "bad_message", "detail": ""})
            return
        if request["type"] == "reveal":
            await self._reveal(request["on"])
        await self.send_json(await self._or_leave(self._state()))

    async def forward_individual(self, event: dict[str, Any]) -> None:
        """Tiles and remarks that name somebody: nothing leaves before the look is written down."""
        if not self.reveals:
            return
        await self._or_leave(self._log(_named_by(event["message"])))
        await self.send_json(event["message"])

    async def check_rights(self, event: dict[str, Any]) -> None:
        await self._or_leave(database_sync_to_async(self._check)())

    async def _beat(self) -> None:
        """A right that ended without a word, and what is due: both within three seconds."""
        beat_s = TEACHER_HEARTBEAT_S
        while not await self.line.breaks_within(beat_s):
            beat_s = await database_sync_to_async(self._look_around)()
        self.want_to_leave(TRY_AGAIN_CODE)

    def _look_around(self) -> float:
        """Answers in how many seconds the next look is due: sooner where a demonstration runs fast."""
        lesson = self._check()
        if self.reveals:
            events.note_revealing(self.lesson_id)
        services.tick(lesson_id=self.lesson_id, now=timezone.now())
        return TEACHER_HEARTBEAT_S / min(max(1.0, lesson.pace), FASTEST)

    def _check(self) -> Lesson:
        """Raises Http404, LessonClosed."""
        _, lesson = services.teacher_now(session_key=self.session_key, lesson_id=self.lesson_id)
        if not lesson.is_open:
            raise LessonClosed
        return lesson

    async def _reveal(self, on: bool) -> None:
        self.reveals = on
        group = events.revealing_of(self.lesson_id)
        if on:
            await self._or_leave(self.join(group))
        else:
            await self._or_leave(self.channel_layer.group_discard(group, self.channel_name))

    async def _state(self) -> TeacherState:
        state = await database_sync_to_async(self._load_state)()
        await self._log(_named_in(state))
        return state

    def _load_state(self) -> TeacherState:
        """Raises Http404."""
        _, lesson = services.teacher_now(session_key=self.session_key, lesson_id=self.lesson_id)
        if self.reveals:
            events.note_revealing(self.lesson_id)
        return queries.teacher_state(lesson, timezone.now(), reveal=self.reveals)

    async def _log(self, looks: Iterable[tuple[Place, int]]) -> None:
        """What this socket wrote less than ten minutes ago is not asked about again."""
        now = time.monotonic()
        again_before = now - ONE_LOOK.total_seconds()
        due = [look for look in looks if self.logged_at.get(look, again_before) <= again_before]
        if due:
            await database_sync_to_async(self._write)(due)
            self.logged_at.update(dict.fromkeys(due, now))

    def _write(self, looks: list[tuple[Place, int]]) -> None:
        viewer, lesson = services.teacher_now(session_key=self.session_key, lesson_id=self.lesson_id)
        for place in {place for place, _ in looks}:
            log_looks(
                viewer=viewer,
                lesson_id=lesson.id,
                participant_ids=[one for at, one in looks if at == place],
                place=place,
                now=timezone.now(),
            )


def _kept(work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> asyncio.Task[None]:
    """A task that is held until it is done."""
    task = asyncio.get_running_loop().create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task


def _named_in(state: TeacherState) -> list[tuple[Place, int]]:
    named = [(Place.HINT, one) for hint in state["hints"] if (one := hint["participant"]) is not None]
    return named + _measured(state["tiles"] or [])


def _named_by(message: Any) -> list[tuple[Place, int]]:
    if message["type"] == "tiles":
        return _measured(message["tiles"])
    return [(Place.HINT, message["hint"]["participant"])]


def _measured(tiles: Iterable[TileInfo]) -> list[tuple[Place, int]]:
    return [(Place.DASHBOARD, tile["id"]) for tile in tiles if tile["kind"] == "measured"]
