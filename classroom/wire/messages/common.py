"""What both sides are told."""

from typing import Literal, NotRequired, TypedDict

ErrorCode = Literal[
    "too_large",
    "not_jpeg",
    "too_fast",
    "too_old",
    "elsewhere",
    "ended",
    "paused",
    "no_policy",
    "without_cameras",
    "quiet_hours",
    "no_consent",
    "no_guardian",
    "bad_message",
    "busy",
    "no_pictures",
    "no_measurements",
    "bad_reading",
]
RequestType = Literal["self_report", "pulse_answer", "question", "vote", "clock", "take_over", "measured"]


class LessonInfo(TypedDict):
    """`speed` was asked for; `pace` is how fast lesson time runs since the real time `paced_from`.

    `break_ends_at` is of the newest break that the teacher gave, lesson time.
    """

    id: int
    title: str
    classroom: str
    started_at: str
    now: str
    open: bool
    paused: bool
    interval_ms: int
    capture_interval_ms: int
    speed: int
    pace: float
    paced_from: str | None
    paced_at: str | None
    is_simulation: bool
    report_state: str
    break_ends_at: str | None


class LessonChanged(TypedDict):
    """Paused, resumed, interval or pace changed, or ended. Sent to students and teachers."""

    type: Literal["lesson"]
    seq: NotRequired[int]
    lesson: LessonInfo


class QuestionInfo(TypedDict):
    """A question to the teacher, as everybody is told it: never by whom."""

    id: int
    text: str
    votes: int
    state: str


class QuestionsChanged(TypedDict):
    """Sent to students and teachers, each with those that they may read."""

    type: Literal["questions"]
    seq: NotRequired[int]
    questions: list[QuestionInfo]


class ExpressionInfo(TypedDict):
    """What one person's expression resembles, and how clearly; the label is None where nothing is named."""

    label: str | None
    clarity: Literal["clearly", "weakly", "not_sure"]
