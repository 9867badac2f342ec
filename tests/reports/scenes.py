"""Lessons as they stand in the database when their report is to be written."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from classroom.models import Attendance, Lesson, Marker, MoodPoint, Participant, Pause, RollupBin, SelfReport
from classroom.wire.messages import SharedInfo
from emotion.labels import EMOTIONS, Emotion
from tests.factories import make_lesson, make_participant

BIN_S = 10
READINGS_A_BIN = 10

Minute = float


def make_bins(
    lesson: Lesson,
    participant: Participant,
    *,
    minutes: tuple[Minute, Minute],
    level: str | None = "engaged",
    expression: Emotion | None = Emotion.NEUTRAL,
    certain: bool = True,
    face: bool = True,
) -> None:
    """Bins of ten readings that all say the same, for the minutes from and to."""
    starts = range(int(minutes[0] * 60), int(minutes[1] * 60), BIN_S)
    RollupBin.objects.bulk_create(
        _bin(
            lesson, participant, start_s, level if face else None, expression if face else None, certain, face
        )
        for start_s in starts
    )


def make_stay(
    lesson: Lesson, participant: Participant, *, minutes: tuple[Minute, Minute] = (0, 45), left: bool = True
) -> Attendance:
    joined_at, left_at = (lesson.started_at + timedelta(minutes=minute) for minute in minutes)
    return Attendance.objects.create(
        lesson=lesson,
        participant=participant,
        joined_at=joined_at,
        last_seen_at=left_at,
        left_at=left_at if left else None,
    )


def make_student(
    lesson: Lesson, *, choice: str = "own_results", minutes: tuple[Minute, Minute] = (0, 45), **fields: Any
) -> Participant:
    """Somebody who agreed to `choice` and was connected."""
    participant = make_participant(lesson=lesson, choice=choice, **fields)
    make_stay(lesson, participant, minutes=minutes)
    return participant


def make_mood(
    lesson: Lesson,
    *,
    minutes: tuple[Minute, Minute],
    engagement: float | Callable[[float], float] | None = 0.8,
    counted: int = 6,
    shares: Sequence[float] | None = (0, 0, 0, 0.2, 0.05, 0.05, 0.7),
    level: str | None = "most",
    expressions: Sequence[str] | None = None,
) -> None:
    """What was told: exact figures of `counted` sharers (`engagement=None`: none), and the class's words."""
    MoodPoint.objects.bulk_create(
        MoodPoint(
            lesson=lesson,
            at=lesson.started_at + timedelta(seconds=at_s),
            words=_words(level, expressions),
            shared=_shared(at_s, engagement, counted, shares),
        )
        for at_s in range(int(minutes[0] * 60), int(minutes[1] * 60), BIN_S)
    )


def make_marker(lesson: Lesson, *, minute: Minute, label: str = "Worked example") -> Marker:
    return Marker.objects.create(lesson=lesson, at=lesson.started_at + timedelta(minutes=minute), label=label)


def make_pause(lesson: Lesson, *, minutes: tuple[Minute, Minute]) -> Pause:
    started_at, ended_at = (lesson.started_at + timedelta(minutes=minute) for minute in minutes)
    return Pause.objects.create(lesson=lesson, started_at=started_at, ended_at=ended_at)


def make_self_report(
    lesson: Lesson, participant: Participant, *, minute: Minute, kind: str = "lost"
) -> SelfReport:
    at = lesson.started_at + timedelta(minutes=minute)
    return SelfReport.objects.create(lesson=lesson, participant=participant, at=at, kind=kind)


def make_ended_lesson(*, minutes: int = 45, **fields: Any) -> Lesson:
    return make_lesson(minutes=minutes, **fields)


def _bin(
    lesson: Lesson,
    participant: Participant,
    start_s: int,
    level: str | None,
    expression: Emotion | None,
    certain: bool,
    face: bool,
) -> RollupBin:
    n = READINGS_A_BIN
    levels = {level: n} if level else {}
    permille = {"engaged": 850, "drifting": 450, "away": 100}.get(level or "", 0)
    sums = [0] * len(EMOTIONS)
    if expression is not None:
        sums = [40 * n] * len(EMOTIONS)
        sums[EMOTIONS.index(expression)] = 760 * n
    return RollupBin(
        lesson=lesson,
        participant=participant,
        school_id=lesson.classroom.school_id,
        starts_at=lesson.started_at + timedelta(seconds=start_s),
        readings=n,
        faces=n if face else 0,
        expressions=n if expression else 0,
        certain=n if expression and certain else 0,
        expression_sums=sums,
        sad=n if expression is Emotion.SAD and certain else 0,
        engagement_permille=permille * n,
        engagements=n if level else 0,
        **levels,
    )


def _words(level: str | None, expressions: Sequence[str] | None) -> dict[str, Any] | None:
    if level is None and expressions is None:
        return None
    return {"level": level, "expressions": list(expressions) if expressions else None}


def _shared(
    at_s: int,
    engagement: float | Callable[[float], float] | None,
    counted: int,
    shares: Sequence[float] | None,
) -> SharedInfo | None:
    value = engagement(at_s / 60) if callable(engagement) else engagement
    if value is None and shares is None:
        return None
    return {
        "counted": counted,
        "engaged": 0 if value is None else counted,
        "drifting": 0,
        "away": 0,
        "engagement": value,
        "engagement_low": None if value is None else max(0.0, value - 0.1),
        "engagement_high": None if value is None else min(1.0, value + 0.1),
        "expression_shares": list(shares) if shares is not None else None,
        "expression_spread": 0.2 if shares is not None else None,
    }
