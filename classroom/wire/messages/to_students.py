"""What a student is told."""

from typing import Literal, NotRequired, TypedDict

from classroom.wire.messages.common import (
    ErrorCode,
    ExpressionInfo,
    LessonChanged,
    LessonInfo,
    QuestionInfo,
    QuestionsChanged,
    RequestType,
)

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


class PulseOpened(TypedDict):
    """The class is asked "With me?"."""

    type: Literal["pulse_opened"]
    pulse: PulseAsked


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
