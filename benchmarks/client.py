"""A class that loads the product from a process of its own: `python -m benchmarks.client`.

Its input begins with eight bytes of length and a `Plan`. It answers "ready" once everybody sits, sends
until its input ends, and then answers a `Log`. Nothing of it is looked at before: what it costs is
sending and receiving alone.
"""

import asyncio
import json
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError, WebSocketException
from websockets.typing import Origin

from classroom.wire import frames

READY = b"ready\n"
LENGTH_BYTES = 8
CONNECT_EVERY_S, RETRY_S, OPEN_WITHIN_S = 0.02, 0.5, 60.0
# A restless student is before the camera for so many of so many seconds, each begins later by so many.
PRESENT_S, ROUND_S, APART_S = 7, 10, 0.7
MOST_UNANSWERED, QUICK_S = 2, 1.0


@dataclass(frozen=True, slots=True)
class Clock:
    """A browser's: so many seconds ahead, and from some time after the beginning on so many more."""

    ahead_s: float = 0.0
    jumps_after_s: float = 0.0
    jumps_by_s: float = 0.0

    def now_ms(self, passed_s: float) -> int:
        jumped_s = self.jumps_by_s if passed_s >= self.jumps_after_s else 0.0
        return int(1000 * (time.time() + self.ahead_s + jumped_s))


@dataclass(frozen=True, slots=True)
class Seat:
    """A student: a cookie, what is sent in turn, whether it leaves the picture at times.

    `pictures` are JPEGs, or the text of messages with what a browser read from some. `url` is the product's
    as this student's network shows it, where that is another one than the plan's.
    """

    cookie: str
    pictures: list[bytes]
    is_restless: bool
    url: str | None = None
    clock: Clock = Clock()


@dataclass(frozen=True, slots=True)
class Plan:
    """Snapshots spread evenly over the interval. `teacher`: a cookie, where somebody looks on.

    `is_text`: messages of what browsers read. `waits`: nothing is sent while too much is unanswered, as a
    browser does (`static/js/uplink.js`); one that does not loads the product whatever becomes of it.
    """

    url: str
    lesson_id: int
    interval_s: float
    seats: list[Seat]
    empty: bytes
    is_text: bool = False
    teacher: str | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A snapshot: the monotonic time when it was due, when it was sent, whether a face is in it."""

    due_at: float
    at: float
    has_face: bool


@dataclass(frozen=True, slots=True)
class Received:
    at: float
    text: str


@dataclass(slots=True)
class Attended:
    """What one student saw. `closed`: with what code, each time that the server ended the socket."""

    sent: list[Sent] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    closed: list[int | None] = field(default_factory=list)


@dataclass(slots=True)
class Log:
    students: list[Attended]
    teacher: Attended


class Connection:
    """A socket that comes back when it is closed."""

    def __init__(self, plan: Plan, path: str, cookie: str, url: str | None = None) -> None:
        self.plan = plan
        self.log = Attended()
        self.sits = asyncio.Event()
        self._url = url or plan.url
        self._address = f"ws{self._url.removeprefix('http')}/ws/lessons/{plan.lesson_id}/{path}/"
        self._cookie = cookie

    async def attend(self) -> None:
        while True:
            with suppress(OSError, WebSocketException):
                await self._connect()
            await asyncio.sleep(RETRY_S)

    async def on_text(self, socket: ClientConnection, text: str) -> None:
        """A message arrived."""

    async def act(self, socket: ClientConnection) -> None:
        """What is done from the first message on, while the socket is open."""

    async def _connect(self) -> None:
        async with connect(
            self._address,
            origin=Origin(self._url),
            additional_headers={"Cookie": self._cookie},
            compression=None,
            proxy=None,
            ping_interval=None,
            open_timeout=OPEN_WITHIN_S,
            close_timeout=1,
            max_size=None,
        ) as socket:
            acting: asyncio.Task[None] | None = None
            try:
                with suppress(ConnectionClosedError):
                    async for text in socket:
                        self.log.received.append(Received(time.monotonic(), str(text)))
                        acting = acting or asyncio.create_task(self.act(socket))
                        self.sits.set()
                        await self.on_text(socket, str(text))
            except asyncio.CancelledError:
                await socket.close()
                raise
            finally:
                if acting is not None:
                    acting.cancel()
            self.log.closed.append(socket.close_code)


class Uplink:
    """When what is unanswered left, the oldest first; one for each connection."""

    def __init__(self) -> None:
        self.unanswered: list[float] = []
        self._answered = 0

    def answered(self, count: int) -> None:
        del self.unanswered[: count - self._answered]
        self._answered = count

    def is_free(self, at: float) -> bool:
        if not self.unanswered:
            return True
        return len(self.unanswered) < MOST_UNANSWERED and at - self.unanswered[0] < QUICK_S


class Student(Connection):
    def __init__(self, plan: Plan, number: int, begins: asyncio.Event) -> None:
        super().__init__(plan, "student", plan.seats[number].cookie, plan.seats[number].url)
        self._seat = plan.seats[number]
        self._number = number
        self._begins = begins
        self._began_at = 0.0
        self._uplink = Uplink()
        self._is_clock_wrong = False

    async def on_text(self, socket: ClientConnection, text: str) -> None:
        if not self.plan.waits:
            return
        message: dict[str, Any] = json.loads(text)
        if message["type"] == "arrived":
            self._uplink.answered(message["count"])
            if self._is_clock_wrong and not self._uplink.unanswered:
                await socket.send(json.dumps({"type": "clock", "now": self._now_ms()}))
                self._is_clock_wrong = False
        elif message["type"] == "error" and message["code"] == "too_old":
            self._is_clock_wrong = True

    async def act(self, socket: ClientConnection) -> None:
        """Sends on a beat of its own; one that it missed by more than an interval is left out."""
        self._uplink = uplink = Uplink()
        await self._begins.wait()
        self._began_at = self._began_at or time.monotonic()
        interval, phase = self.plan.interval_s, self._number / len(self.plan.seats) * self.plan.interval_s
        turn = int((time.monotonic() - phase) / interval)
        with suppress(WebSocketException):
            while True:
                turn = max(turn + 1, int((time.monotonic() - phase) / interval))
                due_at = phase + turn * interval
                await asyncio.sleep(due_at - time.monotonic())
                at = time.monotonic()
                if self.plan.waits and not uplink.is_free(at):
                    continue
                has_face = not self._seat.is_restless or (at + self._number * APART_S) % ROUND_S < PRESENT_S
                shown = self._picture(turn) if has_face else self.plan.empty
                is_text = self.plan.is_text
                uplink.unanswered.append(at)
                await socket.send(shown.decode() if is_text else frames.pack(self._now_ms(), shown))
                self.log.sent.append(Sent(due_at, at, has_face))

    def _now_ms(self) -> int:
        return self._seat.clock.now_ms(time.monotonic() - self._began_at)

    def _picture(self, turn: int) -> bytes:
        return self._seat.pictures[turn % len(self._seat.pictures)]


class Teacher(Connection):
    """Shows names, and asks for the full state where a message is missing, as the dashboard does."""

    seq = 0

    def __init__(self, plan: Plan, cookie: str) -> None:
        super().__init__(plan, "teacher", cookie)

    async def act(self, socket: ClientConnection) -> None:
        await socket.send('{"type":"reveal","on":true}')

    async def on_text(self, socket: ClientConnection, text: str) -> None:
        message: dict[str, Any] = json.loads(text)
        seq: int = message.get("seq", self.seq)
        if message["type"] != "state" and seq > self.seq + 1:
            await socket.send('{"type":"refresh"}')
        self.seq = seq


async def play(plan: Plan) -> Log:
    """Sit down one after another, send from the moment when all sit, until the input ends."""
    all_sit = asyncio.Event()
    students = [Student(plan, number, all_sit) for number in range(len(plan.seats))]
    teachers = [Teacher(plan, plan.teacher)] if plan.teacher is not None else []
    tasks = []
    for each in (*teachers, *students):
        tasks.append(asyncio.create_task(each.attend()))
        await asyncio.sleep(CONNECT_EVERY_S)
    ending = asyncio.create_task(asyncio.to_thread(sys.stdin.buffer.read))
    sitting = asyncio.gather(*(each.sits.wait() for each in (*teachers, *students)))
    await asyncio.wait([ending, sitting], return_when=asyncio.FIRST_COMPLETED)
    if sitting.done():
        all_sit.set()
        _answer(READY)
    await ending
    sitting.cancel()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return Log([each.log for each in students], teachers[0].log if teachers else Attended())


def _answer(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def main() -> None:
    length = int.from_bytes(sys.stdin.buffer.read(LENGTH_BYTES), "big")
    plan = msgspec.msgpack.decode(sys.stdin.buffer.read(length), type=Plan)
    # Not on uvloop: once its loop has closed, now and then the end of a long answer is lost.
    _answer(msgspec.msgpack.encode(asyncio.run(play(plan))))


if __name__ == "__main__":
    main()
