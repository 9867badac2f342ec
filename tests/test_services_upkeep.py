"""What beat looks after: forgotten lessons, unfinished reports, what is past its retention."""

from datetime import timedelta

import pytest

from classroom import services
from classroom.models import (
    AccessLogEntry,
    Attendance,
    Flag,
    Hint,
    Lesson,
    MoodPoint,
    ParticipantState,
    Policy,
    Reading,
    Report,
    RollupBin,
    SelfReport,
)
from classroom.services.readings import Measurement
from tests.analyses import attentive
from tests.factories import (
    MONDAY,
    make_classroom,
    make_flag,
    make_lesson,
    make_participant,
    make_school,
)
from worker import tasks

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("open_hours", "seen_minutes_ago", "is_closed"),
    [(0.9, None, False), (1.1, None, True), (3, 59, False), (3, 61, True), (11.9, 1, False), (12.1, 1, True)],
)
@pytest.mark.parametrize("speed", [1, 10])
def test_a_forgotten_lesson_is_ended(open_hours, seen_minutes_ago, is_closed, speed):
    lesson = make_lesson(speed=speed)
    now = MONDAY + timedelta(hours=open_hours)
    if seen_minutes_ago is not None:
        seen = lesson.time_at(now - timedelta(minutes=seen_minutes_ago))
        Attendance.objects.create(
            lesson=lesson, participant=make_participant(lesson=lesson), joined_at=MONDAY, last_seen_at=seen
        )
    assert services.close_forgotten_lessons(now=now) == int(is_closed)
    lesson.refresh_from_db()
    assert lesson.is_open is not is_closed


@pytest.mark.parametrize(
    ("state", "claimed_minutes_ago", "is_claimed"),
    [
        ("pending", None, True),
        ("building", 1, False),
        ("building", 6, True),
        ("ready", 60, False),
        ("failed", 60, False),
    ],
)
def test_a_report_is_claimed_by_one_task(state, claimed_minutes_ago, is_claimed):
    claimed_at = NOW - timedelta(minutes=claimed_minutes_ago) if claimed_minutes_ago else None
    lesson = make_lesson(minutes=5, report_state=state, report_claimed_at=claimed_at)
    assert services.claim_report(lesson_id=lesson.id, now=NOW) is is_claimed
    assert not services.claim_report(lesson_id=lesson.id, now=NOW)


def test_a_task_whose_claim_was_taken_over_finishes_nothing():
    lesson = make_lesson(minutes=5)
    later = NOW + timedelta(minutes=6)
    assert services.claim_report(lesson_id=lesson.id, now=NOW)
    assert services.claim_report(lesson_id=lesson.id, now=later)
    services.finish_report(lesson_id=lesson.id, claimed_at=NOW, state="failed")
    assert Lesson.objects.get().report_state == "building"
    services.finish_report(lesson_id=lesson.id, claimed_at=later, state="ready")
    assert Lesson.objects.get().report_state == "ready"


def test_beat_sends_the_tasks_of_unfinished_reports_again(monkeypatch):
    sent = []
    monkeypatch.setattr(tasks, "send_report_task", sent.append)
    lessons = {
        state: make_lesson(minutes=5, report_state=state) for state in ("pending", "building", "ready")
    }
    make_lesson()
    tasks.send_pending_reports()
    assert set(sent) == {lessons["pending"].id, lessons["building"].id}


def measured_lesson(school, *, days_ago):
    """An ended lesson with something in every table, all about one student."""
    started_at = NOW - timedelta(days=days_ago)
    lesson = make_lesson(classroom=make_classroom(school=school), started_at=started_at)
    participant = make_participant(lesson=lesson, choice="own_results")
    consent = participant.consents.get()
    services.record_readings(
        lesson_id=lesson.id, measurements=[Measurement(participant.id, consent.id, started_at, attentive())]
    )
    about = {"lesson": lesson, "participant": participant}
    SelfReport.objects.create(**about, at=started_at, kind="lost")
    Hint.objects.create(**about, at=started_at, kind="persistently_sad")
    Hint.objects.create(lesson=lesson, at=started_at, kind="several_lost")
    for kind, state in (("persistently_sad", "confirmed"), ("persistently_disengaged", "draft")):
        make_flag(**about, kind=kind, state=state)
    MoodPoint.objects.create(lesson=lesson, at=started_at, counted=5, unknown=0)
    Report.objects.create(lesson=lesson, built_at=started_at, summary={})
    Lesson.objects.filter(id=lesson.id).update(
        ended_at=started_at + timedelta(minutes=45), report_state="ready"
    )
    return lesson


PERSONAL = (Reading, ParticipantState, RollupBin, SelfReport)


def test_each_schools_retention_is_kept():
    strict, lenient = make_school(), make_school()
    Policy.objects.filter(school=strict).update(retention_days=7)
    measured_lesson(strict, days_ago=9)
    kept = [
        measured_lesson(strict, days_ago=5),
        measured_lesson(lenient, days_ago=9),
        make_lesson(classroom=make_classroom(school=strict), started_at=NOW - timedelta(days=99)),
    ]
    services.delete_past_retention(now=NOW)
    for model in PERSONAL:
        assert set(model.objects.values_list("lesson", flat=True)) == {it.id for it in kept[:2]}, model


def test_past_retention_what_a_person_decided_and_what_is_about_the_class_stays():
    lesson = measured_lesson(make_school(), days_ago=40)
    services.delete_past_retention(now=NOW)
    assert [flag.state for flag in Flag.objects.all()] == ["confirmed"]
    assert [it.kind for it in Hint.objects.all()] == ["several_lost"]
    assert MoodPoint.objects.filter(lesson=lesson).exists()
    assert Report.objects.filter(lesson=lesson).exists()


@pytest.mark.parametrize(("days_ago", "kept"), [(300, 1), (400, 0)])
def test_the_access_log_is_kept_for_a_year(days_ago, kept):
    lesson = measured_lesson(make_school(), days_ago=days_ago)
    AccessLogEntry.objects.create(
        lesson=lesson,
        participant=lesson.consents.get().participant,
        viewer_name="T",
        place="report",
        at=lesson.started_at,
    )
    services.delete_past_retention(now=NOW)
    assert AccessLogEntry.objects.count() == kept
