"""One simulated student's browser: the same socket, the same messages, a rendered camera."""

import asyncio
import json
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from classroom.messages import LessonInfo
from worker.simulation.scripts import Script, clip_at, is_there, remarks_between

RETRY_DELAYS_S = (0.25, 0.5, 1.0, 2.0)

Camera = Callable[[str, int], bytes]
"""The JPEG of a clip's picture."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the web process listens, as "http://host:port", and the origin that it accepts."""

    base: str
    origin: str

    def student_socket(self, lesson_id: int) -> str:
        return f"ws{self.base.removeprefix('http')}/ws/lessons/{lesson_id}/student/"


class Student:
    """Plays one script in one lesson until the lesson ends or the script leaves."""

    def __init__(self, script: Script, camera: Camera, lesson_seconds: Callable[[], float]) -> None:
        """Args: lesson_seconds: the lesson time now, in seconds since the start."""
        self._script = script
        self._camera = camera
        self._lesson_seconds = lesson_seconds
        self._lesson: LessonInfo | None = None
        self._has_camera = False
        self._snap_now = asyncio.Event()
        self._said_until = -1.0
        self._frame = 0

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
        listening = asyncio.create_task(self._listen(socket))
        try:
            while self._stays() and not listening.done():
                self._snap_now.clear()
                await self._act(socket)
                await self._wait()
        finally:
            listening.cancel()
            await socket.close()

    async def _listen(self, socket: ClientConnection) -> None:
        try:
            async for text in socket:
                self._hear(json.loads(text))
        finally:
            self._snap_now.set()

    def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] in ("state", "lesson"):
            self._lesson = message["lesson"]
            self._has_camera = message.get("camera", self._has_camera)
            self._snap_now.set()
        elif message["type"] == "snap_now":
            self._snap_now.set()

    async def _act(self, socket: ClientConnection) -> None:
        seconds = self._lesson_seconds()
        for kind in remarks_between(self._script, self._said_until, seconds):
            await socket.send(json.dumps({"type": "self_report", "kind": kind}))
        self._said_until = seconds
        if self._lesson is not None and self._has_camera and not self._lesson["paused"]:
            self._frame += 1
            clip = clip_at(self._script, seconds)
            await socket.send(await asyncio.to_thread(self._camera, clip, self._frame))

    async def _wait(self) -> None:
        """Until the next snapshot is due or asked for."""
        interval_s = self._lesson["capture_interval_ms"] / 1000 if self._lesson else 1.0
        with suppress(TimeoutError):
            await asyncio.wait_for(self._snap_now.wait(), interval_s)

    def _stays(self) -> bool:
        is_open = self._lesson is None or self._lesson["open"]
        return is_open and is_there(self._script, self._lesson_seconds())


def _retry_delays() -> Generator[float, None, None]:
    yield from RETRY_DELAYS_S
    while True:
        yield RETRY_DELAYS_S[-1]


def seconds_of(started_at: float, speed: int) -> Callable[[], float]:
    """The lesson's clock from its start in seconds since the epoch."""
    return lambda: (time.time() - started_at) * speed
