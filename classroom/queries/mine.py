"""What is stored about somebody over all lessons, for nobody but that person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Model, Q, QuerySet

from classroom.models import (
    AccessLogEntry,
    Attendance,
    Consent,
    Lesson,
    Participant,
    PulseAnswer,
    Question,
    QuestionVote,
    Reading,
    SelfReport,
)
from classroom.queries import own
from classroom.queries.guardians import guardian_records
from classroom.queries.lessons import policy_for
from classroom.queries.own_values import Agreement, Share
from classroom.words import times

TABLE = (
    *("class", "lesson", "number", "started_at", "ended_at", "here_from", "here_until"),
    *("choices", "signals", "withdrawn", "kept_days", "readings", "with_face"),
    *("engaged", "drifting", "away", "unknown", *SelfReport.Kind.values),
    *(*(f"answered_{kind}" for kind in PulseAnswer.Kind.values), "questions", "votes", "looks"),
)


@dataclass(frozen=True, slots=True)
class Taps:
    kind: str
    phrase: str
    count: int

    def __str__(self) -> str:
        return f"{self.phrase} ({times(self.count)})"


@dataclass(frozen=True, slots=True)
class OwnLesson:
    """One lesson in short. Times of presence are lesson time; `kept_days` is None without a policy."""

    lesson: Lesson
    place: Participant
    consents: tuple[Agreement, ...]
    here_from: datetime | None
    here_until: datetime | None
    readings: int
    with_face: int
    by_level: dict[str, int]
    taps: tuple[Taps, ...]
    answers: tuple[Taps, ...]
    questions: int
    votes: int
    looks: int
    kept_days: int | None

    @property
    def levels(self) -> tuple[Share, ...]:
        return own.levels(Counter(self.by_level))

    @property
    def is_withdrawn(self) -> bool:
        return bool(self.consents) and all(one.was_withdrawn for one in self.consents)


def own_lessons(places: Sequence[Participant]) -> QuerySet[Lesson]:
    """All of theirs, the newest first."""
    lessons = own.own_lessons(*places).select_related("classroom__school__policy")
    return lessons.order_by("-started_at", "-id")


def in_short(lessons: Iterable[Lesson], places: Sequence[Participant]) -> list[OwnLesson]:
    """Nine statements, however many lessons there are."""
    shown, place_in = list(lessons), {one.classroom_id: one for one in places}
    rows = Q(lesson__in=shown, participant__in=places)
    consents: dict[int, list[Agreement]] = defaultdict(list)
    for one in Consent.objects.filter(rows):
        consents[one.lesson_id].append(own.agreement(one))
    levels: dict[int, Counter[str]] = defaultdict(Counter)
    faces: Counter[int] = Counter()
    counted = Reading.objects.filter(rows).order_by().values_list("lesson", "level")
    for lesson, level, count, seen in counted.annotate(Count("taken_at"), faces=_with_face()):
        levels[lesson][level], faces[lesson] = count, faces[lesson] + seen
    taps, answers = said_by_lesson(SelfReport, rows), said_by_lesson(PulseAnswer, rows)
    questions, votes = _how_many(Question, rows), _how_many(QuestionVote, rows)
    stays = Attendance.objects.filter(rows).order_by().values_list("lesson")
    here = {one: (first, last) for one, first, last in stays.annotate(Min("joined_at"), Max("last_seen_at"))}
    looks = _how_many(AccessLogEntry, rows)
    found = []
    for lesson in shown:
        agreed = tuple(consents[lesson.id])
        place = place_in[lesson.classroom_id]
        here_from, here_until = here.get(lesson.id, (None, None))
        found.append(
            OwnLesson(
                lesson=lesson,
                place=place,
                consents=agreed,
                here_from=here_from,
                here_until=here_until,
                readings=levels[lesson.id].total(),
                with_face=faces[lesson.id],
                by_level=dict(levels[lesson.id]),
                taps=as_taps(SelfReport.Kind, taps[lesson.id]),
                answers=as_taps(PulseAnswer.Kind, answers[lesson.id]),
                questions=questions.get(lesson.id, 0),
                votes=votes.get(lesson.id, 0),
                looks=looks.get(lesson.id, 0),
                kept_days=own.kept_days(agreed, policy_for(lesson, place)),
            )
        )
    return found


def table(found: Iterable[OwnLesson]) -> Iterator[tuple[str | int | None, ...]]:
    """One row a lesson, in the order of TABLE. Words are stable, in English."""
    for one in found:
        said = {tap.kind: tap.count for tap in one.taps}
        answered = {answer.kind: answer.count for answer in one.answers}
        signals = sorted({signal for consent in one.consents for signal in consent.signals})
        yield (
            one.lesson.classroom.name,
            one.lesson.title,
            one.lesson.id,
            _iso(one.lesson.started_at),
            _iso(one.lesson.ended_at),
            _iso(one.here_from),
            _iso(one.here_until),
            " ".join(consent.choice for consent in one.consents),
            " ".join(signals),
            "yes" if one.is_withdrawn else "no",
            one.kept_days,
            one.readings,
            one.with_face,
            *(one.by_level.get(level, 0) for level in ("engaged", "drifting", "away", "unknown")),
            *(said.get(kind, 0) for kind in SelfReport.Kind.values),
            *(answered.get(kind, 0) for kind in PulseAnswer.Kind.values),
            one.questions,
            one.votes,
            one.looks,
        )


def document(places: Sequence[Participant]) -> dict[str, Any]:
    """All of it for a download, each reading included. Keys are stable, in English."""
    lessons: dict[int, list[Lesson]] = defaultdict(list)
    for lesson in own_lessons(places):
        lessons[lesson.classroom_id].append(lesson)
    return {
        "places": [
            {
                "class": place.classroom.name,
                "name": place.display_name,
                "note": place.note,
                "since": place.since,
                "guardian": [asdict(one) for one in guardian_records(place.classroom.school_id, place)],
                "lessons": [_lesson_document(lesson, place) for lesson in lessons[place.classroom_id]],
            }
            for place in places
        ]
    }


def _lesson_document(lesson: Lesson, place: Participant) -> dict[str, Any]:
    """Readings as rows under their columns: with a name beside each number they would be thrice as long."""
    return {
        "number": lesson.id,
        "title": lesson.title,
        "started_at": lesson.started_at,
        "ended_at": lesson.ended_at,
        "summary": asdict(own.own_data(lesson, place)),
        "readings": {"columns": own.COLUMNS, "rows": list(own.readings_table(lesson, place))},
    }


def said_by_lesson(model: type[SelfReport] | type[PulseAnswer], rows: Q) -> dict[int, Counter[str]]:
    """How often each kind was said, by lesson."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    said = model._default_manager.filter(rows).order_by().values_list("lesson", "kind")
    for lesson, kind, count in said.annotate(Count("id")):
        found[lesson][kind] = count
    return found


def _how_many(model: type[Model], rows: Q) -> dict[int, int]:
    """Rows of a kind by lesson."""
    return dict(model._default_manager.filter(rows).order_by().values_list("lesson").annotate(Count("id")))


def as_taps(kinds: type[SelfReport.Kind] | type[PulseAnswer.Kind], counts: Counter[str]) -> tuple[Taps, ...]:
    return tuple(Taps(kind, str(kinds(kind).label), counts[kind]) for kind in kinds.values if counts[kind])


def _with_face() -> Count:
    return Count("taken_at", filter=Q(faces__gt=0))


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""
