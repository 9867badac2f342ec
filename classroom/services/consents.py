"""Agreeing, changing one's mind, and withdrawing. From here on the code path follows the consent."""

import logging
from dataclasses import dataclass
from datetime import datetime

import redis
from django.db import transaction

from classroom import events, mailbox, queries
from classroom.errors import ChoiceNotAllowed, LessonClosed, NoPolicy
from classroom.models import (
    Consent,
    Flag,
    Hint,
    Lesson,
    MoodPoint,
    Participant,
    ParticipantState,
    Reading,
    Report,
    RollupBin,
    SelfReport,
)
from classroom.models.lessons import CONSENT_VERSION
from classroom.services.dispatch import send_report_task

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The receipt: what was deleted, and when."""

    readings: int
    bins: int
    self_reports: int
    flags: int
    at: datetime


def give_consent(*, lesson_id: int, participant_id: int, choice: str, now: datetime) -> Consent:
    """Record the choice; an earlier one of this lesson ends.

    Raises LessonClosed, NoPolicy, ChoiceNotAllowed.
    """
    with transaction.atomic():
        lesson = Lesson.objects.select_for_update(no_key=True, of=("self",)).get(id=lesson_id)
        if not lesson.is_open:
            raise LessonClosed
        _check_policy(lesson, Consent.Choice(choice))
        participant = Participant.objects.get(id=participant_id, classroom=lesson.classroom_id)
        previous = Consent.objects.filter(lesson=lesson, participant=participant, ended_at=None)
        previous.select_for_update().order_by("id").update(ended_at=now)
        consent = Consent.objects.create(
            lesson=lesson, participant=participant, choice=choice, version=CONSENT_VERSION, given_at=now
        )
        transaction.on_commit(lambda: _reseat(lesson_id, participant_id))
    return consent


def withdraw_consent(*, lesson_id: int, participant_id: int, now: datetime) -> Withdrawal:
    """End the consent and delete all that was measured under it, at once and for good.

    The consent is locked first, so a batch in flight is either deleted here with the rest or
    finds the consent ended and is dropped.
    """
    _close_mailbox(lesson_id, participant_id)
    with transaction.atomic():
        lesson = Lesson.objects.select_for_update(no_key=True).get(id=lesson_id)
        own = Consent.objects.filter(lesson=lesson, participant=participant_id)
        consents = list(own.select_for_update().order_by("id"))
        own.filter(ended_at=None).update(ended_at=now)
        own.filter(id__in=[consent.id for consent in consents]).update(was_withdrawn=True)
        receipt = _delete_measurements(lesson, participant_id, now)
        if not lesson.is_open:
            _rebuild_report(lesson)
        transaction.on_commit(lambda: _end_seats(lesson_id, participant_id))
    return receipt


def _check_policy(lesson: Lesson, choice: Consent.Choice) -> None:
    policy = queries.policy_of(lesson)
    if policy is None:
        raise NoPolicy
    if choice != Consent.Choice.NO_CAMERA and not policy.signals:
        raise ChoiceNotAllowed


def _delete_measurements(lesson: Lesson, participant_id: int, now: datetime) -> Withdrawal:
    own = {"lesson": lesson, "participant": participant_id}
    readings = Reading.objects.filter(**own).delete()[0]
    bins = RollupBin.objects.filter(**own).delete()[0]
    self_reports = SelfReport.objects.filter(**own).delete()[0]
    flags = Flag.objects.filter(**own).delete()[0]
    ParticipantState.objects.filter(**own).delete()
    Hint.objects.filter(**own).delete()
    # A mood of fewer than the minimum group says something about its members; all of it goes.
    policy = queries.policy_of(lesson)
    if policy is not None:
        MoodPoint.objects.filter(lesson=lesson, counted__lt=policy.minimum_group_size).delete()
    return Withdrawal(readings, bins, self_reports, flags, now)


def _rebuild_report(lesson: Lesson) -> None:
    Report.objects.filter(lesson=lesson).delete()
    lesson.report_state = Lesson.ReportState.PENDING
    lesson.report_claimed_at = None
    lesson.save(update_fields=["report_state", "report_claimed_at"])
    transaction.on_commit(lambda: send_report_task(lesson.id))


def _reseat(lesson_id: int, participant_id: int) -> None:
    _close_mailbox(lesson_id, participant_id)
    events.end_seats(lesson_id, participant_id, code=events.RESEATED_CODE)


def _end_seats(lesson_id: int, participant_id: int) -> None:
    _close_mailbox(lesson_id, participant_id)
    events.end_seats(lesson_id, participant_id, code=events.WITHDRAWN_CODE)


def _close_mailbox(lesson_id: int, participant_id: int) -> None:
    """A Redis that is down holds no snapshot and accepts none; the database decides all the same."""
    try:
        mailbox.close(lesson_id, participant_id)
    except redis.RedisError:
        logger.warning("The mailbox of lesson %s could not be closed", lesson_id, exc_info=True)
