"""Minutes that a student takes out of the own results, after the lesson."""

from datetime import datetime, timedelta

from django.db import transaction

from classroom.errors import LessonStillOpen, NothingToStrike, StretchMissing
from classroom.models import Consent, Lesson, Reading, RollupBin, Strike
from classroom.services.consents import write_report_again
from classroom.services.mood_history import restate_shared


def strike_minutes(
    *, lesson_id: int, participant_id: int, first: int, last: int, reason: str, now: datetime
) -> Strike:
    """Delete what was measured from minute `first` up to minute `last`, and have the report written again.

    It cannot be taken back. What a person decided about a flag stands; whoever decided reads of the strike.
    The consent is locked, as for a withdrawal. Raises StretchMissing, LessonStillOpen, NothingToStrike.
    """
    reason = reason.strip()
    if not reason or not 0 <= first < last:
        raise StretchMissing
    with transaction.atomic():
        lesson = Lesson.objects.select_for_update(no_key=True).get(id=lesson_id)
        if lesson.ended_at is None:
            raise LessonStillOpen
        own = {"lesson": lesson, "participant": participant_id}
        sharing = Consent.objects.sharing().given_here().filter(**own)
        starts_at = lesson.started_at + timedelta(minutes=first)
        ends_at = min(lesson.started_at + timedelta(minutes=last), lesson.ended_at)
        within = {**own, "starts_at__gte": starts_at, "starts_at__lt": ends_at}
        if not sharing.select_for_update().exists() or not RollupBin.objects.filter(**within).delete()[0]:
            raise NothingToStrike
        Reading.objects.filter(**own, taken_at__gte=starts_at, taken_at__lt=ends_at).delete()
        restate_shared(lesson)
        write_report_again(lesson)
        return Strike.objects.create(
            lesson=lesson,
            participant_id=participant_id,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=reason[:200],
            at=now,
        )
