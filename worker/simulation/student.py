"""One simulated student's browser: the same socket, the same messages, a rendered camera.

It sends its pictures, or what was read from them beforehand.
"""

import asyncio
import json
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from classroom.wire.measurement import picture_of
from classroom.wire.messages import LessonInfo, MeasuredRequest
from emotion.values import Analysis
from worker.simulation.scripts import Script, answer_at, clip_at, is_there, remarks_between

RETRY_DELAYS_S = (0.25, 0.5, 1.0, 2.0)
# What was not read until then never will be: a worker ended, or the socket did.
READ_WITHIN_S = 10.0

Camera = Callable[[str, int], bytes]
"""The JPEG of a clip's picture."""


@dataclass(frozen=True, slots=True)
class OwnReader:
    """What a browser reads from a clip's picture, and the start of the checksum of its network."""

    read: Callable[[str, int], Analysis]
    network: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where the web process listens, as "http://host:port", and the origin that it accepts."""

    base: str
    origin: str

    def student_socket(self, lesson_id: int) -> str:
        return f"ws{self.base.removeprefix('http')}/ws/lessons/{lesson_id}/student/"


class Student:
    """Plays one script in one lesson until the lesson ends or the script leaves."""

    def __init__(
        self,
        script: Script,
        camera: Camera,
        lesson_seconds: Callable[[], float],
        reader: OwnReader | None = None,
    ) -> None:
        """Args: lesson_seconds: lesson time now, in seconds since the start; reader: instead of pictures."""
        self._script = script
        self._reader = reader
        self._gathered: list[tuple[float, Analysis]] = []
        self._most = 1
        self._camera = camera
        self._lesson_seconds = lesson_seconds
        self._lesson: LessonInfo | None = None
        self._has_camera = False
        self._news = asyncio.Event()
        self._is_asked = False
        self._sent_at: float | None = None
        self._answer_s: float | None = None
        self._said_until = -1.0
        self._frame = 0
        self._asked_pulse: int | None = None

    @property
    def is_read(self) -> bool:
        """Whether any snapshot was read yet."""
        return self._answer_s is not None

    @property
    def strain(self) -> float | None:
        """How long a snapshot takes to be read, as a part of the time until the next one is due.

        Of the last one that was read, or of one that has waited longer by now; None while nothing was sent.
        """
        waited_s = time.monotonic() - self._sent_at if self._sent_at is not None else None
        known = [seconds for seconds in (self._answer_s, waited_s) if seconds is not None]
        return max(known) / self._interval_s if known else None

    async def attend(self, address: Address, lesson_id: int, cookie: tuple[str, str]) -> None:
        """Return when the lesson ended, the script left or the server refused the socket for good."""
        connections = connect(
            address.student_socket(lesson_id),
            origin=Origin(address.origin),
            additional_headers={"Cookie": "=".join(cookie)},
            compression=None,
            proxy=None,
            reconnect_delays=_retry_delays,
        )
        try:
            async for socket in connections:
                with suppress(ConnectionClosed):
                    await self._sit(socket)
                if not self._stays():
                    return
                await asyncio.sleep(RETRY_DELAYS_S[0])
        except InvalidHandshake:
            return  # the lesson has ended, or the consent has

    async def _sit(self, socket: ClientConnection) -> None:
        self._sent_at, self._gathered = None, []
        listening = asyncio.create_task(self._listen(socket))
        try:
            while self._stays() and not listening.done():
                self._is_asked = False
                begun_at = time.monotonic()
                await self._act(socket, begun_at)
                await self._wait(listening, begun_at)
        finally:
            self._sent_at = None
            listening.cancel()
            await socket.close()

    async def _listen(self, socket: ClientConnection) -> None:
        try:
            async for text in socket:
                self._hear(json.loads(text))
                self._news.set()
        finally:
            self._news.set()

    def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] in ("state", "lesson"):
            self._is_asked |= self._lesson is None
            self._lesson = message["lesson"]
            self._has_camera = message.get("camera", self._has_camera)
            self._most = message.get("readings_a_message", self._most)
        elif message["type"] == "pulse_opened":
            self._asked_pulse = message["pulse"]["id"]
        elif message["type"] == "snap_now":
            self._is_asked = True
        elif message["type"] == "reading" and self._sent_at is not None:
            self._answer_s, self._sent_at = time.monotonic() - self._sent_at, None
        elif message["type"] == "error":
            self._sent_at = None

    async def _act(self, socket: ClientConnection, now: float) -> None:
        seconds = self._lesson_seconds()
        for kind in remarks_between(self._script, self._said_until, seconds):
            await socket.send(json.dumps({"type": "self_report", "kind": kind}))
        self._said_until = seconds
        await self._answer(socket, seconds)
        if self._lesson is not None and self._has_camera and not self._lesson["paused"]:
            self._frame += 1
            clip = clip_at(self._script, seconds)
            if self._reader is None:
                self._sent_at = now
                await socket.send(await asyncio.to_thread(self._camera, clip, self._frame))
            else:
                await self._read(socket, self._reader, clip, now)

    async def _read(self, socket: ClientConnection, reader: OwnReader, clip: str, now: float) -> None:
        """Gather what is read until it fills a message."""
        analysis = await asyncio.to_thread(reader.read, clip, self._frame)
        self._gathered.append((now, analysis))
        if len(self._gathered) < self._most:
            return
        self._sent_at, gathered = now, self._gathered
        self._gathered = []
        readings = [picture_of(one, round(1000 * (time.monotonic() - at))) for at, one in gathered]
        request = MeasuredRequest(network=reader.network, sent_ms=None, readings=readings)
        await socket.send(msgspec.json.encode(request).decode())

    async def _answer(self, socket: ClientConnection, seconds: float) -> None:
        pulse, self._asked_pulse = self._asked_pulse, None
        answer = answer_at(self._script, seconds)
        if pulse is not None and answer is not None:
            await socket.send(json.dumps({"type": "pulse_answer", "pulse": pulse, "answer": answer}))

    async def _wait(self, listening: asyncio.Task[None], begun_at: float) -> None:
        """Until the last snapshot was read and the next is due, or one is asked for."""
        while self._stays() and not (self._is_asked or listening.done()):
            self._news.clear()
            left_s = self._due_at(begun_at) - time.monotonic()
            if left_s <= 0:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), left_s)

    def _due_at(self, begun_at: float) -> float:
        return begun_at + max(self._interval_s, 0.0 if self._sent_at is None else READ_WITHIN_S)

    @property
    def _interval_s(self) -> float:
        return self._lesson["capture_interval_ms"] / 1000 if self._lesson else 1.0

    def _stays(self) -> bool:
        is_open = self._lesson is None or self._lesson["open"]
        return is_open and is_there(self._script, self._lesson_seconds())


def _retry_delays() -> Generator[float, None, None]:
    yield from RETRY_DELAYS_S
    while True:
        yield RETRY_DELAYS_S[-1]
