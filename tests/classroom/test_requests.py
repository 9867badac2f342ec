"""What clients may ask: declared requests are read, everything else is none."""

import json
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.models import PulseAnswer, SelfReport
from classroom.sockets.requests import LONGEST_TEXT, student_request, teacher_request
from classroom.wire.messages import (
    PulseAnswerRequest,
    QuestionRequest,
    RefreshRequest,
    RequestType,
    RevealRequest,
    SelfReportRequest,
    StudentRequest,
    VoteRequest,
)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)
REQUESTS = ["self_report", "pulse_answer", "question", "vote", "measured", "reveal", "refresh"]
WORDS = st.sampled_from([*REQUESTS, "yes", "following", "lost", "Lost", "on", "type"])
FIELDS = st.sampled_from(["type", "kind", "on", "pulse", "answer", "question", "network", "readings"])
NEARLY = st.dictionaries(FIELDS, WORDS | VALUES)


@pytest.mark.parametrize("kind", SelfReport.Kind.values)
def test_a_student_may_say_each_kind(kind):
    request = student_request(json.dumps({"type": "self_report", "kind": kind}))
    assert request == SelfReportRequest(kind)


@pytest.mark.parametrize("answer", PulseAnswer.Kind.values)
def test_a_student_may_answer_a_check_with_each_word(answer):
    request = student_request(json.dumps({"type": "pulse_answer", "pulse": 7, "answer": answer}))
    assert request == PulseAnswerRequest(7, answer)


def test_a_student_may_ask_and_vote():
    assert student_request('{"type": "question", "text": "Why?"}') == QuestionRequest("Why?")
    assert student_request('{"type": "vote", "question": 7, "on": false}') == VoteRequest(7, on=False)


def test_no_answer_is_declared_that_is_not_stored():
    assert list(get_args(get_type_hints(PulseAnswerRequest)["answer"])) == PulseAnswer.Kind.values


def test_every_type_of_request_may_be_named_in_a_refusal():
    tags = [one.__struct_config__.tag for one in get_args(StudentRequest)]
    assert list(get_args(RequestType)) == tags


def test_no_kind_is_declared_that_is_not_stored():
    assert list(get_args(get_type_hints(SelfReportRequest)["kind"])) == SelfReport.Kind.values


def test_a_teacher_may_show_names_hide_them_and_ask_for_everything():
    assert teacher_request('{"type": "reveal", "on": true}') == RevealRequest(on=True)
    assert teacher_request('{"on": false, "type": "reveal"}') == RevealRequest(on=False)
    assert teacher_request(' {"type": "refresh"} ') == RefreshRequest()


@pytest.mark.parametrize(
    "text",
    [
        '{"kind": "lost"}',
        '{"type": null, "kind": "lost"}',
        '{"type": "self_report"}',
        '{"type": "self_report", "kind": null}',
        '{"type": "self_report", "kind": "lost", "participant": 7}',
        '{"type": "pulse_answer", "pulse": 0, "answer": "yes"}',
        '{"type": "pulse_answer", "pulse": -1, "answer": "yes"}',
        '{"type": "pulse_answer", "pulse": 9223372036854775808, "answer": "yes"}',
        '{"type": "pulse_answer", "pulse": "7", "answer": "yes"}',
        '{"type": "pulse_answer", "pulse": true, "answer": "yes"}',
        '{"type": "pulse_answer", "pulse": 7, "answer": "Yes"}',
        '{"type": "question"}',
        '{"type": "question", "text": null}',
        '{"type": "question", "text": ["Why?"]}',
        '{"type": "question", "text": "Why?", "participant": 7}',
        '{"type": "vote", "question": 7}',
        '{"type": "vote", "question": 0, "on": true}',
        '{"type": "vote", "question": 7, "on": 1}',
        '{"type": "reveal"}',
        '{"on": true}',
        '{"type": "reveal", "on": 1}',
        '{"type": "reveal", "on": "true"}',
        '{"type": "refresh", "on": true}',
        '{"type": "refresh"',
        '{"type": "refresh"}{"type": "refresh"}',
        '"refresh"',
        '{"type": "\\ud800"}',
        "\ud800",
        "[" * LONGEST_TEXT,
        '{"type":' * (LONGEST_TEXT // 8),
    ],
)
def test_what_nobody_declared_is_no_request(text):
    assert student_request(text) is None
    assert teacher_request(text) is None


def test_one_socket_takes_no_request_of_the_other():
    assert teacher_request('{"type": "self_report", "kind": "lost"}') is None
    assert student_request('{"type": "refresh"}') is None
    assert student_request('{"type": "reveal", "on": true}') is None


def test_a_request_may_be_as_long_as_the_limit_and_no_longer():
    text = '{"type": "refresh"}'
    assert teacher_request(text.ljust(LONGEST_TEXT)) == RefreshRequest()
    assert teacher_request(text.ljust(LONGEST_TEXT + 1)) is None


@given(st.text() | (VALUES | NEARLY).map(json.dumps))
def test_whatever_is_sent_is_a_declared_request_or_none(text):
    student, teacher = student_request(text), teacher_request(text)
    assert student is None or teacher is None
    for request in filter(None, (student, teacher)):
        fields = {name: getattr(request, name) for name in request.__struct_fields__}
        assert json.loads(text) == {"type": request.__struct_config__.tag, **fields}
