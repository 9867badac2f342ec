"""The stored summary: what is written is what is read, and another version is refused."""

import json
from dataclasses import replace

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classroom.disclosure import Amount, Strength
from reports.aggregates import marked, shown_under
from reports.taps import self_report_steps
from reports.values import (
    PolicyInForce,
    Span,
    Summary,
    UnknownSummaryVersion,
)
from tests.reports.values import a_mood, a_step, a_summary, in_words

POLICY = PolicyInForce("attention", ("attention", "presence"), True, 5)
SAID = [(125, 1, "lost")]
STORED = a_summary(
    policy=POLICY,
    pauses=(Span(600, 660),),
    mood=(*a_mood(*[0.8] * 30, *[0.4] * 30), a_step(600, None)),
    moments=(marked(120, "New topic", SAID, [120]),),
    self_reports=self_report_steps(SAID, {120: 9}),
)
FULL = shown_under(STORED, POLICY)
IN_WORDS = shown_under(
    replace(
        STORED,
        mood=in_words(*[Amount.MOST] * 30, *[Amount.FEW] * 30, None, expressions=(Strength.MOSTLY,) * 7),
    ),
    POLICY,
)
# PostgreSQL stores neither in JSON.
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


@pytest.mark.parametrize("summary", [a_summary(), FULL, IN_WORDS], ids=["empty", "full", "in words"])
def test_a_summary_survives_the_trip_through_json(summary):
    assert Summary.from_json(json.dumps(summary.to_dict())) == summary


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.from_type(Summary))
def test_whatever_a_summary_holds_is_read_as_it_was_stored(summary):
    assert repr(Summary.from_json(json.dumps(summary.to_dict()))) == repr(summary)


@pytest.mark.parametrize("wrong", [{"lesson_s": "2700"}, {"pauses": None}, {"mood": [{"at_s": 0}]}])
def test_a_summary_of_another_shape_is_not_read(wrong):
    with pytest.raises(msgspec.ValidationError):
        Summary.from_json(json.dumps(FULL.to_dict() | wrong))


def test_words_come_back_as_words():
    found = Summary.from_json(json.dumps(IN_WORDS.to_dict()))
    assert found.mood[0].level is Amount.MOST
    assert found.best is not None and found.best.level is Amount.MOST


@pytest.mark.parametrize("version", [0, 1, None, "1"])
def test_a_summary_of_another_version_is_refused(version):
    with pytest.raises(UnknownSummaryVersion):
        Summary.from_json(json.dumps({**FULL.to_dict(), "version": version}))


def test_a_summary_of_the_version_before_still_opens_without_what_it_did_not_hold():
    later = ("phases", "estimates", "cameras", "network")
    stored = {key: value for key, value in FULL.to_dict().items() if key not in later} | {"version": 2}
    assert Summary.from_json(json.dumps(stored)) == FULL
    assert (FULL.phases, FULL.estimates, FULL.cameras, FULL.network) == ((), (), None, "")


def test_the_taught_time_leaves_pauses_out():
    assert FULL.taught_s == 2640


def test_without_a_policy_nothing_is_allowed():
    assert FULL.allows("attention")
    assert not FULL.allows("expression")
    assert not replace(FULL, policy=None).allows("attention")
