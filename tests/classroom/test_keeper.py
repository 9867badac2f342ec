"""The keeper of all students' seats of one process, against a real Redis."""

import asyncio

import pytest

from classroom.sockets.keeper import Keeper
from classroom.wire import lifeline
from tests.classroom.test_lifeline import cut_all_connections
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.servers


class Sitter:
    """Stands for a socket; it has no seat yet, so nothing is asked of the database."""

    seat = None

    def __init__(self):
        self.began_anew = asyncio.Event()

    def begin_anew(self):
        self.began_anew.set()


async def test_after_redis_was_away_everybody_begins_anew(monkeypatch):
    monkeypatch.setattr(lifeline, "PING_EVERY_S", 0.02)
    keeper, sitters = Keeper(), [Sitter(), Sitter()]
    for sitter in sitters:
        keeper.watch(sitter)
    await asyncio.sleep(0.1)
    assert not any(sitter.began_anew.is_set() for sitter in sitters)
    await asyncio.to_thread(cut_all_connections)
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*(sitter.began_anew.wait() for sitter in sitters))
    for sitter in sitters:
        keeper.release(sitter)


async def test_with_nobody_to_look_after_there_is_no_task():
    keeper, sitter = Keeper(), Sitter()
    at_work = [keeper.is_at_work]
    keeper.watch(sitter)
    at_work.append(keeper.is_at_work)
    await asyncio.sleep(0.05)
    keeper.release(sitter)
    assert [*at_work, keeper.is_at_work] == [False, True, False]
