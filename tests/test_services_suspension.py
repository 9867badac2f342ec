"""A suspended school: nobody teaches, opens a lesson, joins or goes on, whatever they still hold."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import access, services
from classroom.asgi import application
from classroom.errors import AnticipatedError, ClassSuspended, OwnSchool, SchoolSuspended
from classroom.models import Lesson, Participant, School
from tests.factories import make_admin, make_classroom, make_lesson, make_participant, make_school
from tests.waiting import Socket

HOUR = timedelta(hours=1)


def platform_admin():
    return make_admin(is_superuser=True)


def suspend(school, actor=None):
    services.suspend_school(school_id=school.id, actor=actor or platform_admin(), now=timezone.now())


def set_suspended(school):
    """As a row that was written around the service: its lessons and logins are still there."""
    School.objects.filter(id=school.id).update(suspended_at=timezone.now())


def begin():
    return make_lesson(started_at=timezone.now() - HOUR)


def guest_in(lesson):
    participant = make_participant(lesson=lesson, choice="no_camera")
    return participant, dict([access.guest_cookie(participant)])


def enter(lesson, cookies, user=None):
    return services.enter_lesson(
        user=user or AnonymousUser(), cookies=cookies, lesson_id=lesson.id, now=timezone.now()
    )


@pytest.mark.django_db
def test_no_lesson_opens_over_a_row_that_was_read_before_the_suspension():
    classroom = make_classroom()
    assert classroom.school.suspended_at is None
    suspend(classroom.school)
    with pytest.raises(SchoolSuspended):
        services.open_lesson(classroom=classroom, title="Waves", now=timezone.now())


@pytest.mark.django_db
def test_no_guest_joins_over_a_row_that_was_read_before_the_suspension():
    classroom = make_classroom()
    suspend(classroom.school)
    with pytest.raises(SchoolSuspended):
        services.join_classroom(now=timezone.now(), classroom=classroom, display_name="Ada")
    assert not Participant.objects.exists()


@pytest.mark.django_db
def test_a_login_that_is_left_teaches_no_more(client):
    lesson = begin()
    client.force_login(lesson.classroom.teacher)
    key = client.session.session_key
    assert services.teacher_now(session_key=key, lesson_id=lesson.id)[1] == lesson
    set_suspended(lesson.classroom.school)
    with pytest.raises(Http404):
        services.teacher_now(session_key=key, lesson_id=lesson.id)


@pytest.mark.django_db
def test_a_guest_takes_no_seat_and_chooses_nothing_in_a_suspended_school():
    lesson = begin()
    participant, cookies = guest_in(lesson)
    set_suspended(lesson.classroom.school)
    with pytest.raises(ClassSuspended):
        enter(lesson, cookies)
    with pytest.raises(ClassSuspended):
        services.give_consent(
            lesson_id=lesson.id, participant_id=participant.id, choice="no_camera", now=timezone.now()
        )


@pytest.mark.django_db
def test_an_account_of_a_suspended_school_takes_no_seat_in_another_schools_lesson():
    lesson, student = begin(), make_admin()
    make_participant(lesson=lesson, choice="no_camera", user=student)
    assert enter(lesson, {}, student)
    set_suspended(student.school)
    student.refresh_from_db()
    with pytest.raises(SchoolSuspended):
        enter(lesson, {}, student)


@pytest.mark.django_db
def test_a_seat_that_was_taken_before_is_left_at_the_next_look():
    lesson = begin()
    seat = enter(lesson, guest_in(lesson)[1])
    assert services.keep_seats(seats=[seat], now=timezone.now())[seat.attendance_id].code is None
    set_suspended(lesson.classroom.school)
    assert services.keep_seats(seats=[seat], now=timezone.now())[seat.attendance_id].code == 4003


@pytest.mark.django_db
def test_a_guest_reads_that_the_school_is_suspended_and_not_that_the_lesson_has_not_started(client):
    classroom = make_classroom()
    address = reverse("join_classroom", args=[classroom.join_token])
    client.post(address, {"display_name": "Ada"})
    assert "has not started yet" in client.get(address).content.decode()
    suspend(classroom.school)
    for browser in (client, Client()):
        for answer in (browser.get(address), browser.post(address, {"display_name": "Bea"})):
            assert answer.status_code == 403
            assert "The school of this class is suspended here at present" in answer.content.decode()
    code = client.post(reverse("join"), {"code": classroom.join_code}, follow=True)
    assert "The school of this class is suspended" in code.content.decode()
    assert [one.display_name for one in Participant.objects.all()] == ["Ada"]


@pytest.mark.django_db
def test_nobody_suspends_the_own_school_by_mistake(client):
    admin = platform_admin()
    with pytest.raises(OwnSchool):
        suspend(admin.school, admin)
    client.force_login(admin)
    assert 'action="/schools/' not in _suspension_on(client.get(reverse("school", args=[admin.school_id])))
    answer = client.post(reverse("suspend_school", args=[admin.school_id]), follow=True)
    assert "This is your own school" in answer.content.decode()
    admin.school.refresh_from_db()
    assert admin.school.suspended_at is None


@pytest.mark.django_db
def test_the_button_that_suspends_stands_behind_its_details(client):
    client.force_login(platform_admin())
    card = _suspension_on(client.get(reverse("school", args=[make_school().id])))
    assert card.index("<details>") < card.index("<form") < card.index("</details>")


def _suspension_on(answer):
    return answer.content.decode().partition('id="suspend-title"')[2].partition("</section>")[0]


# What happens at the same moment as a suspension that has begun and is not committed.
MEANWHILE: dict[str, Callable[[Any], object]] = {
    "opening": lambda room: services.open_lesson(classroom=room, title="Waves", now=timezone.now()),
    "joining": lambda room: services.join_classroom(now=timezone.now(), classroom=room, display_name="Ada"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", MEANWHILE)
def test_what_comes_at_the_same_moment_waits_and_is_refused(act):
    classroom, refused = make_classroom(), []

    def attempt():
        try:
            MEANWHILE[act](classroom)
        except AnticipatedError as error:
            refused.append(type(error))
        finally:
            connection.close()

    actor, other = platform_admin(), Thread(target=attempt)
    with transaction.atomic():
        suspend(classroom.school, actor)
        other.start()
        other.join(0.5)
        assert other.is_alive(), "it did not wait for the suspension"
    other.join(10)
    assert refused == [SchoolSuspended]
    assert not Lesson.objects.exists() and not Participant.objects.exists()


@pytest.mark.django_db(transaction=True)
async def test_no_socket_opens_in_a_suspended_school():
    lesson = await sync_to_async(begin)()
    browser = Client()
    await sync_to_async(browser.force_login)(lesson.classroom.teacher)
    _, guest = await sync_to_async(guest_in)(lesson)
    logged_in = {settings.SESSION_COOKIE_NAME: browser.session.session_key}
    sockets = [(f"/ws/lessons/{lesson.id}/teacher/", logged_in), (f"/ws/lessons/{lesson.id}/student/", guest)]
    for path, cookies in sockets:
        before = _socket(path, cookies)
        assert (await before.connect())[0]
        await before.disconnect()
    await sync_to_async(set_suspended)(lesson.classroom.school)
    for path, cookies in sockets:
        assert not (await _socket(path, cookies).connect())[0]


def _socket(path, cookies):
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = [(b"origin", b"http://testserver"), (b"host", b"testserver"), (b"cookie", cookie.encode())]
    return Socket(application, path, headers=headers)
