"""A student's socket: snapshots or what the browser read, and taps come in; the own readings go out."""

import asyncio
import re
import time
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any, cast
from urllib.parse import parse_qs

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
from classroom.sockets.clock import OLDEST_S, ClientClock
from classroom.sockets.keeper import keeper, look_after
from classroom.sockets.lesson import TRY_AGAIN_CODE, LessonConsumer
from classroom.sockets.rate import TokenBucket
from classroom.sockets.requests import student_request
from classroom.terms import Reader
from classroom.wire import bell, events, frames, mailbox
from classroom.wire.frames import JPEG_START, Frame
from classroom.wire.measurement import OLDEST_MS, Measurement, analysis_of, check, oldest_ms
from classroom.wire.messages import (
    ClockRequest,
    ErrorCode,
    ErrorMessage,
    LessonInfo,
    MeasuredRequest,
    PulseAnswerRequest,
    QuestionRequest,
    RequestType,
    SelfReportRequest,
    Sender,
    StudentRequest,
    TakeOverRequest,
    VoteRequest,
)
from emotion.values import Signal

LARGEST_FRAME = 1_000_000
LARGEST_SNAPSHOT = 200_000
TOO_LARGE_CODE = 1009
SEATS_A_PARTICIPANT = 5
WINDOW = re.compile(r"[0-9a-f]{8,40}")


class StudentConsumer(LessonConsumer):
    """Takes snapshots and self-reports of one participant; sends the own readings."""

    seat: Seat | None = None
    sender: Sender = "nobody"

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
        self.quiet_from = seat.quiet_from
        self.readers = frozenset(map(Reader, seat.state["readers"]))
        self.bucket = self._fitting_bucket()
        self.taps = TokenBucket.for_taps(self.lesson["speed"])
        self.requests = TokenBucket.for_requests()
        self.clock = ClientClock()
        self.arrived = 0
        await self._join_groups(seat)
        await self._replace_oldest(seat)
        self.window, how = _window_of(self.scope["query_string"])
        await self._claim_camera(seat, how)
        if self.refusal is None:
            await mailbox.open_for(seat.lesson_id, seat.participant_id, seat.consent_id)
        await self.accept()
        await self.send_json(seat.state | {"sender": self.sender})
        keeper().watch(self)
        if self.line.has_broken():
            self.begin_anew()

    async def end(self) -> None:
        keeper().release(self)
        if (seat := self.seat) is not None:
            # Each of these may have to wait for a server that is away; neither waits for the other.
            await asyncio.gather(
                self._leave_seat(seat),
                database_sync_to_async(services.leave_lesson)(seat=seat, now=timezone.now()),
            )

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if bytes_data is None:
            await self._receive_text(text_data or "")
        elif len(bytes_data) > LARGEST_FRAME:
            await self.leave(events.leave(TOO_LARGE_CODE))
        else:
            await self._receive_snapshot(frames.unpack(bytes_data), time.monotonic())

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

    async def sender_is(self, event: dict[str, Any]) -> None:
        channel = event["channel"]
        if self.window is None:
            return
        if channel:
            await self._tell_sender("here" if channel == self.channel_name else "elsewhere")
        elif self.sender == "elsewhere":
            # Whoever has the camera took it after that was said.
            await self._tell_sender("nobody")

    async def check_rights(self, event: dict[str, Any]) -> None:
        self.aside(look_after(self))

    def take_standing(self, standing: Standing) -> None:
        self.refusal, self.quiet_from = standing.refusal, standing.quiet_from
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

    async def _claim_camera(self, seat: Seat, how: mailbox.Claim) -> None:
        """Of a student's pages one sends. Who names no window is no page of ours, and is left alone."""
        if self.window is None:
            self.sender = "here"
            return
        place = (seat.lesson_id, seat.participant_id, self.channel_name)
        self.sender, is_news = await mailbox.claim_camera(*place, window=self.window, how=how)
        if is_news:
            await self._announce_sender(seat, self.channel_name)

    async def _take_over(self) -> None:
        assert self.seat is not None
        if self.sender != "here":
            await self._claim_camera(self.seat, "takes")
            await self.send_json({"type": "sender", "sender": self.sender})

    async def _leave_seat(self, seat: Seat) -> None:
        if await mailbox.leave_seat(seat.lesson_id, seat.participant_id, self.channel_name):
            await self._announce_sender(seat, "")

    async def _announce_sender(self, seat: Seat, channel: str) -> None:
        group = events.seat_of(seat.lesson_id, seat.participant_id)
        await self.channel_layer.group_send(group, events.sender_is(channel))

    async def _tell_sender(self, sender: Sender) -> None:
        if sender == self.sender:
            return
        self.sender = sender
        await self.send_json({"type": "sender", "sender": sender})

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

    async def _receive_snapshot(self, frame: Frame, arrived_at: float) -> None:
        age_s = self.clock.age_s(frame.taken_ms, arrived_at)
        if code := self._refusal_of(frame.jpeg, age_s, arrived_at):
            await self._refuse(code, LessonWithoutCameras() if code == "without_cameras" else None)
        else:
            await self._post(frame.jpeg, timedelta(seconds=age_s))
        if frame.taken_ms is not None:
            await self._acknowledge()

    async def _receive_measured(self, request: MeasuredRequest, size: int, arrived_at: float) -> None:
        """What the browser read, each reading as old as it says and the message was on its way."""
        travelled_s = self.clock.age_s(request.sent_ms, arrived_at)
        try:
            code = self._refusal_of_measured(request, size, travelled_s, arrived_at)
        except ReadingRefused as error:
            await self._refuse("bad_reading", error, request)
        else:
            if code is not None:
                await self._refuse(code)
            else:
                await self._append(request, timedelta(seconds=travelled_s))
        await self._acknowledge()

    async def _acknowledge(self) -> None:
        """Something that is answered arrived, taken or refused: the client may send the next one."""
        self.arrived += 1
        # Written by hand, because it is sent as often as all else together.
        await self.send_text(f'{{"type": "arrived", "count": {self.arrived}}}')

    def _refusal_now(self, reader: Reader) -> ErrorCode | None:
        """Whatever it is that was sent, read there or to be read there."""
        if not self.lesson["open"]:
            return "ended"
        if self.refusal is not None:
            return self.refusal
        if self.quiet_from is not None and timezone.now() >= self.quiet_from:
            return "quiet_hours"
        if reader not in self.readers:
            return "no_measurements" if reader is Reader.BROWSER else "no_pictures"
        if self.sender != "here":
            return "elsewhere"
        return "paused" if self.lesson["paused"] else None

    def _refusal_of_measured(
        self, request: MeasuredRequest, size: int, travelled_s: float, arrived_at: float
    ) -> ErrorCode | None:
        """Raises ReadingRefused."""
        assert self.seat is not None
        if code := self._refusal_now(Reader.BROWSER):
            return code
        signals = frozenset(map(Signal, self.seat.state["signals"]))
        check(request, size=size, networks=queries.networks(), allowed=signals)
        if 1000 * travelled_s + oldest_ms(request) > OLDEST_MS:
            return "too_old"
        return None if self.bucket.take(arrived_at, len(request.readings)) else "too_fast"

    def _refusal_of(self, jpeg: bytes, age_s: float, arrived_at: float) -> ErrorCode | None:
        if code := self._refusal_now(Reader.SERVER):
            return code
        if len(jpeg) > LARGEST_SNAPSHOT:
            return "too_large"
        if not jpeg.startswith(JPEG_START):
            return "not_jpeg"
        if age_s > OLDEST_S:
            return "too_old"
        return None if self.bucket.take(arrived_at) else "too_fast"

    async def _post(self, jpeg: bytes, age: timedelta) -> None:
        assert self.seat is not None
        seat, now = self.seat, timezone.now()
        taken_at = seat.lesson.time_at(now - age)
        snapshot = mailbox.Snapshot(seat.participant_id, seat.consent_id, taken_at, jpeg)
        await self._hand_in(seat, mailbox.post(seat.lesson_id, snapshot, now))

    async def _append(self, request: MeasuredRequest, travelled: timedelta) -> None:
        assert self.seat is not None
        seat, now = self.seat, timezone.now()
        who, network = (seat.participant_id, seat.consent_id), queries.networks().get(request.network, "")
        measured = []
        for one in sorted(request.readings, key=lambda one: -one.age_ms):
            taken_at = seat.lesson.time_at(now - travelled - timedelta(milliseconds=one.age_ms))
            measured.append(Measurement(*who, taken_at, analysis_of(one), Reader.BROWSER, network))
        await self._hand_in(seat, mailbox.append(seat.lesson_id, measured, now))

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
            await self._receive_measured(request, len(text.encode()), time.monotonic())
        elif isinstance(request, ClockRequest):
            self.clock.compare(request.now, time.monotonic())
        elif refusal := self._too_many(request, time.monotonic()):
            await self._refuse("bad_message", refusal, request)
        elif isinstance(request, TakeOverRequest):
            self.aside(self._take_over())
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


def _window_of(query: bytes) -> tuple[str | None, mailbox.Claim]:
    """Which window of the student's asks for a seat, and whether it waits until the camera is given to it."""
    asked = parse_qs(query.decode("latin1"))
    window = asked.get("window", [""])[0]
    return (window if WINDOW.fullmatch(window) else None), ("waits" if "waits" in asked else "asks")
