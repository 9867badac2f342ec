"""Stays of students whose web process died: nobody counts them for ever, and nobody who is there is lost."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from classroom import access, services
from classroom.models import Attendance
from classroom.queries.gauges import gauges
from tests.factories import MONDAY, make_consent, make_lesson
from worker import tasks

pytestmark = pytest.mark.django_db
COME = MONDAY + timedelta(minutes=10)


def enter(consent, now=COME):
    cookie = dict([access.guest_cookie(consent.participant)])
    return services.enter_lesson(user=AnonymousUser(), cookies=cookie, lesson_id=consent.lesson_id, now=now)


@pytest.mark.parametrize("speed", [1, 20])
@pytest.mark.parametrize(("silent_s", "are_ended"), [(0, False), (170, False), (190, True)])
def test_a_stay_that_nobody_heard_of_ends_when_it_was_last_heard_of(silent_s, are_ended, speed):
    consent = make_consent(lesson=make_lesson(speed=speed))
    seat, now = enter(consent), COME + timedelta(seconds=silent_s)
    assert services.end_silent_stays(now=now) == int(are_ended)
    stay = Attendance.objects.get(id=seat.attendance_id)
    assert stay.left_at == (consent.lesson.time_at(COME) if are_ended else None)
    assert gauges(now).ghosts == int(silent_s == 170)


def test_of_a_student_who_came_back_only_the_lost_stay_ends():
    consent = make_consent()
    lost, back_at = enter(consent), COME + timedelta(seconds=2)
    back, now = enter(consent, back_at), COME + timedelta(minutes=4)
    assert back.attendance_id != lost.attendance_id
    assert services.keep_seats(seats=[back], now=now)[back.attendance_id].code is None
    assert services.end_silent_stays(now=now) == 1
    assert Attendance.objects.get(left_at=None).id == back.attendance_id
    assert (gauges(now).present, gauges(now).ghosts) == (1, 0)


def test_whoever_is_there_after_all_begins_a_stay_anew():
    consent = make_consent()
    seat, now = enter(consent), COME + timedelta(minutes=4)
    services.end_silent_stays(now=now)
    assert services.keep_seats(seats=[seat], now=now)[seat.attendance_id].code == 4002
    again = enter(consent, now)
    assert services.keep_seats(seats=[again], now=now)[again.attendance_id].code is None
    assert Attendance.objects.get(left_at=None).joined_at == now


def test_beat_ends_them_each_minute(settings):
    enter(make_consent())
    (schedule,) = (
        each["schedule"]
        for each in settings.CELERY_BEAT_SCHEDULE.values()
        if each["task"] == tasks.end_silent_stays.name
    )
    assert schedule == 60
    tasks.end_silent_stays()
    assert not Attendance.objects.filter(left_at=None).exists()
