"""Sends tasks by name. What must not be lost is a state in the database; this only hurries it."""

import logging
from typing import Any

import redis
from kombu.exceptions import OperationalError

from classroom.celery import app

logger = logging.getLogger(__name__)

BUILD_REPORT = "worker.tasks.build_report"
SEND_SUMMARY = "worker.tasks.send_summary"
SEND_OUTGOING = "worker.tasks.send_outgoing"
APPLY_POLICY = "worker.tasks.apply_policy"
READ_ROSTER = "worker.tasks.read_roster"
RETURN_ATTENDANCE = "worker.tasks.return_attendance"
LOOK_AFTER_SCHOOL = "worker.tasks.look_after_school"
# Beat looks for what waits that often, so what has waited for so long is dropped: nothing queues up.
BEAT_EVERY_S = 15.0
UNTIL_NEXT_ROUND: dict[str, Any] = {"queue": "reports", "retry": False, "expires": BEAT_EVERY_S}


def send_report_task(lesson_id: int) -> None:
    try:
        app.send_task(BUILD_REPORT, kwargs={"lesson_id": lesson_id}, queue="reports", retry=False)
    except (OperationalError, redis.RedisError):
        logger.warning("The report of lesson %s waits for the next round of beat", lesson_id, exc_info=True)


def send_summary_task(mail_id: int) -> None:
    try:
        app.send_task(SEND_SUMMARY, kwargs={"mail_id": mail_id}, **UNTIL_NEXT_ROUND)
    except (OperationalError, redis.RedisError):
        logger.warning("Mail %s of a summary waits for the next round of beat", mail_id, exc_info=True)


def send_policy_task(school_id: int) -> None:
    try:
        app.send_task(APPLY_POLICY, kwargs={"school_id": school_id}, queue="reports", retry=False)
    except (OperationalError, redis.RedisError):
        logger.warning("The policy of school %s waits for the next round of beat", school_id, exc_info=True)


def send_outgoing_task() -> None:
    try:
        app.send_task(SEND_OUTGOING, **UNTIL_NEXT_ROUND)
    except (OperationalError, redis.RedisError):
        logger.warning("What is to be sent out waits for the next round of beat", exc_info=True)


def send_roster_task(course_id: int) -> None:
    """A lost one is asked for by the next launch, or by the teacher's button."""
    try:
        app.send_task(READ_ROSTER, kwargs={"course_id": course_id}, queue="reports", retry=False)
    except (OperationalError, redis.RedisError):
        logger.warning("The roster of course %s is not read now", course_id, exc_info=True)


def send_attendance_task() -> None:
    try:
        app.send_task(RETURN_ATTENDANCE, **UNTIL_NEXT_ROUND)
    except (OperationalError, redis.RedisError):
        logger.warning("Attendance waits for the next round of beat", exc_info=True)


def send_upkeep_task(school_id: int) -> None:
    try:
        app.send_task(LOOK_AFTER_SCHOOL, kwargs={"school_id": school_id}, queue="reports", retry=False)
    except (OperationalError, redis.RedisError):
        logger.warning("School %s is looked after in a later round of beat", school_id, exc_info=True)
