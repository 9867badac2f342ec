"""A flag after it was drafted: a person reviews it and may correct that, or it expires."""

from datetime import datetime, timedelta

from django.db import transaction

from classroom.errors import FlagAlreadyReviewed, ReasonMissing
from classroom.models import Flag, User

FLAG_LIFE = timedelta(days=14)
"""A draft that nobody reviewed in this time expires: a late judgement helps nobody."""


def review_flag(
    *, flag_id: int, state: str, reason: str, reviewer: User, now: datetime, corrects: datetime | None = None
) -> Flag:
    """Confirm or dismiss a draft, or with `corrects`, when it was decided, replace that decision.

    What is replaced is not kept: it was wrong about a student. Raises ReasonMissing, FlagAlreadyReviewed.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    if state not in Flag.REVIEWED:
        raise ValueError(f"A flag is reviewed as confirmed or dismissed, not {state!r}")
    found = Flag.objects.filter(id=flag_id)
    if corrects is None:
        found = found.filter(state=Flag.State.DRAFT)
    else:
        found = found.filter(state__in=Flag.REVIEWED, reviewed_at=corrects)
    with transaction.atomic():
        if not found.update(state=state, reason=reason[:500], reviewed_by=reviewer, reviewed_at=now):
            raise FlagAlreadyReviewed
        return Flag.objects.get(id=flag_id)


def expire_flags(*, now: datetime) -> int:
    """Close the drafts that nobody reviewed in time; the number closed."""
    old = Flag.objects.filter(state=Flag.State.DRAFT, drafted_at__lt=now - FLAG_LIFE)
    return old.update(state=Flag.State.EXPIRED)
