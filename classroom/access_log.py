"""The only way in which a look at somebody's individual data is written down, and that entries were removed.

The student reads the looks, administrators of the school read both.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from classroom.models import AccessLogEntry, Classroom, Policy, Removal, User
from classroom.models.reviews import Place

ONE_LOOK = timedelta(minutes=10)


def log_looks(
    *, viewer: User, lesson_id: int, participant_ids: Iterable[int], place: Place, now: datetime
) -> None:
    """Before the data leaves: one entry for each viewer, student, lesson and place in ten minutes."""
    seen = set(participant_ids)
    written = AccessLogEntry.objects.filter(
        viewer=viewer, lesson=lesson_id, participant__in=seen, place=place, at__gt=now - ONE_LOOK, at__lte=now
    )
    seen -= set(written.values_list("participant_id", flat=True))
    name = viewer.get_full_name() or viewer.get_username()
    AccessLogEntry.objects.bulk_create(
        AccessLogEntry(
            viewer=viewer, viewer_name=name, participant_id=one, lesson_id=lesson_id, place=place, at=now
        )
        for one in sorted(seen)
    )


def log_removal(*, by: User, kind: Removal.Kind, classroom: Classroom, looks: int, now: datetime) -> None:
    """In the transaction of the act: whoever deletes entries about the own looks leaves this one."""
    Removal.objects.create(
        school_id=classroom.school_id,
        kind=kind,
        actor=by,
        actor_name=by.shown_name,
        classroom=classroom.name,
        looks=looks,
        at=now,
    )


def delete_old_removals(policy: Policy, now: datetime) -> None:
    """Kept as long as the looks."""
    before = now - timedelta(days=policy.log_days)
    Removal.objects.filter(school=policy.school_id, at__lt=before).delete()
