"""PostgreSQL or Redis goes away in the middle of a lesson; tests/test_soak.py kills and freezes the rest."""

import time
from contextlib import contextmanager

import pytest
from django import db
from django.utils import timezone

from classroom import services
from tests import servers
from tests.class_at_work import FLOWING_AGAIN_S, class_at_work
from tests.live import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

BACK_WITHIN_S = 5.0
OUTAGE_S = 6.0
PARTS = ("web", "worker-snapshots", "worker-reports")


@pytest.fixture
def live_class(running_product):
    with class_at_work(running_product.url) as it:
        yield it


@pytest.mark.parametrize("away_s", [0.0, 4.0])
def test_after_redis_was_away_everybody_has_the_full_state_within_seconds(live_class, away_s):
    with redis_away():
        time.sleep(away_s)
    back_at = time.monotonic()
    until(lambda: live_class.teacher.messages("state", since=back_at), BACK_WITHIN_S, "the teacher's state")
    # What changes now reaches everybody, with or without camera.
    services.pause_lesson(lesson_id=live_class.lesson.id, now=timezone.now())
    for connection in live_class.connections:
        until(lambda connection=connection: knows_the_pause(connection, back_at), BACK_WITHIN_S, "the pause")
    assert time.monotonic() - back_at < BACK_WITHIN_S
    resumed_at = time.monotonic()
    services.resume_lesson(lesson_id=live_class.lesson.id, now=timezone.now())
    until(lambda: live_class.readings_flow(since=resumed_at), FLOWING_AGAIN_S, "readings flow again")


def test_what_changed_while_redis_was_away_is_known_to_all_soon_after(live_class):
    with redis_away():
        services.pause_lesson(lesson_id=live_class.lesson.id, now=timezone.now())
    back_at = time.monotonic()
    for connection in live_class.connections:
        until(lambda connection=connection: knows_the_pause(connection, 0.0), 3 * BACK_WITHIN_S, "the pause")
    assert time.monotonic() - back_at < BACK_WITHIN_S


def test_readings_flow_again_however_often_redis_dies(live_class):
    """Each time at another instant of a task: between its delivery, its work and its end."""
    for _ in range(5):
        with redis_away():
            pass
        back_at = time.monotonic()
        until(
            lambda back_at=back_at: live_class.readings_flow(since=back_at), FLOWING_AGAIN_S, "readings flow"
        )


@pytest.mark.parametrize("service", ["The database", "Redis"])
def test_an_outage_is_one_line_in_the_log_of_each_part(live_class, running_product, service):
    read_so_far = {part: len(lines_of(running_product, part)) for part in PARTS}
    with database_away() if service == "The database" else redis_away():
        time.sleep(OUTAGE_S)
    back_at = time.monotonic()
    until(lambda: live_class.readings_flow(since=back_at), FLOWING_AGAIN_S, "readings flow again")
    until(lambda: f"{service} answers again" in "".join(lines_of(running_product, "worker-snapshots")))
    for part in PARTS:
        told = lines_of(running_product, part)[read_so_far[part] :]
        assert sum(f"{service} does not answer" in line for line in told) <= 1, (part, told)
        assert sum(f"{service} answers again" in line for line in told) <= 1, (part, told)
        assert [line for line in told if service not in line and " INFO " not in line] == [], part


def lines_of(product, part):
    return product.log(part).read_text().splitlines()


def knows_the_pause(connection, since):
    told = connection.messages("lesson", since) + connection.messages("state", since)
    return any(message["lesson"]["paused"] for message in told)


@contextmanager
def database_away():
    """PostgreSQL dies and recovers at the end of the block."""
    db.connection.close()
    servers.crash_database()
    try:
        yield
    finally:
        servers.start_database()


@contextmanager
def redis_away():
    """Redis dies, losing everything, and starts again empty at the end of the block."""
    servers.crash_cache()
    try:
        yield
    finally:
        servers.start_cache()
