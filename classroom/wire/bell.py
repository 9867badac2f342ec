"""Calls a worker to a lesson's mailbox."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

import redis
from kombu.exceptions import OperationalError

from classroom.celery import app
from classroom.wire import mailbox

logger = logging.getLogger(__name__)

ANALYSE_LESSON = "worker.tasks.analyse_lesson"
# What comes within so long after the first snapshot is analysed in one batch with it.
GATHER_S = 0.06

# Ringing waits for the broker; a thread of its own keeps that off the event loop and off Django's threads.
_ringers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="bell")


def ring_soon(lesson_id: int) -> None:
    """Ring once others had a moment to post as well. Nobody waits meanwhile: no worker, and not the caller.

    Called in an event loop. One that ends before it rang leaves a bell that expires.
    """
    asyncio.get_running_loop().call_later(GATHER_S, _ringers.submit, ring, lesson_id)


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
        logger.info("The bell of lesson %s stays up until it expires", lesson_id)
