"""Notices that Redis was away. What was said meanwhile is lost, so every socket has to begin anew."""

import asyncio
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from django.conf import settings

PING_EVERY_S, ANSWER_WITHIN_S = 1.0, 5.0

# One watch serves all sockets of an event loop; a web process has one loop.
_watches: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[None]] = WeakKeyDictionary()


async def breaks_within(seconds: float) -> bool:
    """Wait so long; True at once when the connection to Redis breaks, be it for an instant."""
    broken, _ = await asyncio.wait({_watch()}, timeout=seconds)
    return bool(broken)


def _watch() -> asyncio.Task[None]:
    loop = asyncio.get_running_loop()
    if loop not in _watches or _watches[loop].done():
        _watches[loop] = loop.create_task(_until_broken())
    return _watches[loop]


async def _until_broken() -> None:
    """Ping over one connection of our own, which a pool would silently renew."""
    client = redis.asyncio.Redis.from_url(
        settings.REDIS_URL, single_connection_client=True, socket_timeout=None
    )
    try:
        while True:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await client.ping()
            await asyncio.sleep(PING_EVERY_S)
    except (redis.RedisError, OSError):
        return
    finally:
        await client.aclose()
