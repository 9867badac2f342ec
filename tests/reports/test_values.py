"""The stored summary: what is written is what is read, and another version is refused."""

import json
from dataclasses import replace

import pytest

from reports.aggregates import moment
from reports.values import (
    PolicyInForce,
    SelfReportCounts,
    SelfReportStep,
    Span,
    Stretch,
    Summary,
    UnknownSummaryVersion,
)
from tests.reports.values import a_mood, a_step, a_summary

MOOD = (*a_mood(*[0.8] * 30), a_step(300, None))
FULL = a_summary(
    policy=PolicyInForce("full", ("attention", "presence"), True, 5),
    pauses=(Span(600, 660),),
    mood=MOOD,
    moments=(moment(120, "New topic", MOOD, [(125, 1, "lost")]),),
    best=Stretch(Span(0, 300), 0.9),
    hardest=Stretch(Span(600, 900), 0.4),
    self_reports=(SelfReportStep(Span(60, 120), SelfReportCounts(following=1, lost=2)),),
)


@pytest.mark.parametrize("summary", [a_summary(), FULL], ids=["empty", "full"])
def test_a_summary_survives_the_trip_through_json(summary):
    assert Summary.from_dict(json.loads(json.dumps(summary.to_dict()))) == summary


@pytest.mark.parametrize("version", [0, 2, None, "1"])
def test_a_summary_of_another_version_is_refused(version):
    with pytest.raises(UnknownSummaryVersion):
        Summary.from_dict({**FULL.to_dict(), "version": version})


def test_the_taught_time_leaves_pauses_out():
    assert FULL.taught_s == 2640


def test_without_a_policy_nothing_is_allowed():
    assert FULL.allows("attention")
    assert not FULL.allows("expression")
    assert not replace(FULL, policy=None).allows("attention")
