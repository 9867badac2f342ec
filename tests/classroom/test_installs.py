"""Two installs on the same database of Redis, by mistake: neither finds anything of the other."""

from queue import Empty

import pytest
from django.conf import settings
from django.core.cache import cache
from kombu.connection import Connection

from classroom.wire import bell, events, mailbox, waiting
from classroom.wire.mailbox import Posted, Snapshot
from classroom.wire.redis import client
from tests.factories import MONDAY

LESSON, PARTICIPANT, CONSENT = 7, 11, 31
ONE = Snapshot(PARTICIPANT, CONSENT, MONDAY, b"\xff\xd8\xffnewest")


@pytest.fixture(autouse=True)
async def posted(_empty_redis):
    """A student's snapshot waits, and a task says so."""
    await mailbox.open_for(LESSON, PARTICIPANT, CONSENT)
    assert await mailbox.post(LESSON, ONE, MONDAY) is Posted.RING
    bell.ring(LESSON)


@pytest.fixture
def another(settings):
    settings.INSTALL = "another"


async def test_another_takes_no_snapshot_and_no_consent_of_the_lesson_of_the_same_number(another):
    assert mailbox.take(LESSON, MONDAY).snapshots == ()
    assert await mailbox.post(LESSON, ONE, MONDAY) is Posted.REFUSED


def test_the_own_worker_takes_it():
    assert mailbox.take(LESSON, MONDAY).snapshots == (ONE,)


@pytest.mark.parametrize(
    ("prefix", "found"),
    [("another:", 0), (f"{settings.INSTALL}:", 1), ("", 0)],
    ids=["another", "own", "none"],
)
def test_a_worker_takes_tasks_of_its_own_install_alone(prefix, found):
    with Connection(settings.BROKER_URL, transport_options={"global_keyprefix": prefix}) as connection:
        queue = connection.SimpleQueue("snapshots", no_ack=True)
        if found:
            assert queue.get(block=False).headers["task"] == "worker.tasks.analyse_lesson"
        else:
            with pytest.raises(Empty):
                queue.get(block=False)
    assert waiting.queue_lengths()["snapshots"] == 1 - found


def test_all_that_is_kept_in_redis_stands_under_the_installs_own_name():
    cache.set("tried", 1)
    events.win_tick(LESSON)
    events.note_viewed(LESSON)
    kept = [key.decode() for key in client().keys("*")]
    assert len(kept) > 6
    assert [key for key in kept if not key.startswith(f"{settings.INSTALL}:")] == []
    assert settings.SECRET_KEY not in settings.INSTALL and len(settings.INSTALL) == 12
