"""How well cameras were read, and that in plain words."""

from dataclasses import replace

import pytest

from reports.aggregates import shown_under
from reports.cameras import cameras_of
from reports.reliability import reliability
from reports.taps import self_report_steps
from reports.values import Cameras, Estimate, Span
from tests.reports.values import FULL, PRESENCE, a_block, a_mood, a_summary, an_individual

SELF_REPORT = replace(FULL, preset="self_report", signals=())


def students(count, *blocks):
    return [
        an_individual(n, [a_block(30 * i, **fields) for i, fields in enumerate(blocks)], taught_s=600)
        for n in range(count)
    ]


def found(sharing, policy=FULL):
    return cameras_of(sharing, policy, interval_ms=1000)


def test_coverage_faces_and_uncertainty_are_of_those_who_share():
    sharing = students(6, *[{}] * 8, {"certain": 0}, {"faces": 15})
    assert found(sharing) == Cameras(students=6, coverage=0.5, no_face=0.05, uncertain=0.1, thin_minutes=0)


@pytest.mark.parametrize(("count", "policy"), [(4, FULL), (0, FULL), (6, None)])
def test_fewer_than_the_smallest_group_tell_nothing_of_their_cameras(count, policy):
    assert found(students(count, {}), policy) is None


def test_a_minute_is_thin_where_most_had_fewer_than_half_of_the_readings_that_were_due():
    thin, full = {"readings": 14}, {}
    assert found(students(6, full, thin, full, full)).thin_minutes == 1
    assert found([*students(3, thin, full), *students(3, full, full)]).thin_minutes == 0
    assert found([*students(4, thin, full), *students(3, full, full)]).thin_minutes == 1
    assert cameras_of(students(6, thin), FULL, interval_ms=2000).thin_minutes == 0


def test_what_too_few_had_read_is_not_uncertain():
    none_read = {"expressions": 0, "certain": 0}
    assert found([*students(4, {}), *students(3, none_read)]).uncertain is None


CAMERAS = Cameras(students=6, coverage=0.854, no_face=0.05, uncertain=0.1, thin_minutes=3)
FIGURES = a_summary(
    policy=FULL,
    mood=a_mood(*[0.8] * 240),
    cameras=CAMERAS,
    network="flagship eda11d04",
    estimates=(Estimate(Span(0, 2700), 0.8, 0.75, 0.85, 6, 6),),
)


@pytest.mark.parametrize(
    ("today", "kept"),
    [
        (FULL, CAMERAS),
        (replace(FULL, signals=("attention", "presence")), replace(CAMERAS, uncertain=None)),
        (PRESENCE, replace(CAMERAS, uncertain=None)),
        (replace(FULL, minimum_group_size=7), None),
        (SELF_REPORT, None),
        (None, None),
    ],
)
def test_the_policy_of_today_holds(today, kept):
    shown = shown_under(FIGURES, today)
    assert shown.cameras == kept
    assert bool(shown.network) is (today is not None and "expression" in today.signals)


def test_a_report_with_cameras_says_what_it_rests_on():
    assert reliability(FIGURES) == [
        "A statement about the class is possible in 40 of 45 minutes.",
        "The cameras of 6 students who show their results were on for 85% of the lesson.",
        (
            "In 5% of their pictures no face was found: too dark, turned away, too far, or nobody there. "
            "How bright a picture was is kept nowhere."
        ),
        (
            "In 3 of 45 minutes fewer than half of the pictures that were due were read: analysis was "
            "behind, or connections were slow."
        ),
        "Their expression was uncertain in 10% of the time that was read.",
        "A range in brackets holds the mean of 95 of 100 classes with such students and minutes.",
        "Expressions were read by the network flagship eda11d04.",
    ]


def test_a_report_without_cameras_says_so_and_nothing_of_pictures():
    said = self_report_steps([], {60 * minute: 9 for minute in range(45)})
    assert reliability(a_summary(policy=SELF_REPORT, self_reports=said)) == [
        "Taps are counted in 45 of 45 minutes.",
        "No camera was asked for: there is only what students said, and attendance.",
    ]


def test_where_too_few_share_nothing_is_said_of_how_well_cameras_were_read():
    assert reliability(replace(FIGURES, cameras=None, estimates=(), network="")) == [
        "A statement about the class is possible in 40 of 45 minutes.",
        "Too few show their own results to say how well cameras were read.",
    ]


def test_where_all_was_read_in_time_it_says_so():
    told = reliability(replace(FIGURES, cameras=replace(CAMERAS, thin_minutes=0)))
    assert "Pictures were read as often as they were due: analysis was not behind." in told
