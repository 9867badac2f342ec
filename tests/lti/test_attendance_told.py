"""Attendance goes back to the platform where the teacher asked for that: who was there, and nothing else."""

from datetime import timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from django.utils import timezone

from classroom import services
from classroom.lti.vocabulary import CLAIM
from classroom.models import Attendance, AttendanceReturn, Lesson, Participant, PlatformClass
from classroom.services.attendance_returns import ATTEMPTS, CLAIM_LASTS, WAITS
from tests.factories import make_consent, make_participant
from tests.lti.conftest import launch, teach, visitor
from tests.lti.simulator import STUDENT
from worker import tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher(simulator, platform, school):
    return teach(simulator, school)


@pytest.fixture
def course(teacher):
    return PlatformClass.objects.select_related("classroom").get()


def ask(teacher, course, told="yes"):
    return teacher.post(f"/classrooms/{course.classroom_id}/platform/attendance/", {"told": told})


def hold(simulator, school, course, *subjects):
    """A lesson in which these students were, all with a choice of their own."""
    now = timezone.now()
    lesson = services.open_lesson(classroom=course.classroom, title="Waves", now=now - timedelta(minutes=40))
    for subject in subjects:
        launch(visitor(), simulator, school, subject)
        place = Participant.objects.get(
            classroom=course.classroom, user__platform_accounts__subject=subject, user__role="student"
        )
        attend(lesson, place)
    services.end_lesson(lesson_id=lesson.id, now=now)
    return Lesson.objects.get(id=lesson.id)


def attend(lesson, place, **consent):
    make_consent(lesson=lesson, participant=place, **consent)
    Attendance.objects.create(
        lesson=lesson, participant=place, joined_at=lesson.started_at, last_seen_at=lesson.started_at
    )


def send(now=None, at_once=100, took_s=0):
    """As the worker does it; no turn tells of more than `at_once`."""
    now = now or timezone.now()
    for one in services.due_returns(now=now):
        claimed = services.claim_return(return_id=one.id, now=now)
        told = count(1)
        turn = services.take_turn(claimed=claimed, is_over=lambda: next(told) >= at_once, now=now)  # noqa: B023
        services.finish_turn(claimed=claimed, turn=turn, now=now + timedelta(seconds=took_s))


def test_it_is_off_until_the_teacher_asks(simulator, school, course):
    hold(simulator, school, course, "s1")
    send()
    assert not AttendanceReturn.objects.exists()
    assert "POST /items" not in simulator.asked


def test_who_attended_is_told_without_a_grade_and_without_a_time_of_their_own(
    simulator, school, teacher, course
):
    ask(teacher, course)
    lesson = hold(simulator, school, course, "s1", "s2")
    send()
    (item,) = simulator.items
    assert item["scoreMaximum"] == 1 and item["label"].startswith("Attended: Waves, ")
    assert [one["userId"] for one in simulator.scores] == ["s1", "s2"]
    for score in simulator.scores:
        assert set(score) == {"item", "userId", "timestamp", "activityProgress", "gradingProgress"}
        assert (score["activityProgress"], score["gradingProgress"]) == ("Completed", "NotReady")
        assert score["timestamp"].startswith(lesson.ended_at.isoformat()[:19])
    assert AttendanceReturn.objects.get().state == "sent"
    assert "token" not in str(simulator.scores)


def test_it_is_told_of_all_alike_whatever_way_each_chose(simulator, school, teacher, course):
    """The platform's list must not say who had a camera, and not who withdrew."""
    ask(teacher, course)
    lesson = services.open_lesson(classroom=course.classroom, title="Waves", now=timezone.now())
    for subject, choice in (("s1", "no_camera"), ("s2", "own_results")):
        launch(visitor(), simulator, school, subject)
        place = Participant.objects.get(user__platform_accounts__subject=subject)
        attend(lesson, place, choice=choice)
    services.withdraw_consent(lesson_id=lesson.id, participant_id=place.id, now=timezone.now())
    services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    send()
    assert [one["userId"] for one in simulator.scores] == ["s1", "s2"]


def test_neither_guests_nor_trials_nor_who_deleted_the_place_are_told(simulator, school, teacher, course):
    ask(teacher, course)
    lesson = hold(simulator, school, course, "s1", "s2")
    launch(visitor(), simulator, school, "t1", **{f"{CLAIM}roles": [STUDENT]})
    attend(lesson, Participant.objects.get(is_trial=True))
    attend(lesson, make_participant(classroom=course.classroom))
    gone = Participant.objects.get(user__platform_accounts__subject="s2")
    services.erase_own_place(participant_id=gone.id, now=timezone.now())
    send()
    assert [one["userId"] for one in simulator.scores] == ["s1"]


def test_students_read_it_before_they_choose_and_beside_their_data(simulator, school, teacher, course):
    ask(teacher, course)
    lesson = services.open_lesson(classroom=course.classroom, title="Waves", now=timezone.now())
    client = visitor()
    launch(client, simulator, school, "s1")
    told = "That you attended this lesson is told to Moodle"
    assert told in client.get(f"/lessons/{lesson.id}/me/").content.decode()
    make_consent(lesson=lesson, participant=Participant.objects.get(user__role="student"))
    assert told in client.get(f"/lessons/{lesson.id}/me/data/").content.decode()


def test_an_open_lesson_stays_as_it_was_announced(simulator, school, teacher, course):
    """Nobody who joined without being told of it is told of afterwards; and nobody is told in vain."""
    lesson = services.open_lesson(classroom=course.classroom, title="Waves", now=timezone.now())
    ask(teacher, course)
    client = visitor()
    launch(client, simulator, school, "s1")
    assert "is told to Moodle" not in client.get(f"/lessons/{lesson.id}/me/").content.decode()
    services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    send()
    assert not simulator.scores
    ask(teacher, course, told="no")
    hold(simulator, school, course, "s1")
    send()
    assert not simulator.scores


def test_nothing_is_told_while_the_lesson_is_open(simulator, school, teacher, course):
    ask(teacher, course)
    services.open_lesson(classroom=course.classroom, title="Waves", now=timezone.now())
    assert services.due_returns(now=timezone.now()) == []


def test_a_platform_that_is_away_is_asked_again_a_few_times_and_then_the_teacher_is_told(
    simulator, school, teacher, course
):
    ask(teacher, course)
    lesson = hold(simulator, school, course, "s1")
    simulator.refuses.add("away")
    now = timezone.now()
    for wait in (*WAITS, timedelta(0)):
        send(now)
        assert services.due_returns(now=now + wait - timedelta(seconds=1)) == []
        now += wait
    row = AttendanceReturn.objects.get()
    assert (row.state, row.attempts) == ("failed", ATTEMPTS)
    page = teacher.get(f"/classrooms/{course.classroom_id}/").content.decode()
    assert f"Who attended “{lesson.title}”" in page and "could not be told" in page


def test_what_was_told_before_a_fault_is_told_in_the_same_column_again(simulator, school, teacher, course):
    ask(teacher, course)
    hold(simulator, school, course, "s1", "s2")
    simulator.refuses.add("away")
    send()
    simulator.refuses.clear()
    send(timezone.now() + WAITS[0])
    assert len(simulator.items) == 1
    assert {one["userId"] for one in simulator.scores} == {"s1", "s2"}


def test_it_is_told_in_turns_each_from_where_the_last_one_came_to(simulator, school, teacher, course):
    ask(teacher, course)
    hold(simulator, school, course, "s1", "s2")
    now = timezone.now()
    send(now, at_once=1, took_s=20)
    row = AttendanceReturn.objects.get()
    assert ([one["userId"] for one in simulator.scores], row.state) == (["s1"], "waiting")
    assert services.due_returns(now=now + timedelta(seconds=39)) == [], "a slow platform waits as long again"
    send(now + timedelta(seconds=40))
    assert [one["userId"] for one in simulator.scores] == ["s1", "s2"]
    assert AttendanceReturn.objects.get().state == "sent"


def test_a_platform_that_goes_away_half_way_is_given_up_only_when_it_takes_nothing_more(
    simulator, school, teacher, course
):
    ask(teacher, course)
    hold(simulator, school, course, "s1", "s2")
    AttendanceReturn.objects.update(attempts=ATTEMPTS - 1)
    now = timezone.now()
    send(now, at_once=1)
    simulator.refuses.add("away")
    send(now)
    row = AttendanceReturn.objects.get()
    assert (row.state, row.attempts, row.due_at) == ("waiting", 1, now + WAITS[0])


def test_a_slow_platform_holds_up_no_report(simulator, school, teacher, course, monkeypatch):
    """A turn ends after some seconds, whoever is left: no task goes on meanwhile, and none is sent anew."""
    ask(teacher, course)
    hold(simulator, school, course, "s1", "s2")
    hold(simulator, school, course, "s1", "s2")
    seconds = iter((0.0, 1.0, tasks.ATTENDANCE_S + 1, tasks.ATTENDANCE_S + 2))
    monkeypatch.setattr(tasks, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    tasks.return_attendance()
    assert [one["userId"] for one in simulator.scores] == ["s1"]
    rows = AttendanceReturn.objects.order_by("id")
    assert [(row.state, row.attempts, row.told_until > 0) for row in rows] == [
        ("waiting", 0, True),
        ("waiting", 0, False),
    ]


def test_a_platform_that_is_away_is_asked_once_a_round(simulator, school, teacher, course):
    ask(teacher, course)
    for _ in range(3):
        hold(simulator, school, course, "s1")
    simulator.refuses.add("away")
    tasks.return_attendance()
    assert sorted(AttendanceReturn.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_of_a_guests_place_that_a_teacher_made_one_with_an_account_nothing_is_told(
    simulator, school, teacher, course
):
    """The guest never read it; what the account itself attended is told as ever."""
    ask(teacher, course)
    lesson = services.open_lesson(classroom=course.classroom, title="Waves", now=timezone.now())
    guest = make_participant(classroom=course.classroom, display_name="Ada")
    attend(lesson, guest)
    launch(visitor(), simulator, school, "s2")
    attend(lesson, Participant.objects.get(user__platform_accounts__subject="s2"))
    services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    launch(visitor(), simulator, school, "s1")
    account = Participant.objects.get(user__platform_accounts__subject="s1")
    owner = course.classroom.teacher
    services.merge_participants(
        one_id=account.id, other_id=guest.id, name_of=account.id, by=owner, now=timezone.now()
    )
    assert Attendance.objects.filter(lesson=lesson, participant=account).exists()
    send()
    assert [one["userId"] for one in simulator.scores] == ["s2"]


def test_of_two_workers_one_tells_it_and_another_goes_on_where_one_died(simulator, school, teacher, course):
    ask(teacher, course)
    hold(simulator, school, course, "s1")
    now = timezone.now()
    one = services.due_returns(now=now)[0].id
    assert services.claim_return(return_id=one, now=now) is not None
    assert services.claim_return(return_id=one, now=now) is None
    later = now + CLAIM_LASTS + timedelta(seconds=1)
    assert services.claim_return(return_id=one, now=later) is not None


def test_one_over_which_each_worker_died_has_failed_and_the_teacher_is_told(
    simulator, school, teacher, course, caplog
):
    ask(teacher, course)
    lesson = hold(simulator, school, course, "s1")
    now = timezone.now()
    for _ in range(ATTEMPTS):
        (due,) = services.due_returns(now=now)
        assert services.claim_return(return_id=due.pk, now=now) is not None
        assert services.due_returns(now=now) == []
        assert AttendanceReturn.objects.get().state == "sending"
        now += CLAIM_LASTS + timedelta(seconds=1)
    assert services.due_returns(now=now) == []
    assert AttendanceReturn.objects.get().state == "failed"
    assert f"lesson {lesson.id} is given up: 5 workers died over it" in caplog.text
    page = teacher.get(f"/classrooms/{course.classroom_id}/").content.decode()
    assert f"Who attended “{lesson.title}”" in page and "five attempts in a row failed" in page


def test_whom_the_platform_does_not_know_any_more_holds_up_nobody(simulator, school, teacher, course):
    ask(teacher, course)
    hold(simulator, school, course, "s1", "s2")
    del simulator.people["s1"]
    send()
    assert [one["userId"] for one in simulator.scores] == ["s2"]
    assert AttendanceReturn.objects.get().state == "sent"


def test_the_worker_tells_it(simulator, school, teacher, course, monkeypatch):
    ask(teacher, course)
    hold(simulator, school, course, "s1")
    sent = []
    monkeypatch.setattr(tasks, "send_attendance_task", lambda: sent.append("once"))
    monkeypatch.setattr(tasks, "send_report_task", lambda lesson_id: None)
    tasks.send_pending_reports()
    assert sent == ["once"]
    tasks.return_attendance()
    tasks.return_attendance()
    assert [one["userId"] for one in simulator.scores] == ["s1"]


def test_where_the_platform_offers_no_columns_it_cannot_be_asked_for(simulator, school, teacher, course):
    PlatformClass.objects.update(items_url="")
    assert "attended each lesson" not in teacher.get(f"/classrooms/{course.classroom_id}/").content.decode()
    ask(teacher, course)
    hold(simulator, school, course, "s1")
    assert not AttendanceReturn.objects.exists()
