"""A worker's tasks share one connection to the database, and find a new one where it died."""

import pytest
from celery.fixups.django import DjangoWorkerFixup
from celery.signals import task_prerun
from django.db import connection

from classroom.celery import app

pytestmark = pytest.mark.django_db(transaction=True)


def backend():
    """The server's process at the other end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_the_next_task_has_the_connection_of_the_last_one():
    celery, first = DjangoWorkerFixup(app), backend()
    for _ in range(10):
        celery.close_database()  # as before and after each task
        task_prerun.send(sender=None)
    assert backend() == first


def test_a_task_after_a_restart_of_the_database_begins_with_a_connection_that_answers():
    first, other = backend(), connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    other.close()
    task_prerun.send(sender=None)
    assert backend() != first
