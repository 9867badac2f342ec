"""Places made in advance: the names of a class, before anybody has come."""

from collections.abc import Iterable

from django.db import transaction

from classroom.models import Participant
from classroom.names import as_read
from classroom.roster import Entry
from classroom.services.classrooms import check_in_use


def add_to_roster(*, classroom_id: int, entries: Iterable[Entry]) -> int:
    """Make a place for each name that has none by now; answers how many. Raises ClassroomArchived.

    Nobody has such a place: it has no cookie and no account, and is in no lesson, until somebody comes under
    its name.
    """
    with transaction.atomic():
        check_in_use(classroom_id)
        names = Participant.objects.filter(classroom=classroom_id).values_list("display_name", flat=True)
        taken = set(map(as_read, names))
        new = []
        for entry in entries:
            if as_read(entry.name) not in taken:
                taken.add(as_read(entry.name))
                new.append(_expected(classroom_id, entry))
        return len(Participant.objects.bulk_create(new))


def _expected(classroom_id: int, entry: Entry) -> Participant:
    return Participant(classroom_id=classroom_id, display_name=entry.name, note=entry.note, is_expected=True)
