"""What a teacher is told of a class."""

from typing import Literal, NotRequired, TypedDict

from classroom.wire.messages.common import (
    ExpressionInfo,
    LessonChanged,
    LessonInfo,
    QuestionInfo,
    QuestionsChanged,
)

TileKind = Literal["no_individual_data", "measured"]


class WordsInfo(TypedDict):
    """The class in coarse words. `expressions` are in the order of the labels; None: not enough to say."""

    level: Literal["most", "half", "few"] | None
    expressions: list[Literal["mostly", "some", "hardly"]] | None


class SharedInfo(TypedDict):
    """Exact figures of those who show their own results, from the minimum group size on."""

    counted: int
    engaged: int
    drifting: int
    away: int
    engagement: float | None
    engagement_low: float | None
    engagement_high: float | None
    expression_shares: list[float] | None
    expression_spread: float | None


class MoodInfo(TypedDict):
    """One step of the ten-second grid; `words` change every thirty seconds at most."""

    at: str
    words: WordsInfo | None
    shared: SharedInfo | None


class ClassView(TypedDict):
    """The class now. `present` are connected, `left` were connected and are not.

    `words` are of all who are counted, `shared` of those who show their own results; each was true at its
    `_at`, lesson time, and is None where there is not enough to say. `self_reports` are those of
    whom `self_reports_of` says, and both are None while too few are present, and once the lesson
    `lacks_somebody` who was removed; see `disclosure.whose_taps`. `behind` says that the server is too busy
    to keep up. `signals` are those that the policy in force allows.
    """

    present: int
    left: int
    words: WordsInfo | None
    words_at: str | None
    shared: SharedInfo | None
    shared_at: str | None
    self_reports: dict[str, int] | None
    self_reports_of: Literal["class", "shared"] | None
    lacks_somebody: bool
    mood: MoodInfo | None
    behind: bool
    signals: list[str]


class TileInfo(TypedDict):
    """One participant's tile. Everything after `kind` is present only for kind "measured".

    `here` is who is connected, whatever the way; `seen` says that a face is in the picture.
    """

    id: int
    name: str
    is_trial: bool
    here: bool
    kind: TileKind
    seen: NotRequired[bool]
    level: NotRequired[str]
    expression: NotRequired[ExpressionInfo | None]
    coverage: NotRequired[float]
    self_report: NotRequired[str | None]
    pace: NotRequired[str | None]
    answer: NotRequired[str | None]


class MarkerInfo(TypedDict):
    id: int
    at: str
    label: str


class HintInfo(TypedDict):
    """A hint about one student carries id and name and is sent only while data is revealed.

    Its words are the page's: one message goes to viewers of every language.
    """

    id: int
    at: str
    kind: str
    participant: int | None
    name: str | None


class PulseTold(TypedDict):
    """How many answered what to a pulse check, of so many who were asked; see `disclosure.Whose`.

    `group_size` is the smallest group that was counted then.
    """

    group_size: int
    of: Literal["class", "shared"]
    asked: int
    yes: int
    partly: int
    no: int


class PulseInfo(TypedDict):
    """A pulse check. `told` comes once it has closed, None where too few could be counted."""

    id: int
    at: str
    open: bool
    by_lesson: bool
    told: PulseTold | None


class TeacherState(TypedDict):
    """Everything the dashboard shows: sent after every connect, on request and after a gap in `seq`.

    `tiles` is None unless the teacher has revealed individual data on this socket.
    """

    type: Literal["state"]
    seq: int
    lesson: LessonInfo
    labels: list[str]
    view: ClassView
    moods: list[MoodInfo]
    markers: list[MarkerInfo]
    hints: list[HintInfo]
    tiles: list[TileInfo] | None
    pulse: PulseInfo | None
    questions: list[QuestionInfo]


class ViewChanged(TypedDict):
    """At most one in 300 ms, to every screen of the lesson."""

    type: Literal["view"]
    seq: NotRequired[int]
    now: str
    view: ClassView


class TilesChanged(TypedDict):
    """Only the tiles that changed, at most once a second, and only to sockets that reveal."""

    type: Literal["tiles"]
    tiles: list[TileInfo]


class MarkersChanged(TypedDict):
    """One was added, renamed or removed: all that there are, by time."""

    type: Literal["markers"]
    seq: NotRequired[int]
    markers: list[MarkerInfo]


class HintAdded(TypedDict):
    """About the class it carries a number; about one student it goes to revealing sockets, without one."""

    type: Literal["hint"]
    seq: NotRequired[int]
    hint: HintInfo


class HintDismissed(TypedDict):
    type: Literal["hint_dismissed"]
    seq: NotRequired[int]
    id: int


class PulseChanged(TypedDict):
    """Asked, or closed."""

    type: Literal["pulse"]
    seq: NotRequired[int]
    pulse: PulseInfo


# What goes to every screen of a lesson gets its number where it is sent; what names somebody has none.
TeacherMessage = (
    ViewChanged | LessonChanged | MarkersChanged | HintAdded | HintDismissed | PulseChanged | QuestionsChanged
)
RevealingMessage = TilesChanged | HintAdded
