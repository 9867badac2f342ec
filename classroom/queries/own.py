"""What is stored about one participant of one lesson: for nobody but that participant.

Every row comes through `_rows`, and so by the one rule of what is theirs who have a place, `own_lessons`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Count, Max, Min, Model, Q, QuerySet
from django.utils.translation import gettext as _

from classroom import words
from classroom.models import (
    AccessLogEntry,
    Attendance,
    Consent,
    Flag,
    Lesson,
    Participant,
    Policy,
    PulseAnswer,
    Question,
    QuestionVote,
    Reading,
    RollupBin,
    SelfReport,
    Strike,
)
from classroom.partitions import months_of
from classroom.queries.clarity import clarity_of, stored_scores
from classroom.queries.guardians import guardian_records
from classroom.queries.own_values import Agreement, Asked, Look, Note, OwnData, Said, Share, Stay, Struck
from emotion.judgement.engagement import Level
from emotion.labels import EMOTIONS, UNCERTAIN
from emotion.values import Clarity

Row = TypeVar("Row", bound=Model)

POSE = ("yaw", "pitch", "roll", "eye_openness", "gaze_x", "gaze_y")
COLUMNS = (
    "taken_at",
    "reader",
    "network",
    "faces",
    "level",
    "engagement",
    "uncertain",
    "clarity",
    *(f"probability_{emotion}" for emotion in EMOTIONS),
    *POSE,
)


def own_lessons(*places: Participant) -> QuerySet[Lesson]:
    """The lessons in which whoever has these places chose a way; the newest first.

    What came with a place, by a merge or before a way back, is not theirs: that it is all one student's is
    the teacher's word alone.
    """
    consents = Consent.objects.given_here().filter(participant__in=places)
    return Lesson.objects.filter(id__in=consents.values("lesson"))


def own_data(lesson: Lesson, participant: Participant) -> OwnData:
    readings = _rows(Reading, lesson, participant)
    facts = readings.aggregate(
        count=Count("taken_at"),
        with_face=Count("taken_at", filter=Q(faces__gt=0)),
        first_at=Min("taken_at"),
        last_at=Max("taken_at"),
    )
    return OwnData(
        readings=facts["count"],
        with_face=facts["with_face"],
        first_at=facts["first_at"],
        last_at=facts["last_at"],
        levels=levels(Counter(readings.order_by().values_list("level", flat=True))),
        expressions=_expressions(readings.values_list("probabilities", "uncertain")),
        consents=_agreements(lesson, participant),
        stays=_stays(lesson, participant),
        self_reports=_said(SelfReport, lesson, participant),
        answers=_said(PulseAnswer, lesson, participant),
        questions=_asked(lesson, participant),
        votes=_rows(QuestionVote, lesson, participant).count(),
        notes=_notes(lesson, participant),
        struck=_struck(lesson, participant),
        looks=_looks(lesson, participant),
    )


def kept_days(consents: Iterable[Agreement], policy: Policy | None) -> int | None:
    """How long readings are kept: the policy's days, or fewer that were agreed to."""
    agreed = [one.retention_days for one in consents]
    return min([policy.retention_days, *agreed]) if policy else None


def document(data: OwnData, lesson: Lesson, participant: Participant) -> dict[str, Any]:
    """All of it for a download, each reading included. Keys are stable, in English."""
    return {
        "lesson": {"title": lesson.title, "started_at": lesson.started_at, "ended_at": lesson.ended_at},
        "participant": {
            "name": participant.display_name,
            "joined_classroom_at": participant.since,
            "note": participant.note,
        },
        "summary": asdict(data),
        "guardian": [asdict(one) for one in guardian_records(lesson.classroom.school_id, participant)],
        "readings": [dict(zip(COLUMNS, row, strict=True)) for row in readings_table(lesson, participant)],
    }


def readings_table(lesson: Lesson, participant: Participant) -> Iterator[tuple[Any, ...]]:
    """One row a reading, in the order of COLUMNS."""
    rows = _rows(Reading, lesson, participant).values_list(*COLUMNS[:7], "probabilities", *POSE)
    for taken_at, *read, uncertain, probabilities, yaw, pitch, roll, eyes, gaze_x, gaze_y in rows.iterator():
        scores = stored_scores(probabilities, uncertain)
        clarity = clarity_of(scores).value if scores else None
        first = (taken_at.isoformat(), *read, uncertain, clarity)
        yield (*first, *(probabilities or [None] * len(EMOTIONS)), yaw, pitch, roll, eyes, gaze_x, gaze_y)


def levels(counts: Counter[str]) -> tuple[Share, ...]:
    """Nothing where no reading says more than unknown, as under a policy without attention."""
    if set(counts) <= {Level.UNKNOWN}:
        return ()
    return tuple(
        Share(level, _own_level(level), counts[level], counts[level] / counts.total())
        for level in Level
        if counts[level]
    )


def _own_level(level: Level) -> str:
    """The teacher's word is "with you", which would be odd to read about oneself."""
    return _("with the lesson") if level is Level.ENGAGED else words.level_word(level)


def _expressions(rows: Iterable[tuple[list[float] | None, bool | None]]) -> tuple[Share, ...]:
    """Which expression came out highest how often and how clearly, the most frequent first."""
    counts: Counter[tuple[str, Clarity]] = Counter()
    for probabilities, uncertain in rows:
        if scores := stored_scores(probabilities, uncertain):
            found = clarity_of(scores)
            counts[UNCERTAIN if found is Clarity.NOT_SURE else scores.top.value, found] += 1
    total = counts.total()
    return tuple(
        Share(label, words.expression_phrase(label, found), n, n / total, found)
        for (label, found), n in counts.most_common()
    )


def _agreements(lesson: Lesson, participant: Participant) -> tuple[Agreement, ...]:
    return tuple(map(agreement, _rows(Consent, lesson, participant)))


def agreement(consent: Consent) -> Agreement:
    return Agreement(
        choice=consent.choice,
        phrase=consent.get_choice_display(),
        standing=consent.standing,
        standing_phrase=consent.get_standing_display(),
        language=consent.language,
        version=consent.version,
        signals=tuple(consent.signals),
        readers=tuple(consent.readers),
        retention_days=consent.retention_days,
        sums_days=consent.sums_days,
        minimum_group_size=consent.minimum_group_size,
        counted=consent.counted,
        counted_phrase=consent.get_counted_display(),
        confirmed_age=consent.confirmed_age,
        guardian_confirmed=consent.guardian_confirmed,
        given_at=consent.given_at,
        ended_at=consent.ended_at,
        was_withdrawn=consent.was_withdrawn,
        sendings=tuple(consent.sendings),
    )


def _stays(lesson: Lesson, participant: Participant) -> tuple[Stay, ...]:
    stays = _rows(Attendance, lesson, participant)
    return tuple(Stay(one.joined_at, one.left_at or one.last_seen_at) for one in stays)


def _said(
    model: type[SelfReport] | type[PulseAnswer], lesson: Lesson, participant: Participant
) -> tuple[Said, ...]:
    said = _rows(model, lesson, participant)
    return tuple(Said(one.at, one.kind, one.get_kind_display()) for one in said)


def _asked(lesson: Lesson, participant: Participant) -> tuple[Asked, ...]:
    asked = _rows(Question, lesson, participant)
    return tuple(Asked(one.at, one.text, one.state, one.get_state_display()) for one in asked)


def _notes(lesson: Lesson, participant: Participant) -> tuple[Note, ...]:
    return tuple(
        Note(
            one.drafted_at,
            one.kind,
            str(words.DRAFTED[one.kind]),
            one.state,
            one.get_state_display(),
            id=one.id,
            first_minute=_minute(lesson, one.starts_at),
            last_minute=_minute(lesson, one.ends_at),
            evidence_minutes=int(one.minutes),
            follow_up=one.follow_up,
            answer=one.answer,
        )
        for one in _rows(Flag, lesson, participant)
    )


def _struck(lesson: Lesson, participant: Participant) -> tuple[Struck, ...]:
    strikes = _rows(Strike, lesson, participant)
    return tuple(Struck(one.starts_at, one.ends_at, one.reason) for one in strikes)


def can_strike(lesson: Lesson, participant: Participant) -> bool:
    """Whether the teacher is shown anything measured that is theirs to take out."""
    sharing = Consent.objects.sharing().given_here().filter(lesson=lesson, participant=participant)
    if lesson.is_open or not sharing.exists():
        return False
    return _rows(RollupBin, lesson, participant).exists()


def _minute(lesson: Lesson, at: datetime) -> int:
    return int(lesson.seconds_at(at) // 60)


def _looks(lesson: Lesson, participant: Participant) -> tuple[Look, ...]:
    entries = _rows(AccessLogEntry, lesson, participant)
    return tuple(Look(one.at, one.viewer_name, one.get_place_display()) for one in entries)


def _rows(model: type[Row], lesson: Lesson, participant: Participant) -> QuerySet[Row]:
    rows = model._default_manager.filter(months_of(lesson, model), lesson=lesson, participant=participant)
    return rows.filter(lesson__in=own_lessons(participant))
