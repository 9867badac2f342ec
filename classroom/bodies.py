"""How large a request's body may be, and how long it may take to come.

Django reads a body to its end before it looks at anything, and what does not fit into memory into a file.
"""

import asyncio
import json
import time
from typing import Any

LARGEST_BODY = 1_000_000
BODY_S = 60.0
"""Seconds from the headers to the last byte."""

API = "/api/"
WORDS = {
    413: ("too_large", "This is too large: at most 1 MB is read."),
    408: ("too_slow", "This took too long to arrive. Try again."),
}


class BodyTooLarge(Exception):
    """More came than any form of ours holds."""


class BodyTooSlow(Exception):
    """It is not whole, and its time is over."""


class BoundedBodies:
    """Answers what is too large or too slow itself, and closes the connection."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if _told_size(scope) > LARGEST_BODY:
            await _refuse(scope, send, 413)
            return
        try:
            await self.application(scope, Body(receive).receive, send)
        except BodyTooLarge:
            await _refuse(scope, send, 413)
        except BodyTooSlow:
            await _refuse(scope, send, 408)


class Body:
    """Counts what comes; once all is there, waits as long as it takes for the client to go."""

    def __init__(self, receive: Any) -> None:
        self._receive = receive
        self._size = 0
        self._is_whole = False
        self._due_at = time.monotonic() + BODY_S

    async def receive(self) -> Any:
        """Raises BodyTooLarge, BodyTooSlow."""
        if self._is_whole:
            return await self._receive()
        try:
            async with asyncio.timeout(self._due_at - time.monotonic()):
                message = await self._receive()
        except TimeoutError as error:
            raise BodyTooSlow from error
        self._size += len(message.get("body", b""))
        if self._size > LARGEST_BODY:
            raise BodyTooLarge
        self._is_whole = not message.get("more_body", False)
        return message


def _told_size(scope: dict[str, Any]) -> int:
    """As the headers say, and 0 where they say nothing: then it is counted."""
    told = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(told[0]) if len(told) == 1 and told[0].isdigit() else 0


async def _refuse(scope: dict[str, Any], send: Any, status: int) -> None:
    error, words = WORDS[status]
    is_program = scope["path"].startswith(API)
    body = (json.dumps({"error": error, "detail": words}) if is_program else words).encode()
    kind = b"application/json" if is_program else b"text/plain; charset=utf-8"
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
