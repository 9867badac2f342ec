"""Agreeing, changing one's mind, and withdrawing. From here on the code path follows the consent."""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import redis
from django.db import transaction
from django.utils.translation import get_language

from classroom import disclosure, queries
from classroom.consent_words import ConsentWords
from classroom.errors import (
    ChoiceNotAllowed,
    GuardianMissing,
    LessonClosed,
    LessonWithoutCameras,
    NoPolicy,
    PlaceGone,
    PlaceTakenOver,
    TooManyChoices,
)
from classroom.models import Consent, Lesson, Participant, ParticipantState, Policy, Report
from classroom.personal import delete_measured, log_entries
from classroom.services.mood_history import leave_group, restate_shared
from classroom.services.places import check_may_take_part
from classroom.services.reports import ask_for_report
from classroom.terms import Terms
from classroom.wire import events, mailbox

logger = logging.getLogger(__name__)


# Of one participant in a lesson. All of a lesson's are read whenever a teacher's screen is drawn.
MOST_CHOICES = 50
MEASURED = ("readings", "bins", "self_reports", "answers", "questions", "votes", "flags")


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The receipt: what was deleted, and when."""

    readings: int
    bins: int
    self_reports: int
    answers: int
    questions: int
    votes: int
    flags: int
    at: datetime


def give_consent(
    *,
    lesson_id: int,
    participant_id: int,
    choice: str,
    now: datetime,
    is_old_enough: bool | None = None,
    read: Terms | None = None,
    words: ConsentWords | None = None,
    held_since: datetime | None = None,
) -> Consent:
    """Record the choice with what the policy allows at this moment; an earlier one of this lesson ends.

    `read` are the terms that the student read: a policy that widened since then is not agreed to.
    `words` are those that were read; where it is not said, those in force in the language of the page.
    `is_old_enough` is the student's confirmation, None where not asked for. Where the camera waits for a
    guardian, no more is agreed to than the guardian allows.
    Another way begins a new state: nothing measured before it is told after it.
    `held_since` is that of the place as the student was let in: who takes it over inherits no choice.
    Raises LessonClosed, PlaceGone, PlaceTakenOver, DemonstrationClosed, PlaceBlocked, NoPolicy,
    LessonWithoutCameras, ChoiceNotAllowed, GuardianMissing, TooManyChoices.
    """
    with transaction.atomic():
        lesson, participant = _taking_part(lesson_id, participant_id, held_since)
        policy, allowed = _allowed(lesson, participant, Consent.Choice(choice))
        given = Consent.objects.filter(lesson=lesson, participant=participant)
        previous = given.active()
        switches_off = choice == Consent.Choice.NO_CAMERA and previous.exclude(choice=choice).exists()
        if given.count() >= MOST_CHOICES and not switches_off:
            raise TooManyChoices
        if any(consent.choice != choice for consent in previous.select_for_update()):
            ParticipantState.objects.filter(lesson=lesson, participant=participant).delete()
        previous.update(ended_at=now)
        terms = allowed & (read or policy.terms)
        words = words or ConsentWords.in_force(get_language())
        consent = Consent.objects.create(
            lesson=lesson,
            participant=participant,
            choice=choice,
            standing=disclosure.standing(participant, lesson),
            language=words.language,
            version=words.version,
            signals=sorted(terms.signals) if choice != Consent.Choice.NO_CAMERA else [],
            readers=sorted(terms.readers) if choice != Consent.Choice.NO_CAMERA else [],
            retention_days=terms.retention_days,
            sums_days=terms.sums_days,
            minimum_group_size=terms.minimum_group_size,
            counted=terms.counted,
            sendings=sorted(map(str, terms.sendings)),
            confirmed_age=policy.minimum_age if is_old_enough else None,
            given_at=now,
        )
        transaction.on_commit(lambda: end_seats(lesson_id, participant_id, events.RESEATED_CODE))
    return consent


def _taking_part(
    lesson_id: int, participant_id: int, held_since: datetime | None
) -> tuple[Lesson, Participant]:
    """The lesson, held until the transaction ends, and the place of who may take part in it now."""
    lesson = Lesson.objects.select_for_update(no_key=True, of=("self",)).get(id=lesson_id)
    if not lesson.is_open:
        raise LessonClosed
    participant = Participant.objects.filter(id=participant_id, classroom=lesson.classroom_id).first()
    if participant is None:
        raise PlaceGone
    if participant.held_since != held_since:
        raise PlaceTakenOver
    check_may_take_part(lesson=lesson, participant=participant)
    return lesson, participant


def withdraw_consent(*, lesson_id: int, participant_id: int, now: datetime) -> Withdrawal:
    """End the consent and delete all that was measured under it, at once and for good.

    The consent is locked first, so a batch in flight is either deleted here with the rest or
    finds the consent ended and is dropped. What came by a merge is not theirs to withdraw.
    """
    close_mailbox(lesson_id, participant_id)
    with transaction.atomic():
        lesson = Lesson.objects.select_for_update(no_key=True).get(id=lesson_id)
        own = Consent.objects.given_here().filter(lesson=lesson, participant=participant_id)
        consents = list(own.select_for_update().order_by("id"))
        if not consents:
            return Withdrawal(at=now, **dict.fromkeys(MEASURED, 0))
        own.active().update(ended_at=now)
        own.filter(id__in=[consent.id for consent in consents]).update(was_withdrawn=True)
        deleted = forget_measured(lesson, participant_id, shared=any(c.shares_own_results for c in consents))
        log_entries(Participant, [participant_id]).delete()
        transaction.on_commit(lambda: end_seats(lesson_id, participant_id, events.WITHDRAWN_CODE))
    return Withdrawal(at=now, **{name: deleted[name] for name in MEASURED})


def forget_measured(lesson: Lesson, participant_id: int, *, shared: bool) -> Counter[str]:
    """Inside a transaction that holds lesson and consents: rows, group, figures and the stored report."""
    deleted = delete_measured(lesson.id, participant_id)
    leave_group(lesson, participant_id)
    if shared:
        restate_shared(lesson)
    if not lesson.is_open:
        write_report_again(lesson)
    return deleted


def _allowed(lesson: Lesson, participant: Participant, choice: Consent.Choice) -> tuple[Policy, Terms]:
    """The policy, and what it allows in this way: with a camera no more than the guardian does."""
    policy = queries.policy_for(lesson, participant)
    if policy is None:
        raise NoPolicy
    if lesson.is_without_cameras and choice != Consent.Choice.NO_CAMERA:
        raise LessonWithoutCameras
    if choice not in disclosure.ways_of_school(participant, lesson, policy):
        raise ChoiceNotAllowed
    answer = queries.answer_needed(participant, lesson, policy)
    if choice not in disclosure.ways(participant, lesson, policy, answer):
        raise GuardianMissing
    return policy, disclosure.allowed_by(policy, participant, answer, choice) or policy.terms


def write_report_again(lesson: Lesson) -> None:
    """Inside a transaction that holds the ended lesson: its figures go now, the new ones come in a moment."""
    Report.objects.filter(lesson=lesson).delete()
    ask_for_report(lesson)


def end_seats(lesson_id: int, participant_id: int, code: int) -> None:
    close_mailbox(lesson_id, participant_id)
    events.end_seats(lesson_id, participant_id, code=code)


def close_mailbox(lesson_id: int, participant_id: int) -> None:
    """A Redis that is down holds no snapshot and accepts none; the database decides all the same."""
    try:
        mailbox.close(lesson_id, participant_id)
    except redis.RedisError:
        logger.warning("The mailbox of lesson %s could not be closed", lesson_id, exc_info=True)
