"""Writing the report: the same however often, and never over a person's decision."""

import json
from datetime import timedelta
from time import process_time

import pytest
from django.db import connection

from classroom.models import Consent, Flag, Lesson, Report, RollupBin
from classroom.services import expire_flags, review_flag, withdraw_consent
from emotion.labels import Emotion
from reports.build import build_report
from reports.drafts import findings, write_drafts
from reports.values import Summary
from tests.factories import MONDAY, make_admin
from tests.reports.class_of import make_taught_class
from tests.reports.scenes import make_bins, make_ended_lesson, make_mood, make_student

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(hours=2)
LONGEST_BUILD_S = 3.0


def build(lesson, *, now=NOW, progress=lambda percent: None):
    return build_report(lesson_id=lesson.id, now=now, progress=progress)


def flags(lesson):
    return set(lesson.flags.values_list("participant_id", "kind", "state"))


def rows(model):
    return list(model.objects.order_by("id").values())


@pytest.fixture
def taught():
    return make_taught_class()


def test_it_drafts_exactly_the_sad_and_the_disengaged_student(taught):
    build(taught.lesson)
    assert flags(taught.lesson) == {
        (taught.sad.id, "persistently_sad", "draft"),
        (taught.disengaged.id, "persistently_disengaged", "draft"),
    }


def test_a_draft_says_from_when_to_when_in_lesson_time(taught):
    build(taught.lesson)
    flag = taught.lesson.flags.get(participant=taught.sad)
    assert flag.starts_at == taught.lesson.started_at + timedelta(minutes=1)
    assert flag.ends_at == taught.lesson.started_at + timedelta(minutes=44)
    assert flag.drafted_at == NOW


def test_building_again_changes_nothing(taught):
    build(taught.lesson)
    before = rows(Report), rows(Flag)
    build(taught.lesson)
    assert (rows(Report), rows(Flag)) == before


def test_building_later_keeps_the_day_on_which_a_flag_was_drafted(taught):
    build(taught.lesson)
    build(taught.lesson, now=NOW + timedelta(days=1))
    assert set(taught.lesson.flags.values_list("drafted_at", flat=True)) == {NOW}


@pytest.mark.parametrize("state", ["confirmed", "dismissed"])
def test_a_reviewed_flag_is_never_overwritten(taught, state):
    build(taught.lesson)
    flag = taught.lesson.flags.get(participant=taught.sad)
    reviewer = make_admin(school=taught.lesson.classroom.school)
    review_flag(flag_id=flag.id, state=state, reason="We talked.", reviewer=reviewer, now=NOW)
    before = Flag.objects.filter(id=flag.id).values().get()
    RollupBin.objects.filter(participant=taught.sad, starts_at__gte=MONDAY + timedelta(minutes=30)).delete()
    build(taught.lesson)
    assert Flag.objects.filter(id=flag.id).values().get() == before


def test_an_expired_draft_is_not_drafted_again(taught):
    build(taught.lesson)
    expire_flags(now=NOW + timedelta(days=15))
    build(taught.lesson)
    assert set(taught.lesson.flags.values_list("state", flat=True)) == {"expired"}


def test_a_draft_that_the_rule_no_longer_finds_goes(taught):
    build(taught.lesson)
    taught.lesson.classroom.sad_share = 1.0
    taught.lesson.classroom.minimum_coverage = 0.94
    taught.lesson.classroom.save()
    build(taught.lesson)
    assert {participant for participant, _kind, _state in flags(taught.lesson)} == {taught.sad.id}


def test_a_rebuild_after_a_withdrawal_holds_nothing_of_the_student(taught):
    build(taught.lesson)
    withdraw_consent(lesson_id=taught.lesson.id, participant_id=taught.sad.id, now=NOW)
    build(taught.lesson)
    assert {participant for participant, _kind, _state in flags(taught.lesson)} == {taught.disengaged.id}


def test_a_withdrawal_while_the_report_is_written_wins(taught):
    found = findings(taught.lesson, taught_s=43 * 60)
    Consent.objects.filter(participant=taught.sad).update(ended_at=NOW, was_withdrawn=True)
    write_drafts(taught.lesson, found, NOW)
    assert {participant for participant, _kind, _state in flags(taught.lesson)} == {taught.disengaged.id}


def test_the_stored_summary_reads_back_and_names_nobody(taught):
    report = build(taught.lesson)
    report.refresh_from_db()
    assert Summary.from_json(json.dumps(report.summary)).joined == 8
    assert all(name not in str(report.summary) for name in ("Ada", "Bao", "Chiara", "Hana"))


def make_sharing(lesson, count=5, **fields):
    for _ in range(count):
        student = make_student(lesson, **fields)
        make_bins(lesson, student, minutes=(0, 20))
        make_bins(lesson, student, minutes=(20, 45), level="away")


def test_the_report_holds_phases_intervals_and_how_well_cameras_were_read():
    lesson = make_ended_lesson()
    make_mood(lesson, minutes=(0, 45), counted=5)
    make_sharing(lesson)
    summary = Summary.from_json(json.dumps(build(lesson).summary))
    assert [(one.span.start_s // 60, one.engagement) for one in summary.phases] == [(0, 0.85), (20, 0.1)]
    assert [one.span for one in summary.estimates] == [summary.whole, *(one.span for one in summary.phases)]
    assert summary.cameras.students == 5 and summary.network.startswith("flagship ")


@pytest.mark.parametrize("fields", [{"is_trial": True}, {"is_simulated": True}])
def test_who_does_not_count_is_in_no_figure(fields):
    lesson = make_ended_lesson()
    make_mood(lesson, minutes=(0, 45), counted=5)
    make_sharing(lesson, 4)
    make_sharing(lesson, 1, **fields)
    summary = Summary.from_json(json.dumps(build(lesson).summary))
    assert (summary.estimates, summary.cameras) == ((), None)


def test_once_sums_of_anybody_are_past_their_period_no_figure_is_made_of_the_rest():
    lesson = make_ended_lesson()
    make_mood(lesson, minutes=(0, 45), counted=5)
    make_sharing(lesson)
    late = NOW + timedelta(days=91)
    summary = Summary.from_json(json.dumps(build(lesson, now=late).summary))
    assert (summary.estimates, summary.cameras) == ((), None)


def test_progress_rises_to_a_hundred(taught):
    told = []
    build(taught.lesson, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 100


def test_a_lesson_without_anybody_has_a_report():
    assert Summary.from_json(json.dumps(build(make_ended_lesson()).summary)).joined == 0


def test_a_lesson_that_ended_at_once_has_a_report():
    assert Summary.from_json(json.dumps(build(make_ended_lesson(minutes=0)).summary)).lesson_s == 0


def seconds_of_a_build(lesson):
    """Of this process, not of the clock: what others have of the machine is no matter of the build."""
    began = process_time()
    build(lesson)
    return process_time() - began


def test_fifty_students_and_thirteen_thousand_bins_take_seconds():
    lesson = make_ended_lesson()
    for index in range(50):
        student = make_student(lesson, choice="own_results" if index % 5 else "class_mood")
        make_bins(lesson, student, minutes=(0, 45), expression=Emotion.SAD if index == 1 else Emotion.NEUTRAL)
    assert RollupBin.objects.count() == 13_500
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert min(seconds_of_a_build(lesson) for _ in range(2)) < LONGEST_BUILD_S
    assert lesson.flags.count() == 1
    assert Lesson.objects.get(id=lesson.id).report_state == "pending"
