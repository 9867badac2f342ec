"""Whatever a connection to Redis leaves that broke or hangs, those who wait for it hear an error of Redis."""

import asyncio

import pytest
import redis

from classroom.wire.answers import answered


async def hang():
    await asyncio.get_running_loop().create_future()


async def raises(error):
    raise error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("the handler is closed"), redis.ConnectionError),
        (asyncio.CancelledError(), redis.ConnectionError),
        (redis.ResponseError("no list"), redis.ResponseError),
        (ConnectionResetError(), ConnectionResetError),
    ],
)
async def test_a_connection_that_broke_in_any_way_is_an_error_of_redis(error, said):
    with pytest.raises(said):
        await answered()(raises)(error)


async def test_a_server_that_hangs_is_one_too(monkeypatch):
    monkeypatch.setattr("classroom.wire.answers.ANSWER_WITHIN_S", 0.01)
    with pytest.raises(redis.TimeoutError, match="No answer"):
        await answered()(hang)()


async def test_who_is_cancelled_while_it_waits_ends_as_such():
    waiting = asyncio.ensure_future(answered()(hang)())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_is_answered_is_handed_on():
    assert await answered()(asyncio.sleep)(0, "an answer") == "an answer"
