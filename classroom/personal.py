"""What is personal: every kind of row that is about one student, in one list.

Withdrawal, erasure and retention walk it, and a test walks the models to see that none is missing.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from classroom.models import (
    AccessLogEntry,
    Attendance,
    Consent,
    Flag,
    GuardianAnswer,
    GuardianLink,
    Hint,
    Participant,
    ParticipantState,
    PulseAnswer,
    Question,
    QuestionVote,
    Reading,
    RollupBin,
    SelfReport,
    Strike,
)
from classroom.models.guardians import OfChild

UNREVIEWED = Q(state__in=Flag.UNREVIEWED)


@dataclass(frozen=True, slots=True)
class Personal:
    """Rows of one kind about a participant in a lesson.

    `days` is the policy's field with the period that they are kept. What `is_measured` goes with a
    withdrawal; the rest says who was there, what was agreed to and who looked, and goes with the place.
    """

    name: str
    model: type[Model]
    days: str
    is_measured: bool = True
    only: Q = field(default_factory=Q)

    def rows(self, **fields: object) -> QuerySet[Any]:
        return self.model._default_manager.filter(self.only, **fields)


PERSONAL = (
    Personal("readings", Reading, "retention_days"),
    Personal("states", ParticipantState, "retention_days"),
    Personal("self_reports", SelfReport, "retention_days"),
    Personal("answers", PulseAnswer, "retention_days"),
    Personal("votes", QuestionVote, "retention_days"),
    Personal("questions", Question, "retention_days"),
    Personal("hints", Hint, "retention_days", only=Q(participant__isnull=False)),
    Personal("flags", Flag, "retention_days", only=UNREVIEWED),
    Personal("bins", RollupBin, "sums_days"),
    Personal("strikes", Strike, "sums_days"),
    Personal("flags", Flag, "flags_days", only=~UNREVIEWED),
    Personal("looks", AccessLogEntry, "log_days", is_measured=False),
    Personal("stays", Attendance, "names_days", is_measured=False),
    Personal("consents", Consent, "names_days", is_measured=False),
)
# What is about a child and no lesson: it goes with the place, or with the last place of an account.
OF_CHILD: tuple[type[OfChild], ...] = (GuardianAnswer, GuardianLink)
# Models whose rows the administration's log calls by a student's name.
NAMED_IN_LOG = (Participant, Flag)


def delete_measured(lesson_id: int, participant_id: int) -> Counter[str]:
    """Everything measured or said of one participant in one lesson; answers how many rows of each kind."""
    return _delete(lesson_id, participant_id, [one for one in PERSONAL if one.is_measured])


def delete_everything(lesson_id: int, participant_id: int) -> Counter[str]:
    return _delete(lesson_id, participant_id, PERSONAL)


def _delete(lesson_id: int, participant_id: int, kinds: Collection[Personal]) -> Counter[str]:
    deleted: Counter[str] = Counter()
    for kind in kinds:
        deleted[kind.name] += delete_rows(kind.rows(lesson=lesson_id, participant=participant_id))
    return deleted


def hand_on(*, from_id: int, to_id: int, lesson_ids: Collection[int] | None = None) -> None:
    """Everything about one participant to another, in all lessons or in some."""
    for kind in PERSONAL:
        rows = kind.rows(participant=from_id)
        (rows if lesson_ids is None else rows.filter(lesson__in=lesson_ids)).update(participant=to_id)


def delete_rows(rows: QuerySet[Any]) -> int:
    """Of one kind, with what hangs on them and what the administration's log says of them."""
    if rows.model in NAMED_IN_LOG:
        log_entries(rows.model, list(rows.values_list("id", flat=True))).delete()
    return rows.delete()[1].get(rows.model._meta.label, 0)


def log_entries(model: type[Model], ids: Collection[int]) -> QuerySet[LogEntry]:
    """What the administration's log says of these rows."""
    about = ContentType.objects.get_for_model(model)
    return LogEntry.objects.filter(content_type=about, object_id__in=[str(one) for one in ids])


def orphaned_log_entries(model: type[Model]) -> QuerySet[LogEntry]:
    """What the administration's log says of rows that are gone."""
    its_id = Cast(OuterRef("object_id"), BigIntegerField())
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    return entries.filter(~Exists(model._default_manager.filter(id=its_id)))
