"""A student's socket: snapshots or what the browser read, and taps come in; the own readings go out."""

import asyncio
import time
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any, cast

import redis
from channels.db import database_sync_to_async
from django.utils import timezone

from classroom import queries, services
from classroom.errors import (
    AnticipatedError,
    LessonWithoutCameras,
    TooManyRequests,
    TooManySelfReports,
)
from classroom.impossible import ReadingRefused
from classroom.services.attendance import Seat, Standing
from classroom.sockets.keeper import keeper, look_after
from classroom.sockets.lesson import TRY_AGAIN_CODE, LessonConsumer
from classroom.sockets.rate import TokenBucket
from classroom.sockets.requests import student_request
from classroom.terms import Reader
from classroom.wire import bell, events, mailbox
from classroom.wire.measurement import Measurement, analysis_of, check
from classroom.wire.messages import (
    ErrorCode,
    ErrorMessage,
    LessonInfo,
    MeasuredRequest,
    PulseAnswerRequest,
    QuestionRequest,
    RequestType,
    SelfReportRequest,
    StudentRequest,
    VoteRequest,
)
from emotion.values import Signal

LARGEST_FRAME = 1_000_000
LARGEST_SNAPSHOT = 200_000
JPEG_START = b"\xff\xd8\xff"
TOO_LARGE_CODE = 1009
SEATS_A_PARTICIPANT = 5


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
        self.readers = frozenset(map(Reader, seat.state["readers"]))
        self.bucket = self._fitting_bucket()
        self.taps = TokenBucket.for_taps(self.lesson["speed"])
        self.requests = TokenBucket.for_requests()
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
            await self._refuse(code, LessonWithoutCameras() if code == "without_cameras" else None)
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
            self.lesson = lesson
            self.bucket = self._fitting_bucket()
        self.lesson = lesson
        if self.seat is not None:
            queries.follow_pace(self.seat.lesson, lesson)

    def _fitting_bucket(self) -> TokenBucket:
        """Of readings as many may come at once as a message holds."""
        interval_ms = self.lesson["capture_interval_ms"]
        if Reader.BROWSER in self.readers:
            return TokenBucket.for_measured(interval_ms)
        return TokenBucket.for_interval(interval_ms)

    def _closed_to(self, reader: Reader) -> ErrorCode | None:
        """Why nothing that was read there, or is to be, is taken now."""
        if not self.lesson["open"]:
            return "ended"
        if self.refusal is not None:
            return self.refusal
        if reader not in self.readers:
            return "no_measurements" if reader is Reader.BROWSER else "no_pictures"
        if self.lesson["paused"]:
            return "paused"
        return None

    def _refusal_of(self, jpeg: bytes, arrived_at: float) -> ErrorCode | None:
        if (closed := self._closed_to(Reader.SERVER)) is not None:
            return closed
        if len(jpeg) > LARGEST_SNAPSHOT:
            return "too_large"
        if not jpeg.startswith(JPEG_START):
            return "not_jpeg"
        return None if self.bucket.take(arrived_at) else "too_fast"

    async def _post(self, jpeg: bytes) -> None:
        assert self.seat is not None
        seat, now = self.seat, timezone.now()
        snapshot = mailbox.Snapshot(seat.participant_id, seat.consent_id, seat.lesson.time_at(now), jpeg)
        await self._hand_in(seat, mailbox.post(seat.lesson_id, snapshot, now))

    async def _take_in(self, request: MeasuredRequest, size: int) -> None:
        """What the browser read. Lesson time by the age that it tells, which is of seconds at most."""
        assert self.seat is not None
        networks = queries.networks()
        try:
            signals = frozenset(map(Signal, self.seat.state["signals"]))
            check(request, size=size, networks=networks, allowed=signals)
        except ReadingRefused as error:
            return await self._refuse("bad_reading", error, request)
        if not self.bucket.take(time.monotonic(), len(request.readings)):
            return await self._refuse("too_fast")
        seat, now = self.seat, timezone.now()
        measured = [
            Measurement(
                seat.participant_id,
                seat.consent_id,
                seat.lesson.time_at(now - timedelta(milliseconds=one.age_ms)),
                analysis_of(one),
                Reader.BROWSER,
                networks.get(request.network, ""),
            )
            for one in sorted(request.readings, key=lambda one: -one.age_ms)
        ]
        await self._hand_in(seat, mailbox.append(seat.lesson_id, measured, now))
        return None

    async def _hand_in(self, seat: Seat, posting: Awaitable[mailbox.Posted]) -> None:
        try:
            posted = await posting
        except (redis.RedisError, OSError):
            await self._refuse("busy")
            await self.leave(events.leave(TRY_AGAIN_CODE))
        if posted is mailbox.Posted.RING:
            bell.ring_soon(seat.lesson_id)
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
        elif isinstance(request, MeasuredRequest):
            if (closed := self._closed_to(Reader.BROWSER)) is not None:
                await self._refuse(closed)
            else:
                await self._take_in(request, len(text.encode()))
        elif refusal := self._too_many(request, time.monotonic()):
            await self._refuse("bad_message", refusal, request)
        else:
            self.aside(self._do(request))

    def _too_many(self, request: StudentRequest, arrived_at: float) -> AnticipatedError | None:
        if isinstance(request, SelfReportRequest):
            return None if self.taps.take(arrived_at) else TooManySelfReports()
        return None if self.requests.take(arrived_at) else TooManyRequests()

    async def _do(self, request: StudentRequest) -> None:
        try:
            await database_sync_to_async(self._serve)(request)
        except AnticipatedError as error:
            await self._refuse("bad_message", error, request)

    def _serve(self, request: StudentRequest) -> None:
        """Raises AnticipatedError."""
        assert self.seat is not None
        who: dict[str, Any] = {
            "lesson_id": self.seat.lesson_id,
            "participant_id": self.seat.participant_id,
            "now": timezone.now(),
        }
        match request:
            case SelfReportRequest(kind=kind):
                services.report_self(kind=kind, **who)
            case PulseAnswerRequest(pulse=pulse_id, answer=kind):
                services.answer_pulse_check(pulse_id=pulse_id, kind=kind, **who)
            case QuestionRequest(text=text):
                services.ask_question(text=text, **who)
            case VoteRequest(question=question_id, on=on):
                services.vote_for_question(question_id=question_id, on=on, **who)

    async def _refuse(
        self, code: ErrorCode, why: AnticipatedError | None = None, request: StudentRequest | None = None
    ) -> None:
        message: ErrorMessage = {"type": "error", "code": code, "detail": str(why or "")}
        if request is not None:
            message["about"] = cast(RequestType, request.__struct_config__.tag)
        await self.send_json(message)
