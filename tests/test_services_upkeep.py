"""What beat looks after: forgotten lessons, unfinished reports, what is past its retention."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from classroom import queries, services
from classroom.models import (
    Attendance,
    Consent,
    Flag,
    Hint,
    Lesson,
    MoodGroup,
    MoodPoint,
    Participant,
    ParticipantState,
    Policy,
    Reading,
    Report,
    RollupBin,
    School,
    SelfReport,
)
from classroom.personal import OF_CHILD, PERSONAL
from classroom.services import dispatch, lessons, upkeep
from classroom.services.flags import FLAG_LIFE
from classroom.services.reports import ATTEMPTS, SENDS
from tests.factories import (
    MONDAY,
    make_consent,
    make_flag,
    make_lesson,
    make_participant,
    make_school,
    make_user,
)
from tests.reports.scenes import make_ended_lesson, make_student
from tests.scenes import ended, measured_lesson, note_in_admin_log
from tests.upkeep import delete_past_retention
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
    services.end_lost_stays(now=now)
    assert services.close_forgotten_lessons(now=now) == int(is_closed)
    lesson.refresh_from_db()
    assert lesson.is_open is not is_closed


def test_a_lesson_that_cannot_be_ended_keeps_no_other_open(monkeypatch, caplog):
    first, second = make_lesson(), make_lesson(started_at=MONDAY + timedelta(seconds=1))
    end = lessons.end_lesson

    def ends_but_one(*, lesson_id, now):
        if lesson_id == first.id:
            raise ZeroDivisionError
        return end(lesson_id=lesson_id, now=now)

    monkeypatch.setattr(lessons, "end_lesson", ends_but_one)
    assert services.close_forgotten_lessons(now=MONDAY + timedelta(hours=2)) == 1
    assert [lesson.id for lesson in Lesson.objects.open()] == [first.id]
    assert f"Lesson {first.id} could not be ended" in caplog.text
    second.refresh_from_db()
    assert not second.is_open


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


def test_beat_sends_the_tasks_of_due_reports_again(monkeypatch):
    sent = []
    monkeypatch.setattr(tasks, "send_report_task", sent.append)
    lessons = {
        state: make_lesson(minutes=5, report_state=state) for state in ("pending", "building", "ready")
    }
    make_lesson()
    tasks.send_pending_reports()
    assert set(sent) == {lessons["pending"].id, lessons["building"].id}


def sent_again(*seconds):
    """At which of these a task is sent for one report that waits."""
    return [one for one in seconds if services.due_reports(now=NOW + timedelta(seconds=one))]


def test_for_a_report_that_nobody_takes_a_task_is_sent_after_ever_longer_pauses():
    make_lesson(minutes=5)
    assert sent_again(*range(0, 500, 5)) == [0, 15, 45, 105, 225, 465]
    Lesson.objects.update(report_sends=100, report_due_at=NOW)
    assert sent_again(*range(0, 1300, 5)) == [0, 600, 1200]


def test_a_report_that_nobody_took_for_a_day_is_given_up_with_one_line(caplog):
    lesson = make_lesson(minutes=5)
    hours = timedelta(0)
    while services.due_reports(now=NOW + hours):
        hours += timedelta(minutes=10)
    assert timedelta(hours=20) < hours < timedelta(hours=28)
    assert Lesson.objects.get().report_state == "failed"
    assert sent_again(10**6) == []
    (line,) = [one.getMessage() for one in caplog.records]
    assert line == f"The report of lesson {lesson.id} is given up: no worker has taken it for a day"


def test_a_report_that_takes_workers_along_is_begun_ever_later_and_then_given_up(caplog):
    lesson = make_lesson(minutes=5)
    begun = []
    for minute in range(24 * 60):
        now = NOW + timedelta(minutes=minute)
        for number in services.due_reports(now=now):
            begun += [minute] if services.claim_report(lesson_id=number, now=now) else []
    assert len(begun) == ATTEMPTS
    pauses = [later - earlier for earlier, later in pairwise(begun)]
    assert pauses == sorted(pauses) and pauses[0] >= 5
    assert Lesson.objects.get().report_state == "failed"
    assert [one.getMessage() for one in caplog.records] == [
        f"The report of lesson {lesson.id} is given up: 5 workers died while they wrote it"
    ]


def test_a_report_that_was_given_up_begins_afresh_when_it_is_asked_for_again():
    lesson = make_lesson(
        minutes=5,
        report_state="failed",
        report_attempts=ATTEMPTS,
        report_sends=SENDS,
        report_due_at=NOW + timedelta(days=1),
    )
    assert services.ask_for_report_again(lesson_id=lesson.id)
    assert services.due_reports(now=NOW) == [lesson.id]
    assert services.claim_report(lesson_id=lesson.id, now=NOW)


@pytest.mark.parametrize(
    ("state", "asked"),
    [("failed", True), ("ready", True), ("pending", False), ("building", False)],
)
def test_only_a_finished_report_is_asked_for_again(state, asked):
    lesson = make_ended_lesson(report_state=state, report_progress=40)
    assert services.ask_for_report_again(lesson_id=lesson.id) is asked
    lesson.refresh_from_db()
    assert lesson.report_state == ("pending" if asked else state)
    assert lesson.report_progress == (0 if asked else 40)


@pytest.mark.parametrize(
    ("state", "age", "after"),
    [
        ("draft", FLAG_LIFE + timedelta(seconds=1), "expired"),
        ("draft", FLAG_LIFE, "draft"),
        ("confirmed", FLAG_LIFE * 2, "confirmed"),
        ("dismissed", FLAG_LIFE * 2, "dismissed"),
    ],
)
def test_only_old_drafts_expire(state, age, after):
    reviewed = {} if state == "draft" else {"reason": "Seen.", "reviewed_at": NOW}
    lesson = make_ended_lesson()
    flag = make_flag(
        lesson=lesson, participant=make_student(lesson), state=state, drafted_at=NOW - age, **reviewed
    )
    assert services.expire_flags(now=NOW) == int(state != after)
    flag.refresh_from_db()
    assert flag.state == after


def test_what_beat_sent_while_no_worker_was_there_is_not_done_again_and_again(settings):
    """Each would send every unfinished report once more."""
    assert settings.CELERY_BEAT_SCHEDULE
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert 60 <= entry["options"]["expires"] <= 3600, name


# --- schools, each in a task of its own ---


def test_beat_sends_schools_that_wait_longest_and_no_more_than_a_round_takes(monkeypatch):
    sent = []
    monkeypatch.setattr(tasks, "send_upkeep_task", sent.append)
    monkeypatch.setattr(upkeep, "SCHOOLS_A_ROUND", 2)
    School.objects.all().delete()
    waits, new, waits_longest, just_done = (make_school() for _ in range(4))
    for school, minutes in ((waits, 61), (waits_longest, 90), (just_done, 59)):
        School.objects.filter(id=school.id).update(tended_at=timezone.now() - timedelta(minutes=minutes))
    tasks.send_schools()
    assert sent == [new.id, waits_longest.id]
    tasks.send_schools()
    assert sent == [new.id, waits_longest.id, waits.id], "who was sent just now is not sent again"
    tasks.send_schools()
    assert len(sent) == 3


def test_a_school_whose_task_was_lost_is_sent_again():
    school = make_school()
    assert school.id in services.take_due_schools(now=NOW)
    assert services.take_due_schools(now=NOW + timedelta(minutes=19)) == []
    assert school.id in services.take_due_schools(now=NOW + timedelta(minutes=20))


def test_a_clock_that_was_wrong_for_a_while_keeps_no_school_waiting():
    """It was a year ahead when the school was looked after; then somebody set it right."""
    School.objects.all().delete()
    school = make_school()
    ahead = NOW + timedelta(days=365)
    services.take_due_schools(now=ahead)
    services.delete_what_is_nobodys(now=ahead)
    services.look_after_school(school_id=school.id, now=ahead)
    assert services.take_due_schools(now=NOW) == [school.id]
    services.look_after_school(school_id=school.id, now=NOW)
    services.delete_what_is_nobodys(now=NOW)
    assert queries.last_deletion() == NOW
    assert services.take_due_schools(now=NOW - timedelta(minutes=2)) == [], (
        "a machine's clock is a little behind"
    )


def test_looking_after_one_school_leaves_the_others_to_their_own_tasks():
    schools = [make_school(), make_school()]
    for school in schools:
        ended(measured_lesson(school, started_at=NOW - timedelta(days=31)))
    tasks.look_after_school(school_id=schools[0].id)
    assert set(Reading.objects.values_list("school", flat=True)) == {schools[1].id}


def test_what_is_past_its_period_goes_also_where_the_policy_cannot_be_enforced(monkeypatch):
    school = make_school()
    ended(measured_lesson(school, started_at=NOW - timedelta(days=31)))

    def breaks(**_):
        raise ZeroDivisionError

    monkeypatch.setattr(upkeep, "enforce_policy", breaks)
    with pytest.raises(ZeroDivisionError):
        services.look_after_school(school_id=school.id, now=NOW)
    assert not Reading.objects.exists()
    assert School.objects.get(id=school.id).tended_at is None, "it is sent again, and the alert sees it"


def test_a_policy_of_this_week_is_enforced_again():
    school = make_school()
    lesson = measured_lesson(school, started_at=NOW)
    Policy.objects.update(allows_attention=False, allows_expression=False, chosen_at=NOW - timedelta(days=8))
    services.look_after_school(school_id=school.id, now=NOW)
    assert lesson.readings.filter(yaw__isnull=False).exists()
    Policy.objects.update(chosen_at=NOW - timedelta(days=6))
    services.look_after_school(school_id=school.id, now=NOW)
    assert not lesson.readings.filter(yaw__isnull=False).exists()


def test_the_last_deletion_is_that_of_the_school_that_waits_longest():
    School.objects.all().delete()
    schools = [make_school(), make_school()]
    hours = iter(NOW + timedelta(hours=hour) for hour in range(9))
    first = next(hours)
    services.delete_what_is_nobodys(now=first)
    services.look_after_school(school_id=schools[0].id, now=next(hours))
    assert queries.last_deletion() is None, "one school was never looked after"
    services.look_after_school(school_id=schools[1].id, now=next(hours))
    assert queries.last_deletion() == first, "what is nobody's was deleted before"
    services.delete_what_is_nobodys(now=next(hours))
    assert queries.last_deletion() == first + timedelta(hours=1)
    services.look_after_school(school_id=schools[0].id, now=next(hours))
    assert queries.last_deletion() == first + timedelta(hours=2)
    make_school()
    services.look_after_school(school_id=schools[1].id, now=next(hours))
    assert queries.last_deletion() == first + timedelta(hours=2), "a new school has not had its turn"


def test_many_lessons_in_real_time_are_looked_at_in_one_statement(django_assert_max_num_queries):
    for _ in range(5):
        lesson = make_lesson()
        Attendance.objects.create(
            lesson=lesson,
            participant=make_participant(lesson=lesson),
            joined_at=MONDAY,
            last_seen_at=MONDAY + timedelta(hours=3),
        )
    with django_assert_max_num_queries(1):
        assert services.close_forgotten_lessons(now=MONDAY + timedelta(hours=3)) == 0


# --- periods ---


def in_lessons(model):
    return set(model.objects.values_list("lesson", flat=True))


def left(school, *, days, **policy):
    """What is left of an ended lesson so many days after, by the model's name."""
    Policy.objects.filter(school=school).update(**policy)
    lesson = ended(measured_lesson(school, started_at=NOW - timedelta(days=days)))
    delete_past_retention(now=NOW)
    kept = {kind.model.__name__ for kind in PERSONAL if kind.rows().exists()}
    return kept | ({"Participant"} if Participant.objects.exists() else set()), lesson


EVERYTHING = {kind.model.__name__ for kind in PERSONAL} | {"Participant"}
READINGS = {"Reading", "ParticipantState", "SelfReport", "PulseAnswer", "Question", "QuestionVote", "Hint"}


def test_each_schools_retention_is_kept():
    strict, lenient, undecided = make_school(), make_school(), make_school()
    Policy.objects.filter(school=strict).update(retention_days=7)
    lessons = [
        ended(measured_lesson(school, started_at=NOW - timedelta(days=days)))
        for school, days in ((strict, 9), (strict, 5), (lenient, 9), (undecided, 31), (undecided, 29))
    ]
    Policy.objects.filter(school=undecided).delete()
    delete_past_retention(now=NOW)
    for model in (Reading, ParticipantState, SelfReport):
        assert in_lessons(model) == {lessons[1].id, lessons[2].id, lessons[4].id}, model


def test_an_open_lesson_loses_nothing():
    measured_lesson(make_school(), started_at=NOW - timedelta(days=99))
    assert delete_past_retention(now=NOW).total() == 0
    assert Reading.objects.exists()


@pytest.mark.parametrize(
    ("policy", "gone"),
    [
        ({"retention_days": 9}, READINGS),
        ({"sums_days": 9, "retention_days": 11}, {"RollupBin", "Strike"}),
        ({"log_days": 9, "retention_days": 11}, {"AccessLogEntry"}),
        ({"names_days": 9}, EVERYTHING),
    ],
)
def test_each_list_has_its_own_period(policy, gone):
    kept, _lesson = left(make_school(), days=10, **policy)
    assert kept == EVERYTHING - gone


def test_of_an_account_whose_place_stays_nothing_is_kept_for_longer_than_the_names():
    school = make_school()
    lesson = ended(measured_lesson(school, started_at=NOW - timedelta(days=10)))
    Policy.objects.update(names_days=9)
    lesson.classroom.participants.update(user=make_user(school=school))
    delete_past_retention(now=NOW)
    assert lesson.classroom.participants.exists()
    assert [kind.name for kind in PERSONAL if kind.rows().exists()] == []


def test_drafts_go_with_the_readings_and_reviewed_flags_in_a_period_of_their_own():
    school = make_school()
    left(school, days=10, retention_days=9)
    assert [flag.state for flag in Flag.objects.all()] == ["confirmed"]
    Policy.objects.update(flags_days=9)
    delete_past_retention(now=NOW)
    assert not Flag.objects.exists()


def test_what_is_about_the_class_stays_with_the_lesson():
    _kept, lesson = left(make_school(), days=401)
    assert [it.kind for it in Hint.objects.all()] == ["class_drifting", "several_lost"]
    assert MoodPoint.objects.filter(lesson=lesson).exists()
    assert Report.objects.filter(lesson=lesson).exists()


@pytest.mark.parametrize(("name", "model"), [("retention_days", Reading), ("sums_days", RollupBin)])
def test_who_agreed_to_fewer_days_keeps_them(name, model):
    """The policy has 30 and 90 by now; what was measured under fewer is deleted after those."""
    lesson = measured_lesson(make_school(), started_at=NOW - timedelta(days=10), students=2)
    strict, _other = Consent.objects.order_by("id")
    Consent.objects.filter(id=strict.id).update(**{name: 9})
    ended(lesson)
    delete_past_retention(now=NOW)
    assert set(model.objects.values_list("participant", flat=True)) == {_other.participant_id}


def test_more_days_agreed_to_are_no_right_to_keep_it():
    lesson = measured_lesson(make_school(), started_at=NOW - timedelta(days=31))
    Consent.objects.update(retention_days=365)
    ended(lesson)
    delete_past_retention(now=NOW)
    assert not Reading.objects.exists()


def test_a_place_lasts_while_a_younger_lesson_is_left_and_an_account_longer():
    school = make_school()
    old = measured_lesson(school, started_at=NOW - timedelta(days=410), students=3)
    ended(old)
    _gone, comes_back, account = Participant.objects.order_by("id")
    Participant.objects.filter(id=account.id).update(user=make_user(school=school))
    young = make_lesson(classroom=old.classroom, started_at=NOW - timedelta(days=2))
    make_consent(lesson=young, participant=comes_back)
    delete_past_retention(now=NOW)
    assert set(Participant.objects.all()) == {comes_back, account}
    assert set(Attendance.objects.all()) == set()
    assert in_lessons(Consent) == {young.id}


def test_no_group_of_an_ended_lesson_is_left():
    lesson = ended(measured_lesson(make_school(), started_at=NOW))
    MoodGroup.objects.create(lesson=lesson, last_counted=[1, 2, 3])
    delete_past_retention(now=NOW)
    assert not MoodGroup.objects.exists()


def test_the_administrations_log_forgets_what_is_gone():
    """A flag that expired by retention, and a student whom an administrator deleted by hand."""
    lesson = ended(measured_lesson(make_school(), started_at=NOW - timedelta(days=40)))
    by_hand = make_participant(lesson=lesson)
    note_in_admin_log(lesson, by_hand)
    by_hand.delete()
    delete_past_retention(now=NOW)
    about = set(LogEntry.objects.values_list("content_type__model", "object_id"))
    (flag,) = Flag.objects.all()
    assert about == {("flag", str(flag.id)), ("participant", str(lesson.consents.get().participant_id))}


def test_every_model_about_a_student_is_in_the_one_list():
    related = {relation.related_model for relation in Participant._meta.related_objects}
    assert related == {kind.model for kind in PERSONAL} | set(OF_CHILD)


@pytest.mark.parametrize(
    "send",
    [lambda: dispatch.send_summary_task(1), dispatch.send_outgoing_task, dispatch.send_attendance_task],
    ids=["summaries", "webhooks", "attendance"],
)
def test_of_what_beat_sends_again_each_round_no_more_than_a_round_waits_in_the_queue(send, monkeypatch):
    """A worker that is away for a night would else find thousands of the same task."""
    sent = []
    monkeypatch.setattr("classroom.celery.app.send_task", lambda *task, **options: sent.append(options))
    send()
    every = settings.CELERY_BEAT_SCHEDULE["resend-pending-reports"]["schedule"]
    assert sent[0]["expires"] == every
