"""Statements for a record store: valid, the same however often, and without a place for a measurement."""

import json
import re
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from classroom.xapi import Did, Happening, statements
from emotion.labels import EMOTIONS
from emotion.values import Signal

HOME = "https://pulse.school.example"
AT = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
ONE = Happening("a1b2", Did.ATTENDED, 7, 3, AT)
TAP = replace(ONE, did=Did.RESPONDED, said="lost")
# No measurement is called by any of these; "level" is what a class is with.
MEASURED = ("engag", "express", "attention", "mood", "level", "yaw", "gaze", "probab", "clarity", "score")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def content(*happenings):
    return [one.content for one in statements(happenings, HOME)]


def test_a_happening_has_a_place_for_nothing_that_was_measured():
    assert {one.name for one in fields(Happening)} == {
        "who",
        "did",
        "lesson_id",
        "classroom_id",
        "at",
        "said",
    }


def test_no_statement_speaks_of_a_measurement():
    told = json.dumps(content(*(replace(TAP, did=did) for did in Did))).lower()
    words = (*MEASURED, *map(str, EMOTIONS), *map(str, Signal))
    assert [word for word in words if word in told] == []


@pytest.mark.parametrize("did", Did)
def test_a_statement_says_who_by_a_made_up_name_did_what_with_which_lesson(did):
    (one,) = content(replace(ONE, did=did))
    assert one["actor"] == {"objectType": "Agent", "account": {"homePage": HOME, "name": "a1b2"}}
    assert one["verb"]["id"] == did.value
    assert f"{HOME}/lessons/7/" in json.dumps(one)
    assert TIME.fullmatch(one["timestamp"])
    assert UUID(one["id"]).version == 5
    assert "result" not in one


def test_a_tap_says_its_kind_and_nothing_else():
    (one,) = content(TAP)
    assert one["result"] == {"response": "lost"}


def test_the_same_values_make_the_same_ids_and_any_other_value_another():
    others = [
        replace(ONE, who="c3"),
        replace(ONE, did=Did.TERMINATED),
        replace(ONE, lesson_id=8),
        replace(ONE, classroom_id=4),
        replace(ONE, at=AT + timedelta(seconds=1)),
        replace(ONE, said="lost"),
    ]
    assert content(ONE) == content(ONE)
    assert len({one["id"] for one in content(ONE, *others)}) == 7


def test_statements_stand_in_the_order_of_what_happened():
    later = replace(ONE, at=AT + timedelta(minutes=1))
    told = statements([later, ONE, TAP], HOME)
    assert [one.place for one in told] == sorted(one.place for one in told)
    assert told[-1].content["timestamp"] == "2026-09-07T09:01:00.000Z"
