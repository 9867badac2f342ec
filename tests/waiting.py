"""Waiting for a fact within the test's own process, for as long as the busiest machine may take."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any

from channels.testing import WebsocketCommunicator

PATIENCE_S = 30.0


async def comes_true(is_so: Callable[[], object | Awaitable[object]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not (await found if isawaitable(found := is_so()) else found):
            await asyncio.sleep(0.01)


class Socket(WebsocketCommunicator):
    """A socket of the application. Channels' own waits one second for what comes."""

    async def connect(self, timeout: float = PATIENCE_S) -> Any:
        return await super().connect(timeout)

    async def receive_output(self, timeout: float = PATIENCE_S) -> Any:
        return await super().receive_output(timeout)

    async def receive_from(self, timeout: float = PATIENCE_S) -> Any:
        return await super().receive_from(timeout)

    async def receive_json_from(self, timeout: float = PATIENCE_S) -> Any:
        return await super().receive_json_from(timeout)

    async def disconnect(self, code: int = 1000, timeout: float = PATIENCE_S) -> None:
        await super().disconnect(code, timeout)
