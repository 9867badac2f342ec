"""What comes again and again is due, whatever the clock was."""

import time
from datetime import timedelta

import pytest
from celery import Celery

from classroom.beat import Scheduler
from classroom.settings import CELERY_BEAT_SCHEDULER
from tests.waiting import PATIENCE_S

EVERY_S = 0.05


@pytest.fixture
def scheduler(tmp_path):
    app = Celery("of this test", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = {"again": {"task": "again", "schedule": EVERY_S}}
    it = Scheduler(app, schedule_filename=str(tmp_path / "beat"))
    yield it
    it.close()


def sent(scheduler, monkeypatch):
    names = []
    monkeypatch.setattr(scheduler, "apply_entry", lambda entry, producer=None: names.append(entry.name))
    give_up_at = time.monotonic() + PATIENCE_S
    while not names and time.monotonic() < give_up_at:
        time.sleep(max(0.0, min(EVERY_S, scheduler.tick())))
    return names


def test_what_ran_by_a_clock_that_was_ahead_is_due_again_after_its_own_time(scheduler, monkeypatch):
    scheduler.schedule["again"].last_run_at += timedelta(days=1)
    assert sent(scheduler, monkeypatch) == ["again"]


def test_a_clock_that_is_set_back_while_beat_runs_is_noticed(scheduler, monkeypatch):
    assert sent(scheduler, monkeypatch) == ["again"]
    scheduler.schedule["again"].last_run_at += timedelta(hours=1)
    assert sent(scheduler, monkeypatch) == ["again"]


def test_beat_never_sleeps_past_such_a_moment(scheduler):
    assert scheduler.max_interval <= 15
    assert f"{Scheduler.__module__}:{Scheduler.__name__}" == CELERY_BEAT_SCHEDULER
