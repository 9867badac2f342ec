"""Posts that wait at the same moment, against a real Redis: stored alike, answered each by its own answer."""

import asyncio
import random
from datetime import timedelta

import pytest
import redis
from django.utils import timezone
from redis.asyncio.client import Pipeline

from classroom.wire import convoy, keys, mailbox
from classroom.wire.mailbox import Posted, Snapshot
from classroom.wire.redis import client
from tests import servers
from tests.classroom.test_lifeline import cut_all_connections

pytestmark = pytest.mark.servers
LESSON, CONSENT = 7, 13
NOW = timezone.now().replace(microsecond=0)
JPEG = b"\xff\xd8\xffa face"


async def post(participant, lesson=LESSON, consent=CONSENT):
    return await mailbox.post(lesson, Snapshot(participant, consent, NOW, JPEG), NOW)


async def post_together(participants):
    return await asyncio.gather(*map(post, participants), return_exceptions=True)


async def open_mailboxes(participants, lesson=LESSON):
    for participant in participants:
        await mailbox.open_for(lesson, participant, CONSENT)


def waiting(lesson=LESSON):
    return {one.participant_id for one in mailbox.take(lesson, NOW, fewest=1000, most=1000).snapshots}


@pytest.fixture(autouse=True)
def _nothing_waits(_empty_redis):
    """Each test begins with an empty Redis."""


def connections_made():
    return client().info("stats")["total_connections_received"]


async def test_three_hundred_posts_at_one_instant_are_all_stored_over_one_connection():
    await open_mailboxes(range(300))
    before = connections_made()
    answers = await post_together(range(300))
    assert connections_made() == before
    assert (answers.count(Posted.RING), answers.count(Posted.WAITING)) == (1, 299)
    assert waiting() == set(range(300))


async def test_each_hears_its_own_answer():
    await open_mailboxes(range(0, 100, 2))
    answers = await post_together(range(100))
    refused = {number for number, answer in enumerate(answers) if answer is Posted.REFUSED}
    assert refused == set(range(1, 100, 2))
    assert waiting() == set(range(0, 100, 2))


async def prepare(lesson, outcome):
    """A lesson in which the next post has this outcome."""
    if outcome is not Posted.REFUSED:
        await mailbox.open_for(lesson, 1, CONSENT)
    if outcome is Posted.WAITING:
        assert await post(1, lesson) is Posted.RING
    if outcome is redis.ResponseError:
        client().set(keys.of("due", lesson), "no list")


def is_own(answer, outcome):
    """Whoever gives up may have been answered before."""
    if outcome is asyncio.CancelledError:
        return answer is Posted.RING or isinstance(answer, outcome)
    return answer is outcome or (outcome is redis.ResponseError and isinstance(answer, outcome))


@pytest.mark.parametrize("seed", range(3))
async def test_among_many_of_every_outcome_nobody_hears_the_answer_of_another(seed):
    """Each in a lesson of its own, in any order, over several convoys; some give up on the way."""
    drawn = random.Random(seed)
    outcomes = [Posted.RING, Posted.WAITING, Posted.REFUSED, redis.ResponseError, asyncio.CancelledError] * 60
    drawn.shuffle(outcomes)
    for lesson, outcome in enumerate(outcomes):
        await prepare(lesson, outcome)
    client().script_flush()
    posts = []
    for lesson, outcome in enumerate(outcomes):
        posts.append(asyncio.ensure_future(post(1, lesson)))
        if drawn.random() < 0.05:
            await asyncio.sleep(0.001)
        if outcome is asyncio.CancelledError:
            asyncio.get_running_loop().call_later(drawn.random() * 0.002, posts[-1].cancel)
    answers = await asyncio.gather(*posts, return_exceptions=True)
    pairs = enumerate(zip(answers, outcomes, strict=True))
    assert [lesson for lesson, pair in pairs if not is_own(*pair)] == []
    assert sum(isinstance(answer, asyncio.CancelledError) for answer in answers) > 10


async def test_a_redis_that_forgot_the_script_is_taught_it_again():
    await open_mailboxes(range(3))
    await post(0)
    client().script_flush()
    assert await post_together(range(3)) == [Posted.WAITING] * 3
    assert waiting() == {0, 1, 2}


async def test_one_that_redis_cannot_do_takes_no_other_with_it_and_shows_no_picture():
    for lesson in (LESSON, 8):
        await open_mailboxes([1], lesson)
    client().set(keys.of("due", LESSON), "no list")
    answers = await asyncio.gather(post(1), post(1, lesson=8), return_exceptions=True)
    assert [type(one) for one in answers] == [redis.ResponseError, Posted]
    assert "a face" not in str(answers[0])
    assert waiting(8) == {1}


async def test_a_redis_that_hangs_is_said_to_all_who_wait_and_its_late_answers_to_nobody(monkeypatch):
    monkeypatch.setattr("classroom.wire.answers.ANSWER_WITHIN_S", 0.2)
    await open_mailboxes([1, 2])
    await post(1)
    with servers.hanging_cache():
        answers = await post_together([1, 2])
    assert [type(answer) for answer in answers] == [redis.TimeoutError, redis.TimeoutError]
    monkeypatch.undo()
    assert await post(3) is Posted.REFUSED
    assert await post(1) is Posted.WAITING


async def test_a_connection_that_was_cut_is_made_anew():
    await open_mailboxes([1, 2])
    await post(1)
    await asyncio.to_thread(cut_all_connections)
    told = await post_together([1, 2])
    assert all(isinstance(one, Posted | redis.ConnectionError) for one in told)
    assert await post_together([1, 2]) == [Posted.WAITING] * 2
    assert waiting() == {1, 2}


@pytest.mark.parametrize("error", [asyncio.CancelledError(), RuntimeError("the transport is closed")])
async def test_a_connection_that_breaks_in_any_way_is_said_as_such_and_the_next_convoy_leaves(
    monkeypatch, error
):
    await open_mailboxes(range(100))
    whole = Pipeline.execute

    async def broken(pipeline, *args, **options):
        monkeypatch.setattr(Pipeline, "execute", whole)
        raise error

    monkeypatch.setattr(Pipeline, "execute", broken)
    answers = await asyncio.wait_for(post_together(range(100)), timeout=10)
    lost = [one for one in answers if not isinstance(one, Posted)]
    assert [type(one) for one in lost] == [redis.ConnectionError] * convoy.MOST
    assert len(waiting()) == 100 - convoy.MOST


async def test_who_gave_up_while_it_waited_is_left_behind():
    await open_mailboxes([1, 2])
    posts = [asyncio.ensure_future(post(one)) for one in (1, 2)]
    await asyncio.sleep(0)
    posts[1].cancel()
    assert await posts[0] is Posted.RING
    assert waiting() == {1}


async def test_a_later_post_never_overtakes_an_earlier_one():
    """More than one convoy holds."""
    await open_mailboxes(range(2 * convoy.MOST))
    at = [NOW + timedelta(milliseconds=number) for number in range(2 * convoy.MOST)]
    posts = (mailbox.post(LESSON, Snapshot(number, CONSENT, NOW, JPEG), now) for number, now in enumerate(at))
    await asyncio.gather(*posts)
    taken = mailbox.take(LESSON, NOW, fewest=1000, most=1000).snapshots
    assert [one.participant_id for one in taken] == list(range(2 * convoy.MOST))
