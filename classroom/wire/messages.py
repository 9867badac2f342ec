"""Every message of the two sockets, as it travels. Times are ISO 8601 strings in UTC, lesson time.

JavaScript's JSDoc types mirror these; a message that is not declared here is not sent.
"""

from typing import Annotated, Literal, NotRequired, TypedDict

import msgspec

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
    "no_consent",
    "bad_message",
    "busy",
    "no_pictures",
    "no_measurements",
    "bad_reading",
]
RequestType = Literal["self_report", "pulse_answer", "question", "vote", "clock", "take_over", "measured"]
TileKind = Literal["no_individual_data", "measured"]


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


# --- to students -----------------------------------------------------------------------------------------


Choice = Literal["no_camera", "class_mood", "own_results"]


# Which of a student's windows sends the camera's pictures.
Sender = Literal["here", "elsewhere", "nobody"]


class CountedWith(TypedDict):
    """How many class-only members, oneself included, a student is counted with, and of which kind."""

    accounts: int
    known: int
    new: int


class PulseAsked(TypedDict):
    """An open pulse check, and what oneself answered. It closes in so many real milliseconds."""

    id: int
    closes_in_ms: int
    answer: str | None


class QuestionInfo(TypedDict):
    """A question to the teacher, as everybody is told it: never by whom."""

    id: int
    text: str
    votes: int
    state: str


class StudentState(TypedDict):
    """The first message after every connect. `camera` says whether anything is read from one at all.

    `readers` are where: a browser alone reads sends no picture, a server that reads alone takes no numbers.
    `readings_a_message` is how many readings a browser gathers before it sends them.
    `counted_with` is None for whoever is not in the class figures (yet). `asks_again` says that the school
    allows more than was agreed to: the agreement goes on, and the page offers to choose anew.
    """

    type: Literal["state"]
    lesson: LessonInfo
    choice: Choice
    camera: bool
    camera_refused: NotRequired[ErrorCode]
    signals: list[str]
    readers: list[str]
    readings_a_message: int
    self_report: str | None
    pace: str | None
    pulse: PulseAsked | None
    questions: list[QuestionInfo]
    own_questions: list[QuestionInfo]
    voted: list[int]
    counted_with: CountedWith | None
    asks_again: bool
    sender: NotRequired[Sender]


class SenderChanged(TypedDict):
    """Another window of the student took the camera over, or the one that had it was closed."""

    type: Literal["sender"]
    sender: Sender


class CountedChanged(TypedDict):
    """The group that a class-only member is counted with was formed, grew or ended."""

    type: Literal["counted"]
    counted_with: CountedWith | None


class LessonChanged(TypedDict):
    """Paused, resumed, interval or pace changed, or ended. Sent to students and teachers."""

    type: Literal["lesson"]
    seq: NotRequired[int]
    lesson: LessonInfo


class PulseOpened(TypedDict):
    """The class is asked "With me?"."""

    type: Literal["pulse_opened"]
    pulse: PulseAsked


class QuestionsChanged(TypedDict):
    """Sent to students and teachers, each with those that they may read."""

    type: Literal["questions"]
    seq: NotRequired[int]
    questions: list[QuestionInfo]


class QuestionTaken(TypedDict):
    """To whoever asked it: it came to the teacher, is held back, or was settled."""

    type: Literal["question_taken"]
    question: QuestionInfo


class SnapNow(TypedDict):
    """The teacher marked a key moment: send one snapshot at once."""

    type: Literal["snap_now"]


class Arrived(TypedDict):
    """So many snapshots of this socket that said when they were taken have arrived, refused ones too.

    The client sends the next one only while one or two are unanswered.
    """

    type: Literal["arrived"]
    count: int


class ExpressionInfo(TypedDict):
    """What one person's expression resembles, and how clearly; the label is None where nothing is named."""

    label: str | None
    clarity: Literal["clearly", "weakly", "not_sure"]


class AttentionInfo(TypedDict):
    yaw: float
    pitch: float
    eye_openness: float


class OwnReading(TypedDict):
    """What was read from the student's own snapshot. `box` is left, top, width, height as shares."""

    type: Literal["reading"]
    taken_at: str
    faces: int
    box: list[float] | None
    expression: ExpressionInfo | None
    attention: AttentionInfo | None
    level: str


class ErrorMessage(TypedDict):
    """`about` is the type of the request that was refused with a sentence for the student."""

    type: Literal["error"]
    code: ErrorCode
    detail: str
    about: NotRequired[RequestType]


class Withdrawn(TypedDict):
    """The consent ended elsewhere; the socket closes with code 4001 after it.

    Other closing codes need no message: 4002 take your seat anew, 4003 your right to be here ended,
    4004 the lesson ended, 4008 a newer window of yours took this one's place.
    """

    type: Literal["withdrawn"]


# --- to teachers -----------------------------------------------------------------------------------------


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
    """A hint about one student carries the participant's id and is sent only while data is revealed."""

    id: int
    at: str
    kind: str
    text: str
    participant: int | None


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
StudentMessage = (
    LessonChanged
    | SnapNow
    | Arrived
    | SenderChanged
    | OwnReading
    | ErrorMessage
    | Withdrawn
    | StudentState
    | CountedChanged
    | PulseOpened
    | QuestionsChanged
    | QuestionTaken
)


# --- from clients (JSON text frames; a snapshot is a binary frame: `frames.py`) ----------------------------


Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
RowNumber = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class Request(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """What comes in is checked against these types before anything reads it (`sockets/requests.py`)."""


class SelfReportRequest(Request, frozen=True, tag="self_report"):
    kind: Literal["following", "lost", "need_a_break", "too_fast", "right_pace", "too_slow"]


class PulseAnswerRequest(Request, frozen=True, tag="pulse_answer"):
    pulse: RowNumber
    answer: Literal["yes", "partly", "no"]


class QuestionRequest(Request, frozen=True, tag="question"):
    text: str


class VoteRequest(Request, frozen=True, tag="vote"):
    question: RowNumber
    on: bool


class MeasuredAttention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As `emotion.values.Attention`, in its order."""

    yaw: float
    pitch: float
    roll: float
    eye_openness: float
    gaze_x: float
    gaze_y: float
    yawning: bool


class MeasuredPicture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was read from a picture that was taken `age_ms` before the message left.

    `expression` are seven probabilities in the order of the labels; it and `uncertain` come together.
    """

    age_ms: int
    faces: int
    attention: MeasuredAttention | None
    expression: list[float] | None
    uncertain: bool | None


class MeasuredRequest(Request, frozen=True, tag="measured"):
    """Instead of pictures: what the student's browser read from them. `sent_ms` is by the client's clock.

    `network` is the start of the checksum of the one that read expressions, empty where none did.
    """

    network: str
    sent_ms: Milliseconds | None
    readings: list[MeasuredPicture]


class RevealRequest(Request, frozen=True, tag="reveal"):
    on: bool


class RefreshRequest(Request, frozen=True, tag="refresh"):
    pass


class ClockRequest(Request, frozen=True, tag="clock"):
    """What the client's clock says now, in milliseconds; see `sockets/clock.py`."""

    now: Milliseconds


class TakeOverRequest(Request, frozen=True, tag="take_over"):
    """From here on this window is the one that sends."""


StudentRequest = (
    SelfReportRequest
    | PulseAnswerRequest
    | QuestionRequest
    | VoteRequest
    | ClockRequest
    | TakeOverRequest
    | MeasuredRequest
)
ClientRequest = StudentRequest | RevealRequest | RefreshRequest
