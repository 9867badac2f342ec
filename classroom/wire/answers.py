"""Redis answers within some seconds, or that is an error which says so.

A connection that breaks shows in more ways than the errors of redis-py, and one that hangs in none at all.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import redis

ANSWER_WITHIN_S = 5.0
LOST = "The connection to Redis was lost."


@asynccontextmanager
async def answered() -> AsyncIterator[None]:
    """Around what waits for Redis; a decorator, too. Raises redis.RedisError or OSError, and no other error.

    Redis-py's own timeouts do not bound what waits for a connection, or for its handshake.
    """
    task = asyncio.current_task()
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            yield
    except TimeoutError as error:
        raise redis.TimeoutError(f"No answer within {ANSWER_WITHIN_S:.0f} s.") from error
    except RuntimeError as error:  # a transport that closed while it was written to
        raise redis.ConnectionError(LOST) from error
    except asyncio.CancelledError as error:
        # Where a connection breaks, asyncio may cancel what waits for its end, and not this task.
        if task is None or task.cancelling():
            raise
        raise redis.ConnectionError(LOST) from error
