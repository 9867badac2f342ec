"""What one client may cost the web server: how long it waits, and how much it holds for somebody who is slow.

A proxy in front does the same, but not everybody has one. Uvicorn takes these classes by their names
(`classroom/local/programs.py`); the limits of a body stand in `classroom/bodies.py`.
"""

import asyncio
import resource
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

HEADERS_S = 10.0
LARGEST_HEADERS = 65_536
"""Bytes of a request's first line and its headers together."""

TAKEN_WITHIN_S, LEAST_TAKEN = 30.0, 4_096
"""So many bytes of what waits for a client have to leave in that time."""

MOST_FRAGMENTS = 1_000
MOST_DESCRIPTORS = 65_536
TOO_LARGE, NO_TEXT = 1009, 1007


def allow_many_connections() -> None:
    """A process begins with a thousand descriptors, which a few classes or one idle crowd use up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(MOST_DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < enough:
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, hard))


class ReadersOnly:
    """Lets a client go that takes next to nothing of what waits for it. Mixed into uvicorn's protocols."""

    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop
    _look: asyncio.TimerHandle | None = None
    _waiting = 0

    def pause_writing(self) -> None:
        super().pause_writing()  # type: ignore[misc]  # uvicorn's, beside this class
        self._look_later()

    def resume_writing(self) -> None:
        if not self.transport.is_closing():
            self._look_no_more()
        super().resume_writing()  # type: ignore[misc]

    def connection_lost(self, exc: Exception | None) -> None:
        self._look_no_more()
        super().connection_lost(exc)  # type: ignore[misc]

    def let_go(self) -> None:
        """After a close, which waits until all is written: for a client that reads nothing that is never."""
        if self.transport.get_write_buffer_size():
            self._look_later()

    def _look_later(self) -> None:
        self._look_no_more()
        self._waiting = self.transport.get_write_buffer_size()
        self._look = self.loop.call_later(TAKEN_WITHIN_S, self._look_now)

    def _look_now(self) -> None:
        if self._waiting - self.transport.get_write_buffer_size() < LEAST_TAKEN:
            self.transport.abort()
        else:
            self._look_later()

    def _look_no_more(self) -> None:
        if self._look is not None:
            self._look.cancel()
            self._look = None


class Http(ReadersOnly, HttpToolsProtocol):
    """Headers come whole within some seconds and some kilobytes."""

    _headers_due: asyncio.TimerHandle | None = None
    _is_between = True
    _headers_size = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_between:
            self._headers_size += len(data)
            if self._headers_due is None:
                self._expect_headers()
        super().data_received(data)
        # Seen last, because what was whole within one reading is bounded by that.
        if self._is_between and self._headers_size > LARGEST_HEADERS:
            self._refuse(b"431 Request Header Fields Too Large")

    def on_headers_complete(self) -> None:
        self._is_between, self._headers_size = False, 0
        self._expect_nothing()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._is_between = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self.let_go()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self.let_go()

    def _expect_headers(self) -> None:
        self._headers_due = self.loop.call_later(HEADERS_S, self._headers_are_late)

    def _headers_are_late(self) -> None:
        """Those of a next request wait for the answer to the one before."""
        if self._is_answering:
            self._expect_headers()
        else:
            self._refuse(b"408 Request Timeout")

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _expect_nothing(self) -> None:
        if self._headers_due is not None:
            self._headers_due.cancel()
            self._headers_due = None

    def _refuse(self, status: bytes) -> None:
        if not self.transport.is_closing():
            if not self._is_answering:  # it would lie within that answer
                self.transport.write(
                    b"HTTP/1.1 %s\r\nconnection: close\r\ncontent-length: 0\r\n\r\n" % status
                )
            self.transport.close()
            self.let_go()


class Socket(ReadersOnly, WebSocketsSansIOProtocol):
    """Who is not heard of ends, whatever still waits to be written."""

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.let_go()

    def handle_ping(self) -> None:
        """Answers pile up for somebody who asks and does not read them."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.transport.abort()

    def handle_cont(self, event: Frame) -> None:
        """Empty fragments have no size that could be too large."""
        if len(self.frames) < MOST_FRAGMENTS:
            super().handle_cont(event)
        else:
            self._fail(TOO_LARGE)

    def send_receive_event_to_app(self) -> None:
        """Uvicorn writes a traceback into the log for bytes that are no text."""
        if self.curr_msg_data_type == "text" and not _is_text(b"".join(self.frames)):
            self._fail(NO_TEXT)
        else:
            super().send_receive_event_to_app()

    def _fail(self, code: int) -> None:
        self.frames = []
        if not self.close_sent:
            self.conn.send_close(code)
            self.handle_parser_exception()
            self.let_go()

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.close":
            self.let_go()


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
