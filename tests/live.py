"""People of a live lesson as their browsers act: pages over HTTP, a socket in a thread, back-off."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.cookiejar import Cookie, CookieJar
from threading import Event, Thread
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 2.0
SMALLEST_WAIT_S = 0.01


@dataclass(frozen=True, slots=True)
class Received:
    """A message and the monotonic time of its arrival."""

    at: float
    message: dict[str, Any]


class Visitor:
    """A browser without scripts: keeps cookies, follows redirects, sends the token with each form."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self._cookies))

    def get(self, path: str) -> str:
        with self._opener.open(self.url + path, timeout=20) as response:
            return response.read().decode()

    def post(self, path: str, **fields: Any) -> str:
        headers = {"X-CSRFToken": self._cookie("csrftoken")}
        request = Request(self.url + path, urlencode(fields).encode(), headers)
        with self._opener.open(request, timeout=20) as response:
            return response.read().decode()

    @property
    def cookies(self) -> str:
        return "; ".join(f"{each.name}={each.value}" for each in self._cookies)

    def log_in(self, username: str, password: str) -> None:
        self.get("/login/")
        self.post("/login/", username=username, password=password)

    def join(self, token: str, name: str) -> None:
        self.get(f"/join/{token}/")
        self.post(f"/join/{token}/", display_name=name)

    def keep(self, name: str, value: str) -> None:
        """A cookie that was given by hand."""
        host, one_path = urlsplit(self.url).hostname or "", ("/", True)
        until_closed = (False, None, True, None, None, {})
        self._cookies.set_cookie(
            Cookie(0, name, value, None, False, host, False, False, *one_path, *until_closed)
        )

    def agree(self, lesson_id: int, choice: str) -> None:
        self.get(f"/lessons/{lesson_id}/me/")
        self.post(f"/lessons/{lesson_id}/me/consent/", choice=choice, is_old_enough="on")

    def _cookie(self, name: str) -> str:
        return next((each.value or "" for each in self._cookies if each.name == name), "")


class Connection(Thread):
    """One socket that comes back by itself, as `static/js/socket.js` does. Messages are kept in order."""

    def __init__(self, visitor: Visitor, path: str) -> None:
        super().__init__(daemon=True)
        self.visitor = visitor
        self._address = visitor.url.replace("http", "ws", 1) + path
        self._leaves = Event()
        self._outbox: list[str] = []
        self.received: list[Received] = []
        self.opened_at: list[float] = []
        self.close_codes: list[int | None] = []

    def messages(self, kind: str, since: float = 0.0) -> list[dict[str, Any]]:
        found = (each for each in list(self.received) if each.at >= since)
        return [each.message for each in found if each.message["type"] == kind]

    def say(self, **message: Any) -> None:
        self._outbox.append(json.dumps(message))

    def leave(self) -> None:
        self._leaves.set()
        self.join(10)

    def run(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._leaves.is_set():
            opened = len(self.opened_at)
            try:
                self._connect()
            except (OSError, WebSocketException):
                pause = FIRST_PAUSE_S if len(self.opened_at) > opened else min(2 * pause, LONGEST_PAUSE_S)
            self._leaves.wait(pause)

    def on_message(self, message: dict[str, Any]) -> None:
        """For those who act on what they are told."""

    def act(self, socket: ClientConnection) -> float:
        """Send what is due; answers in how many seconds more is."""
        while self._outbox:
            socket.send(self._outbox.pop(0))
        return 0.1

    def _connect(self) -> None:
        with connect(
            self._address,
            additional_headers={"Cookie": self.visitor.cookies},
            origin=Origin(self.visitor.url),
            compression=None,
            open_timeout=5,
            close_timeout=1,
        ) as socket:
            try:
                self._converse(socket)
            finally:
                self.close_codes.append(socket.close_code)

    def _converse(self, socket: ClientConnection) -> None:
        first = True
        while not self._leaves.is_set():
            wait_s = 5.0 if first else max(SMALLEST_WAIT_S, self.act(socket))
            try:
                message = json.loads(socket.recv(timeout=wait_s))
            except TimeoutError:
                continue
            self.received.append(Received(time.monotonic(), message))
            if first:
                self.opened_at.append(time.monotonic())
                first = False
            self.on_message(message)


class Pictures(Protocol):
    def picture(self) -> bytes: ...


class Student(Connection):
    """Sends a snapshot each interval and when a key moment is marked, while the lesson wants them."""

    def __init__(self, visitor: Visitor, lesson_id: int, camera: Pictures | None = None) -> None:
        super().__init__(visitor, f"/ws/lessons/{lesson_id}/student/")
        self.camera = camera
        self._due_at = 0.0
        self._lesson: dict[str, Any] = {"open": False}
        self._is_wanted = False
        self.sent_at: list[float] = []

    def on_message(self, message: dict[str, Any]) -> None:
        if message["type"] == "state":
            self._is_wanted = message["camera"]
        if message["type"] in ("state", "lesson"):
            self._lesson = message["lesson"]
        if message["type"] == "snap_now":
            self._due_at = time.monotonic()

    def act(self, socket: ClientConnection) -> float:
        wait_s = super().act(socket)
        if self.camera is None or not self._is_wanted or not self._lesson["open"] or self._lesson["paused"]:
            return wait_s
        now = time.monotonic()
        if now >= self._due_at:
            socket.send(self.camera.picture())
            self.sent_at.append(now)
            interval_s = self._lesson["capture_interval_ms"] / 1000
            self._due_at = max(self._due_at, now - interval_s / 2) + interval_s
        return min(wait_s, self._due_at - time.monotonic())


class Teacher(Connection):
    """Asks for the full state where a message is missing, as the dashboard does."""

    seq = 0

    def __init__(self, visitor: Visitor, lesson_id: int) -> None:
        super().__init__(visitor, f"/ws/lessons/{lesson_id}/teacher/")

    def on_message(self, message: dict[str, Any]) -> None:
        seq = message.get("seq", self.seq)
        if message["type"] not in ("state", "error") and seq != self.seq + 1:
            self.say(type="refresh")
        self.seq = seq

    def views(self, since: float = 0.0) -> list[dict[str, Any]]:
        return [message["view"] for message in self.messages("view", since)]


def until(condition: Callable[[], Any], seconds: float = 10.0, what: str = "") -> Any:
    """The condition's first true answer. Fails after `seconds`."""
    give_up_at = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < give_up_at, what or f"not within {seconds} s"
        time.sleep(0.02)
    return answer
