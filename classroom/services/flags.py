"""A person's decision on a draft."""

from datetime import datetime

from django.db import transaction

from classroom.errors import FlagAlreadyReviewed, ReasonMissing
from classroom.models import Flag, User

REVIEWED = {Flag.State.CONFIRMED, Flag.State.DISMISSED}


def review_flag(*, flag_id: int, state: str, reason: str, reviewer: User, now: datetime) -> Flag:
    """Confirm or dismiss a draft. Raises ReasonMissing, FlagAlreadyReviewed."""
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    if state not in REVIEWED:
        raise ValueError(f"A flag is reviewed as confirmed or dismissed, not {state!r}")
    with transaction.atomic():
        reviewed = Flag.objects.filter(id=flag_id, state=Flag.State.DRAFT).update(
            state=state, reason=reason[:500], reviewed_by=reviewer, reviewed_at=now
        )
        if not reviewed:
            raise FlagAlreadyReviewed
        return Flag.objects.get(id=flag_id)
