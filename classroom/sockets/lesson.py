"""What the sockets of students and teachers share: refused alike, forwarding, closing and ending.

Whatever ends a socket (its client, an error, a right that ended, the lesson), everything that was
begun for it ends with it: `LessonConsumer.__call__` is the one place where that happens.
"""

import asyncio
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import redis
from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from django.db import DatabaseError
from django.http import Http404

from classroom.errors import AnticipatedError, LessonClosed
from classroom.wire import events
from classroom.wire.lifeline import Lifeline

logger = logging.getLogger(__name__)

TRY_AGAIN_CODE = 1013
RENEWED_WITHIN_S = 0.2
# The right ended, the lesson ended, or a server was away.
WHY_CLOSED = (Http404, LessonClosed, redis.RedisError, OSError, DatabaseError)
Answer = TypeVar("Answer")
Source = Callable[[], Awaitable[dict[str, Any]]]

# Work that ends by itself and must not be lost half-way; a loop keeps only a weak hold on its tasks.
FINISHING: set[asyncio.Task[None]] = set()


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
            await self._read(receive, self.events.get)
        except StopConsumer:
            pass
        finally:
            self.is_closed = True
            await asyncio.shield(kept(self._end(), FINISHING))

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As in channels, but without a turn in the database's thread: a frame does not queue behind SQL."""
        await getattr(self, get_handler_name(message))(message)

    async def _read(self, *sources: Source) -> None:
        """Act on what comes from any of them, one message at a time, until one ends the socket.

        Channels' own loop begins a task and a wait anew for each message.
        """
        turn = asyncio.Lock()

        async def read(source: Source) -> None:
            while True:
                message = await source()
                # No `async with`: whoever ends the socket keeps the turn, so nothing is acted on after it.
                await turn.acquire()
                await self.dispatch(message)
                turn.release()

        readers = [asyncio.ensure_future(read(source)) for source in sources]
        try:
            done, _ = await asyncio.wait(readers, return_when=asyncio.FIRST_COMPLETED)
            for reader in done:
                if reader.cancelled():
                    # By nobody: a connection to Redis broke while it was waited for.
                    await self.leave(events.leave(TRY_AGAIN_CODE))
                reader.result()
        finally:
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)

    async def connect(self) -> None:
        self.lesson_id = int(self.scope["url_route"]["kwargs"]["lesson_id"])
        self.line = Lifeline()
        try:
            self.channel_name = await self.channel_layer.new_channel()
            kept(self._until_gone(self._hear()), self.tasks)
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
        await self.send_text(json.dumps(message))

    async def send_text(self, text: str) -> None:
        """A client that vanished ends the socket here: the server says so when it sends, by these errors."""
        if self.is_closed:
            return
        try:
            await self.send(text_data=text)
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
        kept(self._until_gone(work), FINISHING)

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


def kept(work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> asyncio.Task[None]:
    """A task that is held until it is done."""
    task = asyncio.get_running_loop().create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task
