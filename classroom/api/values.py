"""What programs send and are sent. Where a name goes or changes its meaning the version goes up."""

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from classroom.models import Lesson
from classroom.models.lessons import LONGEST_LABEL
from classroom.models.programs import Scope
from classroom.word_list import one_line
from emotion.labels import Emotion

One = TypeVar("One")
Share = Annotated[float, Field(ge=0, le=1)]


class Value(Schema):
    model_config = ConfigDict(frozen=True)


class Problem(Value):
    """`error` is a name that stays; `detail` is for a person."""

    error: str
    detail: str


class Page(Value, Generic[One]):
    """Those of one page; `count` is how many there are in all."""

    items: list[One]
    count: int


class TokenValue(Value):
    """Whose the token is, and what it is good for."""

    name: str
    owner: str
    school: str
    scopes: list[Scope]


class ClassroomValue(Value):
    id: int
    name: str
    owner: str
    is_demo: bool
    is_archived: bool
    lessons: int


class LessonValue(Value):
    """Times are lesson time, which in a demonstration runs faster than clocks do."""

    id: int
    classroom_id: int
    title: str
    started_at: datetime
    ended_at: datetime | None
    is_open: bool
    is_simulation: bool
    is_without_cameras: bool
    report: Lesson.ReportState


def _clean(label: str) -> str:
    """In one line, without what nobody can see."""
    if not (label := one_line(label)):
        raise ValueError("a short name in letters or digits is needed")
    return label


class NewMoment(Value):
    label: Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL), AfterValidator(_clean)]


class MomentValue(Value):
    id: int
    at: datetime
    label: str


class WordsValue(Value):
    """The class in coarse words, of at least the smallest group. None: not enough to say."""

    level: Literal["most", "half", "few"] | None = Field(description="so many are with the lesson")
    expressions: dict[Emotion, Literal["mostly", "some", "hardly"]] | None


class SharedValue(Value):
    """Figures of those who show their own results, from the smallest group on."""

    counted: int
    engaged: int
    drifting: int
    away: int
    engagement: Share | None
    engagement_low: Share | None
    engagement_high: Share | None
    expression_shares: dict[Emotion, Share] | None
    expression_spread: float | None


class StepValue(Value):
    """What was told at one step of the ten-second grid."""

    at: datetime
    words: WordsValue | None
    shared: SharedValue | None


class ClassValue(Value):
    """The class as its teacher is told it now. What is None is not told: too few, or nothing is known.

    `present` are connected, `left` were and are not. `words` and `shared` were true at their `_at`.
    `self_reports` are counted of whom `self_reports_of` names.
    """

    now: datetime
    present: int
    left: int
    signals: list[str]
    words: WordsValue | None
    words_at: datetime | None
    shared: SharedValue | None
    shared_at: datetime | None
    self_reports: dict[str, int] | None
    self_reports_of: Literal["class", "shared"] | None
    steps: list[StepValue]
