"""What comes in: JSON text frames. A snapshot is a binary frame that holds one JPEG."""

from typing import Annotated, Literal

import msgspec

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


class RevealRequest(Request, frozen=True, tag="reveal"):
    on: bool


class RefreshRequest(Request, frozen=True, tag="refresh"):
    pass


StudentRequest = SelfReportRequest | PulseAnswerRequest | QuestionRequest | VoteRequest
ClientRequest = StudentRequest | RevealRequest | RefreshRequest
