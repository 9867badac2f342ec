"""Calls a worker to a lesson's mailbox."""

import logging

import redis
from kombu.exceptions import OperationalError

from classroom.celery import app
from classroom.wire import mailbox

logger = logging.getLogger(__name__)

ANALYSE_LESSON = "worker.tasks.analyse_lesson"


def ring(lesson_id: int) -> None:
    """Send the task once. A ring that fails takes the bell down, so that the next snapshot rings again."""
    try:
        app.send_task(
            ANALYSE_LESSON,
            kwargs={"lesson_id": lesson_id},
            queue="snapshots",
            expires=mailbox.BELL_MS / 1000,
            retry=False,
            ignore_result=True,
        )
    except (OperationalError, redis.RedisError):
        logger.exception("The bell of lesson %s could not be rung", lesson_id)
        _silence(lesson_id)


def _silence(lesson_id: int) -> None:
    try:
        mailbox.silence(lesson_id)
    except redis.RedisError:
        logger.warning("The bell of lesson %s stays up until it expires", lesson_id)
