"""The clients of Redis: one of each server for services and workers, one for each event loop."""

import asyncio
from functools import cache
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from django.conf import settings

# More than so many commands at one instant wait for each other: a whole school answers a key moment at once.
CONNECTIONS = 64


def client() -> redis.Redis:
    """Of the mailbox, and of all else that is kept for seconds."""
    return client_of(settings.MAILBOX_URL)


def layer_client() -> redis.Redis:
    """Of the server that carries messages to open sockets."""
    return client_of(settings.LAYER_URL)


def broker_client() -> redis.Redis:
    """Of the server that holds tasks until a worker takes them."""
    return client_of(settings.BROKER_URL)


@cache
def client_of(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2)


# An asyncio client belongs to the loop that made it; a web process has one, a test run many.
_async_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, redis.asyncio.Redis] = WeakKeyDictionary()


def async_client() -> redis.asyncio.Redis:
    """Of the mailbox."""
    loop = asyncio.get_running_loop()
    if loop not in _async_clients:
        # No timeout of sending: with one, Python 3.11 can lose the cancellation of the task that sends,
        # and a socket would outlive its end. A Redis that hangs is noticed by `lifeline`, one whose host
        # fell silent by TCP.
        pool = redis.asyncio.BlockingConnectionPool.from_url(
            settings.MAILBOX_URL,
            max_connections=CONNECTIONS,
            timeout=None,
            socket_timeout=None,
            socket_connect_timeout=2,
            socket_keepalive_options=settings.REDIS_KEEPALIVE,
        )
        _async_clients[loop] = redis.asyncio.Redis.from_pool(pool)
    return _async_clients[loop]
