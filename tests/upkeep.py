"""What beat and the workers do within an hour, at once."""

from collections import Counter
from datetime import datetime

from classroom import services
from classroom.models import School


def delete_past_retention(*, now: datetime) -> Counter[str]:
    """In every school, and what belongs to none."""
    deleted: Counter[str] = Counter()
    for school_id in School.objects.values_list("id", flat=True):
        deleted += services.look_after_school(school_id=school_id, now=now)
    services.delete_what_is_nobodys(now=now)
    return deleted
