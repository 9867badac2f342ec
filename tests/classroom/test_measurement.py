"""What a browser says that it read: what no face can have is refused by name, the rest is as it was."""

import json
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom import impossible, queries
from classroom.sockets.requests import LONGEST_TEXT, student_request
from classroom.terms import Reader
from classroom.wire.measurement import (
    ENVELOPE_BYTES,
    MOST_A_MESSAGE,
    READING_BYTES,
    Measurement,
    analysis_of,
    check,
    pack,
    unpack,
)
from classroom.wire.messages import MeasuredRequest
from emotion.geometry import GEOMETRY
from emotion.judgement.engagement import fold
from emotion.judgement.persistence import FindingKind, FlagThresholds, bin_of, judge, weigh
from emotion.values import Analysis, Attention, EmotionScores, Signal
from tests.factories import MONDAY
from tests.measured import NETWORK, NETWORK_NAME, message, picture

PRESENCE, ATTENTION, EXPRESSION = Signal
ALL = frozenset(Signal)
ATTENTION_OF = picture()["attention"]
SCORES = [0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]


def checked(sent, allowed=ALL):
    text = json.dumps(sent)
    request = student_request(text)
    assert isinstance(request, MeasuredRequest)
    check(request, size=len(text), networks={NETWORK}, allowed=allowed)
    return [analysis_of(one) for one in request.readings]


def test_what_was_read_comes_out_as_it_went_in():
    attention = Attention(-3.5, 2.25, 0.5, 0.8, -0.1, 0.05, yawning=True)
    found = checked(message(picture(attention={**ATTENTION_OF, **msgspec.to_builtins(attention)})))
    assert found == [Analysis(1, None, attention, EmotionScores(tuple(SCORES), uncertain=False))]


def test_who_read_no_expression_names_no_network():
    found = checked(message(picture(expression=None, uncertain=None), network=""))
    assert found[0].expression is None and found[0].attention is not None


def test_nobody_in_the_picture_is_a_normal_answer():
    assert checked(message(picture(faces=0, attention=None, expression=None, uncertain=None))) == [
        Analysis(0)
    ]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"age_ms": -1}, impossible.ReadingTooOld),
        ({"age_ms": 10_001}, impossible.ReadingTooOld),
        ({"faces": -1}, impossible.ImpossibleFaceCount),
        ({"faces": 1000}, impossible.ImpossibleFaceCount),
        ({"faces": 0}, impossible.ReadingWithoutFace),
        ({"attention": {**ATTENTION_OF, "yaw": 180.5}}, impossible.ImpossiblePose),
        ({"attention": {**ATTENTION_OF, "pitch": -181}}, impossible.ImpossiblePose),
        ({"attention": {**ATTENTION_OF, "roll": 1e9}}, impossible.ImpossiblePose),
        ({"attention": {**ATTENTION_OF, "eye_openness": 1.01}}, impossible.ImpossibleEyes),
        ({"attention": {**ATTENTION_OF, "gaze_x": -1.01}}, impossible.ImpossibleGaze),
        ({"attention": {**ATTENTION_OF, "gaze_y": 2}}, impossible.ImpossibleGaze),
        ({"expression": [1.0]}, impossible.ImpossibleScores),
        ({"expression": [-0.1, 0.5, 0.1, 0.1, 0.1, 0.2, 0.1]}, impossible.ImpossibleScores),
        ({"expression": [0.5] * 7}, impossible.ImpossibleScores),
        ({"expression": [0.0] * 7}, impossible.ImpossibleScores),
        ({"expression": None}, impossible.ImpossibleScores),
        ({"uncertain": None}, impossible.ImpossibleScores),
    ],
)
def test_what_no_face_can_have_is_refused_by_its_name(changed, reason):
    with pytest.raises(reason) as refused:
        checked(message(picture(), picture(**changed)))
    assert type(refused.value) is reason
    assert str(refused.value)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (message(), impossible.ReadingsTooMany),
        (message(*[picture()] * (MOST_A_MESSAGE + 1)), impossible.ReadingsTooMany),
        (message(picture(), network="01234567"), impossible.UnknownNetwork),
        (message(picture(), network=""), impossible.UnknownNetwork),
        (message(picture(expression=None, uncertain=None), network="01234567"), impossible.UnknownNetwork),
        (message(picture(attention={**ATTENTION_OF, "yaw": float("1." + "1" * 15)}), padding=300), None),
    ],
)
def test_a_message_that_is_none_is_refused_by_its_name(sent, reason):
    padding = sent.pop("padding", 0)
    text = json.dumps(sent) + " " * padding
    request = student_request(text)
    with pytest.raises(reason or impossible.ReadingTooLarge):
        check(request, size=len(text), networks={NETWORK}, allowed=ALL)


@pytest.mark.parametrize(
    ("allowed", "sent"),
    [
        ({PRESENCE}, {"expression": None, "uncertain": None}),
        ({PRESENCE, ATTENTION}, {}),
        ({PRESENCE, EXPRESSION}, {}),
        ({PRESENCE}, {"attention": None}),
    ],
)
def test_a_signal_that_is_not_allowed_is_refused(allowed, sent):
    with pytest.raises(impossible.SignalNotAllowed):
        checked(message(picture(**sent)), frozenset(allowed))


def test_a_full_reading_takes_less_than_400_bytes_and_a_full_message_is_read():
    full = picture(age_ms=9999, expression=[0.1429] * 6 + [0.1426])
    full["attention"] = dict.fromkeys(ATTENTION_OF, -0.1234) | {"eye_openness": 0.1234, "yawning": False}
    text = json.dumps(message(*[full] * MOST_A_MESSAGE))
    assert len(json.dumps(full)) < READING_BYTES
    assert len(text) <= ENVELOPE_BYTES + MOST_A_MESSAGE * READING_BYTES <= LONGEST_TEXT
    assert len(checked(json.loads(text))) == MOST_A_MESSAGE


ANGLE, SHARE, TURN = st.floats(-180, 180), st.floats(0, 1), st.floats(-1, 1)
ATTENTIONS = st.builds(Attention, ANGLE, ANGLE, ANGLE, SHARE, TURN, TURN, st.booleans())
SCORED = st.builds(EmotionScores, st.tuples(*[SHARE] * 7), st.booleans())
ANALYSES = st.builds(
    Analysis, st.integers(1, 8), attention=st.none() | ATTENTIONS, expression=st.none() | SCORED
)


@given(ANALYSES, st.integers(0, 10**9))
def test_what_waits_is_what_was_put_in(analysis, later_us):
    one = Measurement(
        11, 13, MONDAY + timedelta(microseconds=later_us), analysis, Reader.BROWSER, network=NETWORK
    )
    assert unpack(11, pack(one)) == one


def test_what_waits_holds_no_place_in_a_picture():
    one = Measurement(11, 13, MONDAY, Analysis(1, box=None), Reader.BROWSER, NETWORK)
    assert pack(one) == pack(replace(one, participant_id=12))


def test_the_networks_of_browsers_and_of_the_server_are_known_by_their_checksums():
    known = queries.networks()
    assert known[NETWORK] == NETWORK_NAME
    assert queries.expression_network() in known.values()
    assert all(name.endswith(f" {checksum}") for checksum, name in known.items())


EDGE = st.sampled_from([0.0, -0.0, 5e-324, 1e-40, 1e-7, 0.5, 1.0])
EXTREME_SHARE = EDGE | SHARE
EXTREME_TURN = st.builds(lambda it, sign: sign * it, EXTREME_SHARE, st.sampled_from([-1, 1]))
EXTREME_ANGLE = EXTREME_TURN.map(lambda it: 180 * it) | ANGLE
EXTREME_ATTENTION = st.builds(
    lambda *values: dict(zip(ATTENTION_OF, values, strict=True)),
    *[EXTREME_ANGLE] * 3,
    EXTREME_SHARE,
    *[EXTREME_TURN] * 2,
    st.booleans(),
)


@st.composite
def extreme_scores(draw):
    """Seven shares whose sum is as far from 1 as is let in."""
    total = draw(st.sampled_from([0.9801, 1.0, 1.0199]))
    others = [draw(EXTREME_SHARE) * total / 7 for _ in range(6)]
    return draw(st.permutations([*others, min(1.0, total - sum(others))]))


@st.composite
def extreme_pictures(draw):
    expression = draw(st.none() | extreme_scores())
    return picture(
        age_ms=draw(st.integers(0, 10_000)),
        faces=draw(st.integers(1, GEOMETRY.finder.most)),
        attention=draw(st.none() | EXTREME_ATTENTION),
        expression=expression,
        uncertain=draw(st.booleans()) if expression is not None else None,
    ) | (NOBODY if draw(st.integers(0, 5)) == 0 else {})


NOBODY = {"faces": 0, "attention": None, "expression": None, "uncertain": None}


@given(st.lists(st.tuples(extreme_pictures(), st.sampled_from([1e-6, 0.5, 1, 9.9, 600])), max_size=40))
def test_whatever_is_let_in_the_fold_and_its_sums_stay_in_their_ranges(said):
    """Numbers that no camera gives, at times that no camera keeps."""
    state, at, bins = None, 0.0, []
    for one, later_s in said:
        at += later_s
        try:
            (analysis,) = checked(message(one))
        except impossible.ReadingTooLarge:
            continue
        state, engagement = fold(state, analysis, at)
        bins.append(bin_of(analysis, engagement, at))
        for share in (engagement.value, engagement.presence):
            assert share is None or 0 <= share <= 1
        if engagement.expression is not None:
            assert abs(sum(engagement.expression.probabilities) - 1) < 1e-6
        assert len(json.dumps(state.to_dict(), allow_nan=False)) < 2000
        assert 0 <= bins[-1].engagement_permille <= 1000
    for kind in FindingKind:
        evidence = weigh(bins, kind=kind, lesson_s=at)
        assert 0 <= evidence.share <= 1 and 0 <= evidence.lower_bound <= 1
        judge(evidence, FlagThresholds(minutes=0, coverage=0))
