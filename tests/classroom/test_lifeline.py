"""The watch over the connection to Redis: it misses no break, and ends where nobody waits."""

import asyncio

import pytest

from classroom.wire import lifeline
from classroom.wire.lifeline import Lifeline
from classroom.wire.redis import client
from tests.waiting import PATIENCE_S, comes_true

pytestmark = pytest.mark.servers


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(lifeline, "PING_EVERY_S", 0.02)


def cut_all_connections():
    client().client_kill_filter(_type="normal", skipme=True)


async def test_a_quiet_while_is_no_break():
    assert not await Lifeline().breaks_within(0.1)


async def test_a_break_ends_the_wait_at_once_for_everybody():
    lines = [Lifeline(), Lifeline()]
    waiting = asyncio.gather(*(line.breaks_within(10 * PATIENCE_S) for line in lines))
    await asyncio.sleep(0.1)
    await asyncio.to_thread(cut_all_connections)
    assert await asyncio.wait_for(waiting, PATIENCE_S) == [True, True]


async def test_a_break_between_two_waits_is_noticed_although_another_socket_watches_anew():
    line = Lifeline()
    assert not await line.breaks_within(0.05)
    await asyncio.to_thread(cut_all_connections)
    await comes_true(line.has_broken)
    assert not await Lifeline().breaks_within(0.05)
    assert await line.breaks_within(0.05)


async def test_where_nobody_waits_any_more_nothing_is_pinged(monkeypatch):
    monkeypatch.setattr(lifeline, "WATCHED_AFTER_S", 0.05)
    line = Lifeline()
    assert not await line.breaks_within(0.05)
    watch = lifeline._watches[asyncio.get_running_loop()]
    await comes_true(watch.task.done)
    assert not watch.has_broken()
    assert not await line.breaks_within(0.05)
    assert lifeline._watches[asyncio.get_running_loop()] is not watch
