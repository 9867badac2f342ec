"""The mailbox's protocol and each of its races, against a real Redis."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import redis
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kombu.exceptions import OperationalError

from classroom.terms import Reader
from classroom.wire import bell, keys, mailbox
from classroom.wire.mailbox import Posted, Snapshot
from classroom.wire.measurement import Measurement
from classroom.wire.redis import async_client, client
from emotion.values import Region, Sighting
from tests.analyses import attentive
from tests.waiting import PATIENCE_S, comes_true

pytestmark = pytest.mark.servers
LESSON, PARTICIPANT, CONSENT = 7, 11, 13
NOW = timezone.now().replace(microsecond=0)
BELL = keys.bell(LESSON)
SEEN = keys.seen(LESSON, PARTICIPANT)


def snapshot(participant=PARTICIPANT, consent=CONSENT, jpeg=b"\xff\xd8\xffnewest"):
    return Snapshot(participant, consent, NOW, jpeg)


async def post(*args, **fields):
    return await mailbox.post(LESSON, snapshot(*args, **fields), NOW)


def sighting(x=0.5, *, found=True):
    return Sighting(Region(x, 0.25, 0.375, -4.5), faces=2, found=found)


def keep(one, **fields):
    mailbox.keep(LESSON, [(snapshot(**fields), one)])


def take(count=8):
    return mailbox.take(LESSON, NOW, fewest=count, most=count)


@pytest.fixture(autouse=True)
async def open_mailbox(_empty_redis):
    await mailbox.open_for(LESSON, PARTICIPANT, CONSENT)


async def test_the_first_snapshot_rings_and_comes_out_as_it_went_in():
    assert await post() is Posted.RING
    batch = take()
    assert batch.snapshots == (snapshot(),)
    assert not batch.ring


async def test_while_the_bell_is_up_nobody_rings_again():
    await mailbox.open_for(LESSON, 12, CONSENT)
    assert await post() is Posted.RING
    assert await post(participant=12) is Posted.WAITING
    assert {one.participant_id for one in take().snapshots} == {11, 12}


async def test_a_newer_snapshot_overwrites_one_that_nobody_took():
    await post(jpeg=b"\xff\xd8\xffolder")
    await post(jpeg=b"\xff\xd8\xffnewer")
    assert [one.jpeg for one in take().snapshots] == [b"\xff\xd8\xffnewer"]
    assert take().snapshots == ()


async def test_an_overwritten_snapshot_keeps_its_place_in_the_queue():
    await mailbox.open_for(LESSON, 12, CONSENT)
    await post()
    await mailbox.post(LESSON, snapshot(participant=12), NOW + timedelta(milliseconds=5))
    await mailbox.post(LESSON, snapshot(), NOW + timedelta(milliseconds=9))
    assert [one.participant_id for one in take(1).snapshots] == [PARTICIPANT]


async def test_a_post_between_the_end_of_the_bell_and_the_taking_is_taken():
    """Both are one script: a post comes before it and is taken, or after it and rings."""
    await post()
    mailbox.silence(LESSON)
    assert await post() is Posted.RING
    assert len(take().snapshots) == 1


async def test_what_was_taken_is_nowhere_any_more():
    await post()
    assert len(take().snapshots) == 1
    assert client().keys("*:snap:*") == []


async def test_a_post_after_a_take_rings_again():
    await post()
    take()
    assert await post() is Posted.RING


async def test_a_take_that_leaves_some_waiting_rings_for_them():
    for participant in range(20, 25):
        await mailbox.open_for(LESSON, participant, CONSENT)
        await post(participant=participant)
    first = take(3)
    assert (len(first.snapshots), first.ring) == (3, True)
    second = take(3)
    assert (len(second.snapshots), second.ring) == (2, False)


@pytest.mark.parametrize(
    ("due", "batches"), [(1, [1]), (8, [8]), (13, [8, 5]), (40, [20, 10, 8, 2]), (100, [32, 32, 18, 9, 8, 1])]
)
async def test_many_that_are_due_are_shared_by_halves(due, batches):
    """Who takes half calls another process for the rest; few are not worth two tasks, many not a late one."""
    for participant in range(20, 20 + due):
        await mailbox.open_for(LESSON, participant, CONSENT)
        await post(participant=participant)
    taken = [mailbox.take(LESSON, NOW) for _ in batches]
    assert [len(batch.snapshots) for batch in taken] == batches
    assert [batch.ring for batch in taken] == [True] * (len(batches) - 1) + [False]


def rung(monkeypatch):
    """When the bell was rung, in seconds of the loop."""
    loop, times = asyncio.get_running_loop(), []
    monkeypatch.setattr(bell, "ring", lambda lesson_id: times.append(loop.time()))
    return times


async def test_two_that_come_one_after_the_other_are_one_batch(monkeypatch):
    """The ring waits for a moment, so a worker that hears it finds both."""
    monkeypatch.setattr(bell, "GATHER_S", 1.0)
    times = rung(monkeypatch)
    await mailbox.open_for(LESSON, 12, CONSENT)
    if await post() is Posted.RING:
        bell.ring_soon(LESSON)
    assert (await post(participant=12), times) == (Posted.WAITING, [])
    await comes_true(lambda: times)
    assert len(times) == 1
    assert len(take().snapshots) == 2


async def test_a_lone_snapshot_waits_no_longer_than_others_are_waited_for(monkeypatch):
    times, loop, waits = rung(monkeypatch), asyncio.get_running_loop(), []
    call_later = loop.call_later
    monkeypatch.setattr(loop, "call_later", lambda s, *work: waits.append(s) or call_later(s, *work))
    bell.ring_soon(LESSON)
    assert waits == [bell.GATHER_S]
    await comes_true(lambda: times)
    assert bell.GATHER_S <= 0.06


async def test_a_single_snapshot_that_a_take_leaves_is_rung_for():
    for participant in range(20, 24):
        await mailbox.open_for(LESSON, participant, CONSENT)
        await post(participant=participant)
    assert take(3).ring


def test_a_call_that_no_worker_hears_is_forgotten_when_the_bell_is(monkeypatch):
    """A worker that comes back finds one call a lesson, not one for each bell of the time it was away."""
    sent = []
    monkeypatch.setattr("classroom.celery.app.send_task", lambda *task, **options: sent.append(options))
    bell.ring(LESSON)
    assert [options["expires"] for options in sent] == [mailbox.BELL_MS / 1000]


async def test_a_bell_that_expired_is_rung_by_the_next_snapshot():
    """A ringer that was killed, or a task that was lost, leaves a bell that nobody answers."""
    assert await post() is Posted.RING
    assert await post() is Posted.WAITING
    assert 0 < client().pttl(BELL) <= mailbox.BELL_MS
    client().pexpire(BELL, 1)
    await comes_true(lambda: not client().exists(BELL))
    assert await post() is Posted.RING


async def test_a_ring_that_failed_takes_the_bell_down():
    assert await post() is Posted.RING
    mailbox.silence(LESSON)
    assert await post() is Posted.RING


@pytest.mark.parametrize("error", [OperationalError("no broker"), redis.ConnectionError("no broker")])
async def test_a_bell_that_could_not_be_rung_is_silent_so_that_the_next_snapshot_rings(error, monkeypatch):
    def fails(*task, **options):
        raise error

    monkeypatch.setattr("classroom.celery.app.send_task", fails)
    assert await post() is Posted.RING
    await asyncio.to_thread(bell.ring, LESSON)
    assert await post() is Posted.RING


async def test_a_snapshot_that_expired_is_left_out():
    await post()
    client().delete(keys.snap(LESSON, PARTICIPANT))
    assert take() == mailbox.Batch((), False, {})


async def test_a_mailbox_that_was_never_opened_refuses():
    assert await post(participant=99) is Posted.REFUSED
    assert take().snapshots == ()


async def test_an_older_consent_may_not_post():
    assert await post(consent=12) is Posted.REFUSED


async def test_close_refuses_and_removes_what_waited():
    await post()
    mailbox.close(LESSON, PARTICIPANT)
    assert await post() is Posted.REFUSED
    assert take().snapshots == ()
    assert not client().keys(f"*:snap:{{{LESSON}}}:*")


async def test_where_a_face_was_read_comes_with_the_next_snapshot():
    keep(sighting())
    await mailbox.open_for(LESSON, 12, CONSENT)
    await post()
    await post(participant=12)
    assert take().seen == {PARTICIPANT: sighting(found=False)}
    await post()
    assert take().seen == {PARTICIPANT: sighting(found=False)}


async def test_where_a_face_was_read_is_forgotten_five_seconds_after_the_finder_looked():
    keep(sighting())
    client().pexpire(SEEN, 1000)
    keep(sighting(0.75, found=False))
    assert 0 < client().pttl(SEEN) <= 1000
    await post()
    assert take().seen[PARTICIPANT].region.x == 0.75
    keep(sighting(found=True))
    assert 1000 < client().pttl(SEEN) <= 5000


async def test_what_was_forgotten_meanwhile_is_not_noted_without_an_end():
    keep(sighting(found=False))
    assert not client().exists(SEEN)


async def test_where_nothing_may_be_noted_what_was_seen_is_forgotten():
    keep(sighting())
    keep(None)
    assert not client().exists(SEEN)


@pytest.mark.parametrize("faces", [0, 1], ids=["nobody was there", "nobody could be read"])
async def test_that_nothing_was_read_comes_with_the_next_snapshot_and_is_forgotten_as_early(faces):
    keep(Sighting(None, faces, found=True))
    await post()
    known = Sighting(None, faces, found=False)
    assert take().seen == {PARTICIPANT: known}
    client().pexpire(SEEN, 1000)
    keep(known)
    assert 0 < client().pttl(SEEN) <= 1000
    client().delete(SEEN)
    keep(known)
    assert not client().exists(SEEN)


async def test_that_nobody_was_there_tells_no_place():
    keep(Sighting(None, faces=0, found=True))
    assert client().get(SEEN) == b"\0"


@pytest.mark.parametrize("region", [None, Region(0.5, 0.25, 0.375, -4.5)])
async def test_close_forgets_what_was_seen(region):
    keep(Sighting(region, faces=0, found=True))
    mailbox.close(LESSON, PARTICIPANT)
    assert not client().exists(SEEN)


async def test_a_batch_in_hand_when_the_consent_ended_leaves_no_place_behind():
    keep(sighting())
    keep(sighting(), consent=12)
    assert not client().exists(SEEN)
    mailbox.close(LESSON, PARTICIPANT)
    keep(sighting())
    assert not client().exists(SEEN)


async def test_only_the_consent_that_opened_it_renews():
    own, older = (LESSON, PARTICIPANT, CONSENT), (LESSON, PARTICIPANT, 12)
    assert await mailbox.renew(own, older) == [True, False]
    mailbox.close(LESSON, PARTICIPANT)
    assert await mailbox.renew(own) == [False]
    assert await mailbox.renew() == []


async def test_nothing_stays_in_redis_for_long():
    await post()
    take()
    keep(sighting())
    await post()
    lifetimes = {key: client().pttl(key) for key in client().keys("*{7}*")}
    assert lifetimes
    assert all(0 < ms <= mailbox.OPEN_MS for ms in lifetimes.values()), lifetimes


async def test_no_wake_up_is_lost_when_posts_and_takes_race():
    """Forty students post at once while batches are taken: every ring is answered by one take."""
    rings = 0
    for participant in range(100, 140):
        await mailbox.open_for(LESSON, participant, CONSENT)
    seen = set()

    async def student(participant):
        nonlocal rings
        rang = await post(participant=participant) is Posted.RING
        rings += rang

    async def worker():
        nonlocal rings
        while len(seen) < 40:
            await asyncio.sleep(0)
            if rings:
                rings -= 1
                batch = await asyncio.to_thread(take, 3)
                rings += batch.ring
                seen.update(one.participant_id for one in batch.snapshots)

    students = asyncio.gather(*(student(participant) for participant in range(100, 140)))
    await asyncio.wait_for(asyncio.gather(students, worker()), PATIENCE_S)
    assert seen == set(range(100, 140))


def test_a_snapshot_never_shows_its_bytes():
    assert "xff" not in repr(snapshot())


async def seat(channel, second, most=2):
    return await mailbox.claim_seat(
        LESSON, PARTICIPANT, channel, now=NOW + timedelta(seconds=second), most=most
    )


@pytest.mark.parametrize(("later_s", "waited_s"), [(0, 0), (7.5, 7.5), (-1, 0)])
async def test_how_long_a_snapshot_has_waited_is_known(later_s, waited_s):
    assert mailbox.oldest_waiting_s(LESSON, NOW) == 0
    await post()
    await mailbox.open_for(LESSON, 12, CONSENT)
    await mailbox.post(LESSON, snapshot(participant=12), NOW + timedelta(seconds=5))
    assert mailbox.oldest_waiting_s(LESSON, NOW + timedelta(seconds=later_s)) == waited_s


async def test_whoever_is_closed_waits_no_more():
    await post()
    mailbox.close(LESSON, PARTICIPANT)
    assert mailbox.oldest_waiting_s(LESSON, NOW + timedelta(seconds=9)) == 0


async def test_renewing_keeps_the_mailbox_open_for_as_long_again():
    key = keys.opened(LESSON, PARTICIPANT)
    client().pexpire(key, 1000)
    assert await mailbox.renew((LESSON, PARTICIPANT, CONSENT)) == [True]
    assert client().pttl(key) > mailbox.OPEN_MS - 5000


async def test_a_seat_too_many_takes_the_place_of_the_oldest():
    assert [await seat("a", 0), await seat("b", 1)] == [[], []]
    assert await seat("c", 2) == ["a"]
    await mailbox.leave_seat(LESSON, PARTICIPANT, "c")
    assert await seat("d", 3) == []
    assert await seat("e", 4) == ["b"]


async def test_seats_of_a_process_that_died_do_not_stay_for_ever():
    await seat("a", 0)
    assert 0 < client().pttl(keys.seats(LESSON, PARTICIPANT)) <= mailbox.SEATED_MS


async def test_a_script_travels_as_its_digest():
    await post()
    before = calls("eval"), calls("evalsha")
    await post()
    take()
    assert (calls("eval") - before[0], calls("evalsha") - before[1]) == (0, 2)


def calls(verb):
    return client().info("commandstats").get(f"cmdstat_{verb}", {}).get("calls", 0)


# --- what browsers read ------------------------------------------------------------------------------------


def measurement(second, participant=PARTICIPANT, consent=CONSENT):
    taken_at = NOW + timedelta(seconds=second)
    return Measurement(participant, consent, taken_at, attentive_unplaced(), Reader.BROWSER, "edge 2279df32")


def attentive_unplaced():
    return replace(attentive(), box=None)


async def append(*seconds, **fields):
    return await mailbox.append(LESSON, [measurement(each, **fields) for each in seconds], NOW)


async def test_measurements_come_out_as_they_went_in_the_oldest_first_and_nowhere_else_any_more():
    assert await append(1, 2) is Posted.RING
    assert await append(3) is Posted.WAITING
    batch = take()
    assert (batch.snapshots, batch.seen) == ((), {})
    assert batch.measurements == (measurement(1), measurement(2), measurement(3))
    assert client().keys("*:read:*") == []
    assert take() == mailbox.Batch((), False, {})


async def test_of_more_than_sixteen_measurements_the_oldest_are_dropped():
    for first in range(0, 40, 8):
        await append(*range(first, first + 8))
    assert take().measurements == tuple(measurement(each) for each in range(24, 40))


async def test_a_batch_holds_snapshots_of_some_and_measurements_of_others():
    for participant in (12, 14):
        await mailbox.open_for(LESSON, participant, CONSENT)
    await post()
    await append(1, participant=12)
    await append(2, participant=14)
    await post(participant=14)
    keep(sighting())
    keep(sighting(), participant=12)
    batch = take()
    assert {one.participant_id for one in batch.snapshots} == {PARTICIPANT, 14}
    assert batch.measurements == (measurement(1, 12), measurement(2, 14))
    assert batch.seen.keys() == {PARTICIPANT}
    assert batch.size == 4


async def test_measurements_need_the_consent_that_opened_the_mailbox():
    assert await append(1, consent=12) is Posted.REFUSED
    assert await append(1, participant=99) is Posted.REFUSED
    await append(1)
    mailbox.close(LESSON, PARTICIPANT)
    assert await append(2) is Posted.REFUSED
    assert take().measurements == ()
    assert not client().keys(f"*:read:{{{LESSON}}}:*")


async def test_measurements_that_nobody_takes_are_forgotten_as_early_as_a_snapshot():
    await append(1)
    assert 0 < client().pttl(keys.read(LESSON, PARTICIPANT)) <= mailbox.SNAPSHOT_MS


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["post", "take", "close"]) | st.integers(1, 8), max_size=12))
def test_whatever_is_posted_and_taken_order_holds_and_at_most_the_sixteen_newest_wait(steps):
    """Against a list: a number appends so many measurements."""

    async def play():
        await async_client().flushdb()
        await mailbox.open_for(LESSON, PARTICIPANT, CONSENT)
        second, wait, has_snapshot = 0, [], False
        for step in steps:
            if step == "take":
                batch = take()
                assert [one.taken_at for one in batch.measurements] == wait
                assert len(batch.snapshots) == has_snapshot
                wait, has_snapshot = [], False
            elif step == "close":
                mailbox.close(LESSON, PARTICIPANT)
                await mailbox.open_for(LESSON, PARTICIPANT, CONSENT)
                wait, has_snapshot = [], False
            elif step == "post":
                await post()
                has_snapshot = True
            else:
                seconds = range(second, second + step)
                await append(*seconds)
                wait = [*wait, *(NOW + timedelta(seconds=each) for each in seconds)][-16:]
                second += step
        assert len(take().measurements) == len(wait)
        await async_client().aclose()

    asyncio.run(play())
