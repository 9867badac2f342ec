"""A measurement on its way to the rows: made by a worker, or by a browser that says what it read.

What a browser says is checked here before anything else sees it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from classroom.errors import AnticipatedError
from classroom.impossible import (
    ImpossibleEyes,
    ImpossibleFaceCount,
    ImpossibleGaze,
    ImpossiblePose,
    ImpossibleScores,
    ReadingsTooMany,
    ReadingTooLarge,
    ReadingTooOld,
    ReadingWithoutFace,
    SignalNotAllowed,
    UnknownNetwork,
)
from classroom.terms import Reader
from classroom.wire.messages import MeasuredAttention, MeasuredPicture, MeasuredRequest
from emotion.geometry import GEOMETRY
from emotion.labels import EMOTIONS
from emotion.values import Analysis, Attention, EmotionScores, Signal

MOST_A_MESSAGE = 8
ENVELOPE_BYTES, READING_BYTES = 100, 400
OLDEST_MS = 10_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Seven numbers that a browser rounded.
SUM_TOLERANCE = 0.02
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was read from one picture; `taken_at` is lesson time, `network` what read expressions there."""

    participant_id: int
    consent_id: int
    taken_at: datetime
    analysis: Analysis
    reader: Reader = Reader.SERVER
    network: str = ""


def check(
    request: MeasuredRequest, *, size: int, networks: Collection[str], allowed: frozenset[Signal]
) -> None:
    """Where an expression was read, its network has to be one of `networks`.

    Args: size: bytes of the message; allowed: what policy and consent let be read in the browser.

    Raises ReadingRefused, each reason by a name of its own.
    """
    count = len(request.readings)
    _require(1 <= count <= MOST_A_MESSAGE, ReadingsTooMany)
    _require(size <= ENVELOPE_BYTES + count * READING_BYTES, ReadingTooLarge)
    _require(request.network in networks or not _needs_network(request), UnknownNetwork)
    for one in request.readings:
        _check_picture(one)
        _require(one.attention is None or Signal.ATTENTION in allowed, SignalNotAllowed)
        _require(one.expression is None or Signal.EXPRESSION in allowed, SignalNotAllowed)


def oldest_ms(request: MeasuredRequest) -> int:
    return max(one.age_ms for one in request.readings)


def analysis_of(picture: MeasuredPicture) -> Analysis:
    """Of one that was checked."""
    attention, expression = picture.attention, picture.expression
    return Analysis(
        faces=picture.faces,
        attention=Attention(*msgspec.structs.astuple(attention)) if attention else None,
        expression=EmotionScores(tuple(expression), bool(picture.uncertain)) if expression else None,
    )


def picture_of(analysis: Analysis, age_ms: int) -> MeasuredPicture:
    """As a browser says it, for those who stand for one."""
    attention, expression = analysis.attention, analysis.expression
    return MeasuredPicture(
        age_ms=age_ms,
        faces=analysis.faces,
        attention=_as_said(attention) if attention else None,
        expression=[round(one, DIGITS) for one in expression.probabilities] if expression else None,
        uncertain=expression.uncertain if expression else None,
    )


def _as_said(it: Attention) -> MeasuredAttention:
    yaw, pitch, roll, eyes, gaze_x, gaze_y = (round(one, DIGITS) for one in _values(it)[:-1])
    return MeasuredAttention(yaw, pitch, roll, eyes, gaze_x, gaze_y, it.yawning)


def _needs_network(request: MeasuredRequest) -> bool:
    return request.network != "" or any(one.expression is not None for one in request.readings)


def _check_picture(one: MeasuredPicture) -> None:
    _require(0 <= one.age_ms <= OLDEST_MS, ReadingTooOld)
    _require(0 <= one.faces <= GEOMETRY.finder.most, ImpossibleFaceCount)
    _require(one.faces > 0 or (one.attention is None and one.expression is None), ReadingWithoutFace)
    if one.attention is not None:
        _check_attention(one.attention)
    _check_scores(one)


def _check_attention(it: MeasuredAttention) -> None:
    _require(all(-180 <= angle <= 180 for angle in (it.yaw, it.pitch, it.roll)), ImpossiblePose)
    _require(0 <= it.eye_openness <= 1, ImpossibleEyes)
    _require(all(-1 <= turn <= 1 for turn in (it.gaze_x, it.gaze_y)), ImpossibleGaze)


def _check_scores(one: MeasuredPicture) -> None:
    _require((one.expression is None) == (one.uncertain is None), ImpossibleScores)
    if one.expression is not None:
        _require(len(one.expression) == len(EMOTIONS), ImpossibleScores)
        _require(all(0 <= share <= 1 for share in one.expression), ImpossibleScores)
        _require(abs(sum(one.expression) - 1) <= SUM_TOLERANCE, ImpossibleScores)


def _require(holds: bool, otherwise: type[AnticipatedError]) -> None:
    if not holds:
        raise otherwise


# --- in the mailbox ----------------------------------------------------------------------------------------


class _Waiting(msgspec.Struct, frozen=True, array_like=True):
    consent_id: int
    taken_us: int
    network: str
    faces: int
    attention: tuple[float, float, float, float, float, float, bool] | None
    expression: tuple[float, ...] | None
    uncertain: bool


_DECODER = msgspec.msgpack.Decoder(_Waiting)


def pack(one: Measurement) -> bytes:
    """Of one that a browser read."""
    attention, expression = one.analysis.attention, one.analysis.expression
    waiting = _Waiting(
        consent_id=one.consent_id,
        taken_us=(one.taken_at - EPOCH) // timedelta(microseconds=1),
        network=one.network,
        faces=one.analysis.faces,
        attention=_values(attention) if attention else None,
        expression=expression.probabilities if expression else None,
        uncertain=bool(expression and expression.uncertain),
    )
    return msgspec.msgpack.encode(waiting)


def unpack(participant_id: int, data: bytes) -> Measurement:
    it = _DECODER.decode(data)
    analysis = Analysis(
        faces=it.faces,
        attention=Attention(*it.attention) if it.attention else None,
        expression=EmotionScores(it.expression, it.uncertain) if it.expression else None,
    )
    taken_at = EPOCH + timedelta(microseconds=it.taken_us)
    return Measurement(participant_id, it.consent_id, taken_at, analysis, Reader.BROWSER, it.network)


def _values(it: Attention) -> tuple[float, float, float, float, float, float, bool]:
    return it.yaw, it.pitch, it.roll, it.eye_openness, it.gaze_x, it.gaze_y, it.yawning
