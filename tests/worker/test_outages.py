"""A worker whose database is away: its task ends without a traceback, and the next one waits for a moment."""

import time

import psycopg2
import psycopg2.errors
import pytest
from django.db import OperationalError

from classroom.quiet import QuietHandler
from classroom.wire import mailbox
from worker import tasks


@pytest.fixture
def pauses(monkeypatch):
    """The seconds that tasks waited; the mailbox holds nothing, and nobody watches for the outage's end."""
    seconds = []
    monkeypatch.setattr(QuietHandler, "_watch", lambda *_: None)
    monkeypatch.setattr(time, "sleep", seconds.append)
    monkeypatch.setattr(mailbox, "take", lambda *_, **__: mailbox.Batch((), ring=False, seen={}))
    return seconds


def failing(monkeypatch, driver):
    def record(*_):
        raise OperationalError(str(driver)) from driver

    monkeypatch.setattr(tasks, "_record", record)


def test_a_task_without_a_database_ends_and_makes_the_next_one_wait(monkeypatch, pauses, caplog):
    failing(monkeypatch, psycopg2.OperationalError("connection refused"))
    tasks.analyse_lesson(lesson_id=1)
    assert pauses == [1.0]
    assert [record.getMessage() for record in caplog.records] == ["Snapshots of lesson 1 are lost"]


def test_a_statement_that_the_database_refused_fails_the_task(monkeypatch, pauses):
    failing(monkeypatch, psycopg2.errors.DeadlockDetected("deadlock detected"))
    with pytest.raises(OperationalError):
        tasks.analyse_lesson(lesson_id=1)
    assert pauses == []
