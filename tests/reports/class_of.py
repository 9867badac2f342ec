"""A whole class after a 45-minute lesson, as lively as a real one and the same every time."""

from dataclasses import dataclass
from math import sin
from random import Random
from typing import Any

from classroom.models import Classroom, Lesson, Participant
from emotion.labels import Emotion
from tests.factories import make_classroom
from tests.reports.scenes import (
    make_bins,
    make_ended_lesson,
    make_marker,
    make_mood,
    make_pause,
    make_self_report,
    make_student,
)

NAMES = ("Ada", "Bao", "Chiara", "Dmitri", "Emeka", "Fatima", "Goran", "Hana", "Iris", "Jun")


SHOWN = {
    "both": {"shared": True, "words": True},
    "shared": {"shared": True, "words": False},
    "words": {"shared": False, "words": True},
}
SHARES = (0, 0, 0, 0.2, 0.05, 0.05, 0.7)
CALM = ("hardly", "hardly", "hardly", "some", "hardly", "hardly", "mostly")
LIVELY = ("hardly", "hardly", "hardly", "some", "some", "some", "hardly")


@dataclass(frozen=True, slots=True)
class TaughtClass:
    lesson: Lesson
    sad: Participant
    disengaged: Participant
    absent: Participant
    declined: Participant
    class_only: Participant


def make_taught_class(
    *, students: int = 8, classroom: Classroom | None = None, shows: str = "both", **lesson: Any
) -> TaughtClass:
    """One persistently sad, one disengaged, one absent, one without camera, one class-only.

    `shows`: what was told of the class: "shared" figures, "words", "both" or "nothing".
    """
    random = Random(students)
    taught = make_ended_lesson(classroom=classroom or make_classroom(), title="Standing waves", **lesson)
    names = [
        NAMES[i % len(NAMES)] + (f" {i // len(NAMES) + 1}" if i >= len(NAMES) else "")
        for i in range(students)
    ]
    sad, disengaged, absent, *others = (
        make_student(taught, display_name=name) for name in names[: students - 2]
    )
    declined = make_student(taught, display_name=names[-2], choice="no_camera", minutes=(2, 45))
    class_only = make_student(taught, display_name=names[-1], choice="class_mood")
    make_bins(taught, sad, minutes=(1, 20), expression=Emotion.SAD)
    make_bins(taught, sad, minutes=(22, 44), expression=Emotion.SAD)
    make_bins(taught, disengaged, minutes=(1, 8))
    make_bins(taught, disengaged, minutes=(8, 20), level="away")
    make_bins(taught, disengaged, minutes=(22, 43), level="drifting")
    make_bins(taught, absent, minutes=(0.5, 20), face=False)
    make_bins(taught, absent, minutes=(22, 44), face=False)
    make_bins(taught, class_only, minutes=(0, 20))
    for student in others:
        _make_wavering(taught, student, random)
    make_pause(taught, minutes=(20, 22))
    if shows == "nothing":
        make_mood(taught, minutes=(0, 45), engagement=None, shares=None, level=None)
    else:
        _make_moods(taught, max(5, students - 3), **SHOWN[shows])
    for minute, label in ((6, "New topic: nodes"), (17, "Worked example"), (30, "Started an exercise")):
        make_marker(taught, minute=minute, label=label)
    for index, student in enumerate((*others, sad, disengaged)):
        make_self_report(taught, student, minute=17.2 + index % 4, kind="lost" if index % 3 else "following")
        make_self_report(
            taught, student, minute=33 + index % 5, kind="need_a_break" if index % 2 else "following"
        )
    return TaughtClass(taught, sad, disengaged, absent, declined, class_only)


def _make_moods(lesson: Lesson, counted: int, *, shared: bool, words: bool) -> None:
    """Nothing for two minutes; a dip of the class with that of the figures."""
    for minutes, level, strengths in (
        ((2, 20), "most", CALM),
        ((22, 30), "most", CALM),
        ((30, 33), "half", LIVELY),
        ((33, 38), "few", LIVELY),
        ((38, 45), "most", CALM),
    ):
        make_mood(
            lesson,
            minutes=minutes,
            engagement=_engagement if shared else None,
            shares=SHARES if shared else None,
            counted=counted,
            level=level if words else None,
            expressions=strengths if words else None,
        )


def _engagement(minute: float) -> float:
    dip = 0.3 if 30 < minute < 38 else 0.0
    return round((0.75 + 0.1 * sin(minute / 4) - dip) * 20) / 20


def _make_wavering(lesson: Lesson, student: Participant, random: Random) -> None:
    minute = random.choice((0, 0.5, 1))
    while minute < 45:
        until = min(45, minute + random.choice((1, 2, 3, 5)))
        for start, end in ((minute, min(until, 20)), (max(minute, 22), until)):
            make_bins(
                lesson,
                student,
                minutes=(start, end),
                level=random.choice((*["engaged"] * 7, "drifting", "away", None)),
                expression=random.choice((Emotion.NEUTRAL, Emotion.NEUTRAL, Emotion.HAPPY, Emotion.SURPRISE)),
                certain=random.random() > 0.15,
            )
        minute = until
