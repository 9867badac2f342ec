"""How large a request's body may be, and how long it may take to come.

Django reads a body to its end before it looks at anything, and what does not fit into memory into a file.
"""

import asyncio
import json
import time
from contextlib import suppress
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from classroom.middleware import HEADERS
from classroom.viewer import asked_by

LARGEST_BODY = 1_000_000
BODY_S = 60.0
"""Seconds from the headers to the last byte."""

MOST_HELD, ALWAYS_HELD = 64 * LARGEST_BODY, 16_384
"""Of all bodies at once, in a web process; however many wait, a form without a file is taken."""

MOST_DROPPED, DROPPED_S = 20 * LARGEST_BODY, 5.0
"""So much of what is refused is still taken, for so long: a connection that is closed while more comes
loses the answer on its way."""

API = "/api/"
WORDS = {
    413: ("too_large", _("This is too large: at most 1 MB is read.")),
    408: ("too_slow", _("This took too long to arrive. Try again.")),
    503: ("busy", _("The server is busy. Try again in a minute.")),
}
LANGUAGE_HEADERS = (b"accept-language", b"cookie")


class BodyTooLarge(Exception):
    """More came than any form of ours holds."""


class BodyTooSlow(Exception):
    """It is not whole, and its time is over."""


class TooManyBodies(Exception):
    """Others wait already that are as large."""


class BoundedBodies:
    """Answers what is too large or too slow itself, and closes the connection."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.held = 0

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if _told_size(scope) > LARGEST_BODY:
            await _refuse(scope, send, 413, receive)
            return
        body = Body(receive, self)
        try:
            await self.application(scope, body.receive, send)
        except BodyTooLarge:
            await _refuse(scope, send, 413, receive)
        except BodyTooSlow:
            await _refuse(scope, send, 408)
        except TooManyBodies:
            await _refuse(scope, send, 503)
        finally:
            self.held -= body.size


class Body:
    """Counts what comes; once all is there, waits as long as it takes for the client to go."""

    def __init__(self, receive: Any, all_of_them: BoundedBodies) -> None:
        self._receive = receive
        self._all = all_of_them
        self.size = 0
        self._is_whole = False
        self._due_at = time.monotonic() + BODY_S

    async def receive(self) -> Any:
        """Raises BodyTooLarge, BodyTooSlow, TooManyBodies."""
        if self._is_whole:
            return await self._receive()
        try:
            async with asyncio.timeout(self._due_at - time.monotonic()):
                message = await self._receive()
        except TimeoutError as error:
            raise BodyTooSlow from error
        came = len(message.get("body", b""))
        self.size += came
        self._all.held += came
        if self.size > LARGEST_BODY:
            raise BodyTooLarge
        if self._all.held > MOST_HELD and self.size > ALWAYS_HELD:
            raise TooManyBodies
        self._is_whole = not message.get("more_body", False)
        return message


def _told_size(scope: dict[str, Any]) -> int:
    """As the headers say, and 0 where they say nothing: then it is counted."""
    told = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(told[0]) if len(told) == 1 and told[0].isdigit() else 0


async def _refuse(scope: dict[str, Any], send: Any, status: int, receive: Any = None) -> None:
    error, words = WORDS[status][0], _in_language_of(scope, WORDS[status][1])
    is_program = scope["path"].startswith(API)
    body = (json.dumps({"error": error, "detail": words}) if is_program else words).encode()
    kind = b"application/json" if is_program else b"text/plain; charset=utf-8"
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        *((name.lower().encode(), value.encode()) for name, value in _headers_of_pages().items()),
        *([(b"retry-after", b"60")] if status == 503 else []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    if receive is not None:
        await _drop(receive)
    await send({"type": "http.response.body", "body": b""})


def _headers_of_pages() -> dict[str, str]:
    return {
        **HEADERS,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    }


async def _drop(receive: Any) -> None:
    """What still comes, until it is whole."""
    left, more = MOST_DROPPED, True
    with suppress(TimeoutError):
        async with asyncio.timeout(DROPPED_S):
            while more and left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                more = message.get("more_body", False)


def _in_language_of(scope: dict[str, Any], words: Any) -> str:
    """As a page would be; of the request nothing else is read."""
    asked = [(name, value) for name, value in scope["headers"] if name in LANGUAGE_HEADERS]
    request = ASGIRequest({"method": "GET", "path": "/", "headers": asked}, BytesIO())
    with translation.override(asked_by(request) or settings.DEFAULT_LANGUAGE):
        return str(words)
