"""What comes in: JSON text frames. A snapshot is a binary frame (`frames.py`)."""

from typing import Annotated, Literal

import msgspec

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
