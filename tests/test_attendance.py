"""Stays: from a socket's opening to its end, and on where somebody is back at once."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from classroom import access, services
from classroom.models import Attendance
from tests.factories import MONDAY, make_lesson, make_participant

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=10)


def enter(lesson, participant, seconds=0):
    name, cookie = access.guest_cookie(participant)
    now = NOW + timedelta(seconds=seconds)
    return services.enter_lesson(user=AnonymousUser(), cookies={name: cookie}, lesson_id=lesson.id, now=now)


def leave(seat, seconds):
    services.leave_lesson(seat=seat, now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(("away_s", "stays"), [(0.3, 1), (11, 1), (60, 1), (61, 2)])
@pytest.mark.parametrize("choice", ["no_camera", "class_mood", "own_results"])
def test_who_is_back_at_once_goes_on_with_the_stay(choice, away_s, stays):
    """A change of mind, a question that only some are asked and a lost connection leave no trace."""
    lesson = make_lesson()
    participant = make_participant(lesson=lesson, choice=choice)
    leave(enter(lesson, participant), 60)
    seat = enter(lesson, participant, 60 + away_s)
    assert Attendance.objects.count() == stays
    newest = Attendance.objects.get(id=seat.attendance_id)
    assert (newest.left_at, newest.last_seen_at) == (None, NOW + timedelta(seconds=60 + away_s))


@pytest.mark.parametrize(("away_s", "stays"), [(10, 1), (11, 2)])
def test_in_a_fast_lesson_ten_real_seconds_are_enough_to_load_a_page(away_s, stays):
    lesson = make_lesson(speed=10)
    participant = make_participant(lesson=lesson, choice="no_camera")
    leave(enter(lesson, participant), 60)
    enter(lesson, participant, 60 + away_s)
    assert Attendance.objects.count() == stays


def test_a_second_window_is_a_stay_of_its_own():
    lesson = make_lesson()
    participant = make_participant(lesson=lesson, choice="no_camera")
    first, second = enter(lesson, participant), enter(lesson, participant, 1)
    leave(first, 5)
    assert first.attendance_id != second.attendance_id
    assert Attendance.objects.filter(left_at=None).count() == 1


def note(*seats, seconds):
    ids = [one.attendance_id for one in seats]
    services.note_presence(attendance_ids=ids, now=NOW + timedelta(seconds=seconds))


def ended(seconds):
    return services.end_lost_stays(now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("speed", [1, 10])
def test_the_stays_of_a_web_process_that_died_end_when_they_were_last_heard_of(speed):
    lesson = make_lesson(speed=speed)
    lost, kept = [enter(lesson, make_participant(lesson=lesson, choice="no_camera")) for _ in range(2)]
    note(lost, kept, seconds=3)
    note(kept, seconds=12)
    assert [ended(seconds) for seconds in (13, 14, 14)] == [0, 1, 0]
    stays = {one.id: one for one in Attendance.objects.all()}
    heard = stays[lost.attendance_id]
    assert heard.left_at == heard.last_seen_at == lesson.time_at(NOW + timedelta(seconds=3))
    assert stays[kept.attendance_id].left_at is None


def test_nobody_is_taken_for_lost_because_the_pace_has_changed():
    lesson = make_lesson(speed=20)
    seat = enter(lesson, make_participant(lesson=lesson, choice="no_camera"))
    services.set_pace(lesson_id=lesson.id, pace=1, now=NOW + timedelta(seconds=2))
    assert ended(3) == 0
    note(seat, seconds=3)
    assert [ended(seconds) for seconds in (12, 14)] == [0, 1]


def test_who_was_taken_for_lost_while_a_web_process_hung_is_back_when_it_goes_on():
    lesson = make_lesson()
    seat = enter(lesson, make_participant(lesson=lesson, choice="no_camera"))
    assert ended(30) == 1
    note(seat, seconds=31)
    stay = Attendance.objects.get()
    assert (stay.left_at, stay.last_seen_at) == (None, NOW + timedelta(seconds=31))


def test_a_stay_that_ended_with_its_lesson_begins_no_more():
    lesson = make_lesson()
    seat = enter(lesson, make_participant(lesson=lesson, choice="no_camera"))
    services.end_lesson(lesson_id=lesson.id, now=NOW)
    note(seat, seconds=1)
    assert Attendance.objects.get().left_at == NOW


def test_who_has_just_left_is_not_back_because_others_are_noted():
    lesson = make_lesson()
    seat = enter(lesson, make_participant(lesson=lesson, choice="no_camera"))
    leave(seat, 5)
    note(seat, seconds=6)
    assert Attendance.objects.get().left_at == NOW + timedelta(seconds=5)


def test_a_lesson_is_not_forgotten_where_the_clock_jumped_by_more_than_an_hour():
    lesson = make_lesson()
    seat = enter(lesson, make_participant(lesson=lesson, choice="no_camera"))
    jump_s = 2 * 3600
    for _ in range(2):
        assert services.close_forgotten_lessons(now=NOW + timedelta(seconds=jump_s)) == 0
        ended(jump_s)
        note(seat, seconds=jump_s + 3)
    lesson.refresh_from_db()
    assert lesson.is_open


def test_nobody_goes_on_with_the_stay_of_another():
    lesson = make_lesson()
    leave(enter(lesson, make_participant(lesson=lesson, choice="no_camera")), 5)
    enter(lesson, make_participant(lesson=lesson, choice="no_camera"), 6)
    assert Attendance.objects.count() == 2
