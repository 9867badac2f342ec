"""Calls of one script that wait at the same moment travel to Redis together.

One convoy is under way at a time and the next one gathers meanwhile, so a crowd costs few round trips and
one connection. Whoever is alone waits for nobody.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

import redis
import redis.asyncio
from redis.commands.core import AsyncScript
from redis.exceptions import NoScriptError
from redis.typing import EncodableT

from classroom.wire.answers import LOST, answered

MOST = 64
# Between two convoys, so that a steady load travels in fewer and fuller ones.
REST_S = 0.005


class Call(NamedTuple):
    keys: Sequence[str]
    args: Sequence[EncodableT]
    answer: asyncio.Future[Any]


class Convoy:
    """Belongs to the event loop in which its script is called."""

    def __init__(self, script: AsyncScript, client: redis.asyncio.Redis) -> None:
        self._script = script
        self._client = client
        self._waiting: deque[Call] = deque()
        self._task: asyncio.Task[None] | None = None

    async def call(self, keys: Sequence[str], args: Sequence[EncodableT]) -> Any:
        """The script's answer. Raises redis.RedisError, OSError."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        self._waiting.append(Call(keys, args, answer))
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._travel())
        return await answer

    async def _travel(self) -> None:
        while calls := self._next():
            lost: Exception = redis.ConnectionError(LOST)
            try:
                async with answered():
                    await self._carry(calls)
            except (redis.RedisError, OSError) as error:
                lost = error
            finally:
                for call in calls:
                    if not call.answer.done():
                        call.answer.set_exception(lost)
            await asyncio.sleep(REST_S)

    def _next(self) -> list[Call]:
        """Who gave up while it waited is left behind."""
        calls: list[Call] = []
        while self._waiting and len(calls) < MOST:
            if not (call := self._waiting.popleft()).answer.done():
                calls.append(call)
        return calls

    async def _carry(self, calls: Sequence[Call]) -> None:
        async with self._client.pipeline(transaction=False) as pipeline:
            for call in calls:
                pipeline.evalsha(self._script.sha, len(call.keys), *call.keys, *call.args)
            # Not raised there: the text of such an error holds what was sent.
            answers = await pipeline.execute(raise_on_error=False)
        for call, answer in zip(calls, answers, strict=True):
            await self._give(call, answer)

    async def _give(self, call: Call, answer: Any) -> None:
        if isinstance(answer, NoScriptError):
            # Redis began anew, or never heard of the script: this teaches it.
            try:
                answer = await self._script(keys=call.keys, args=call.args)
            except redis.ResponseError as error:
                answer = error
        if call.answer.done():
            return
        if isinstance(answer, Exception):
            call.answer.set_exception(answer)
        else:
            call.answer.set_result(answer)
