"""Notices that Redis was away. What was said meanwhile is lost, so every socket has to begin anew."""

import asyncio
from contextlib import AsyncExitStack
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from django.conf import settings

from classroom.wire.answers import answered

PING_EVERY_S = 1.0
# Longer than a socket works between two waits.
WATCHED_AFTER_S = 60.0


class _Watch:
    """A connection to each server that sockets need, pinged as long as somebody waits, or did lately."""

    wanted_until = 0.0

    def __init__(self) -> None:
        self.want(0.0)
        self.task = asyncio.get_running_loop().create_task(self._until_broken())

    def want(self, seconds: float) -> None:
        until = asyncio.get_running_loop().time() + seconds + WATCHED_AFTER_S
        self.wanted_until = max(self.wanted_until, until)

    async def _until_broken(self) -> bool:
        """Ping over connections of our own, which a pool would silently renew. False: nobody watches."""
        loop = asyncio.get_running_loop()
        async with AsyncExitStack() as stack:
            clients = [_connection(url) for url in {settings.LAYER_URL, settings.MAILBOX_URL}]
            for client in clients:
                stack.push_async_callback(client.aclose)
            try:
                while loop.time() < self.wanted_until:
                    async with answered():
                        for client in clients:
                            await client.ping()
                    await asyncio.sleep(PING_EVERY_S)
            except (redis.RedisError, OSError):
                return True
        return False

    def has_broken(self) -> bool:
        if not self.task.done() or self.task.cancelled():
            return False
        return self.task.exception() is not None or self.task.result()


def _connection(url: str) -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(url, single_connection_client=True, socket_timeout=None)


# One watch serves all sockets of an event loop; a web process has one loop.
_watches: WeakKeyDictionary[asyncio.AbstractEventLoop, _Watch] = WeakKeyDictionary()


class Lifeline:
    """What one socket knows of the connection to Redis since it opened."""

    def __init__(self) -> None:
        self._watch = _watch()

    async def breaks_within(self, seconds: float) -> bool:
        """Wait so long; True at once when the connection breaks or broke since, be it for an instant."""
        if self._watch.task.done() and not self._watch.has_broken():
            self._watch = _watch()
        self._watch.want(seconds)
        await asyncio.wait({self._watch.task}, timeout=seconds)
        return self.has_broken()

    def has_broken(self) -> bool:
        return self._watch.has_broken()


def _watch() -> _Watch:
    loop = asyncio.get_running_loop()
    watch = _watches.get(loop)
    if watch is None or watch.task.done():
        watch = _watches[loop] = _Watch()
    return watch
