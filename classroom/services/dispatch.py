"""Sends tasks by name. What must not be lost is a state in the database; this only hurries it."""

import logging

import redis
from kombu.exceptions import OperationalError

from classroom.celery import app

logger = logging.getLogger(__name__)

BUILD_REPORT = "worker.tasks.build_report"
SEND_SUMMARY = "worker.tasks.send_summary"
APPLY_POLICY = "worker.tasks.apply_policy"
LOOK_AFTER_SCHOOL = "worker.tasks.look_after_school"


def send_report_task(lesson_id: int) -> None:
    try:
        app.send_task(BUILD_REPORT, kwargs={"lesson_id": lesson_id}, queue="reports", retry=False)
    except (OperationalError, redis.RedisError):
        logger.warning("The report of lesson %s waits for the next round of beat", lesson_id, exc_info=True)


def send_summary_task(mail_id: int) -> None:
    try:
        app.send_task(SEND_SUMMARY, kwargs={"mail_id": mail_id}, queue="reports", retry=False)
    except (OperationalError, redis.RedisError):
        logger.warning("Mail %s of a summary waits for the next round of beat", mail_id, exc_info=True)


def send_policy_task(school_id: int) -> None:
    try:
        app.send_task(APPLY_POLICY, kwargs={"school_id": school_id}, queue="reports", retry=False)
    except (OperationalError, redis.RedisError):
        logger.warning("The policy of school %s waits for the next round of beat", school_id, exc_info=True)


def send_upkeep_task(school_id: int) -> None:
    try:
        app.send_task(LOOK_AFTER_SCHOOL, kwargs={"school_id": school_id}, queue="reports", retry=False)
    except (OperationalError, redis.RedisError):
        logger.warning("School %s is looked after in a later round of beat", school_id, exc_info=True)
