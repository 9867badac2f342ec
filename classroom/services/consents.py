"""Agreeing, changing one's mind, and withdrawing. From here on the code path follows the consent."""

import logging
from dataclasses import dataclass
from datetime import datetime

import redis
from django.db import transaction

from classroom import disclosure, events, mailbox, queries
from classroom.errors import ChoiceNotAllowed, LessonClosed, NoPolicy
from classroom.models import (
    Consent,
    Flag,
    Hint,
    Lesson,
    Participant,
    ParticipantState,
    Policy,
    Reading,
    Report,
    RollupBin,
    SelfReport,
)
from classroom.models.lessons import CONSENT_VERSION
from classroom.services.places import check_may_take_part
from classroom.services.reports import ask_for_report

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The receipt: what was deleted, and when."""

    readings: int
    bins: int
    self_reports: int
    flags: int
    at: datetime


def give_consent(
    *,
    lesson_id: int,
    participant_id: int,
    choice: str,
    now: datetime,
    is_old_enough: bool | None = None,
    has_guardian_consent: bool | None = None,
) -> Consent:
    """Record the choice with what the policy allows at this moment; an earlier one of this lesson ends.

    `is_old_enough` and `has_guardian_consent` are the student's confirmations, None where not asked for.
    Another way begins a new state: nothing measured before it is told after it.
    Raises LessonClosed, DemonstrationClosed, NoPolicy, ChoiceNotAllowed.
    """
    with transaction.atomic():
        lesson = Lesson.objects.select_for_update(no_key=True, of=("self",)).get(id=lesson_id)
        if not lesson.is_open:
            raise LessonClosed
        participant = Participant.objects.get(id=participant_id, classroom=lesson.classroom_id)
        check_may_take_part(lesson=lesson, participant=participant)
        policy = _policy_allowing(lesson, participant, Consent.Choice(choice))
        previous = Consent.objects.active().filter(lesson=lesson, participant=participant)
        if any(consent.choice != choice for consent in previous.select_for_update()):
            ParticipantState.objects.filter(lesson=lesson, participant=participant).delete()
        previous.update(ended_at=now)
        consent = Consent.objects.create(
            lesson=lesson,
            participant=participant,
            choice=choice,
            version=CONSENT_VERSION,
            signals=sorted(policy.signals) if choice != Consent.Choice.NO_CAMERA else [],
            retention_days=policy.retention_days,
            sums_days=policy.sums_days,
            minimum_group_size=policy.minimum_group_size,
            confirmed_age=policy.minimum_age if is_old_enough else None,
            guardian_confirmed=has_guardian_consent,
            given_at=now,
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


def _policy_allowing(lesson: Lesson, participant: Participant, choice: Consent.Choice) -> Policy:
    policy = queries.policy_for(lesson, participant)
    if policy is None:
        raise NoPolicy
    if choice not in disclosure.ways(participant, lesson, policy):
        raise ChoiceNotAllowed
    return policy


def _delete_measurements(lesson: Lesson, participant_id: int, now: datetime) -> Withdrawal:
    own = {"lesson": lesson, "participant": participant_id}
    readings = Reading.objects.filter(**own).delete()[0]
    bins = RollupBin.objects.filter(**own).delete()[0]
    self_reports = SelfReport.objects.filter(**own).delete()[0]
    flags = Flag.objects.filter(**own).delete()[0]
    ParticipantState.objects.filter(**own).delete()
    Hint.objects.filter(**own).delete()
    return Withdrawal(readings, bins, self_reports, flags, now)


def _rebuild_report(lesson: Lesson) -> None:
    Report.objects.filter(lesson=lesson).delete()
    ask_for_report(lesson)


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
