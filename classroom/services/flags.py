"""A flag after it was drafted: a person reviews it and may correct that, or it expires."""

from datetime import datetime, timedelta

from django.db import transaction

from classroom.errors import FlagAlreadyReviewed, FlagNotConfirmed, ReasonMissing
from classroom.models import Consent, Flag, User

FLAG_LIFE = timedelta(days=14)
"""A draft that nobody reviewed in this time expires: a late judgement helps nobody."""


def review_flag(
    *,
    flag_id: int,
    state: str,
    reason: str,
    reviewer: User,
    now: datetime,
    corrects: datetime | None = None,
    follow_up: str = "",
) -> Flag:
    """Confirm or dismiss a draft, or with `corrects`, when it was decided, replace that decision.

    `follow_up` is what the student reads of a confirmed one; an answer goes with the decision it was to.
    What is replaced is not kept: it was wrong about a student. Raises ReasonMissing, FlagAlreadyReviewed.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    if state not in Flag.REVIEWED:
        raise ValueError(f"A flag is reviewed as confirmed or dismissed, not {state!r}")
    found = Flag.objects.filter(id=flag_id)
    told = follow_up.strip()[:500] if state == Flag.State.CONFIRMED else ""
    if corrects is None:
        found = found.filter(state=Flag.State.DRAFT)
    else:
        found = found.filter(state__in=Flag.REVIEWED, reviewed_at=corrects)
    with transaction.atomic():
        if not found.update(
            state=state,
            reason=reason[:500],
            follow_up=told,
            answer="",
            reviewed_by=reviewer,
            reviewed_at=now,
        ):
            raise FlagAlreadyReviewed
        return Flag.objects.get(id=flag_id)


def answer_flag(*, lesson_id: int, participant_id: int, flag_id: int, answer: str) -> None:
    """What the student says to a confirmed flag; said again, it takes the place. Raises FlagNotConfirmed.

    What came with a place, by a merge or before a way back, is not theirs to answer.
    """
    own = Consent.objects.sharing().given_here().filter(lesson=lesson_id, participant=participant_id)
    flags = Flag.objects.filter(
        id=flag_id, lesson=lesson_id, participant__in=own.values("participant"), state=Flag.State.CONFIRMED
    )
    if not flags.update(answer=answer.strip()[:500]):
        raise FlagNotConfirmed


def expire_flags(*, now: datetime) -> int:
    """Close the drafts that nobody reviewed in time; the number closed."""
    old = Flag.objects.filter(state=Flag.State.DRAFT, drafted_at__lt=now - FLAG_LIFE)
    return old.update(state=Flag.State.EXPIRED)
