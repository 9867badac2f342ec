"""Open lessons and the login under which they were opened."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from asgiref.sync import sync_to_async
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom.asgi import application
from tests.factories import make_consent, make_lesson, make_participant, make_user
from tests.waiting import Socket

pytestmark = pytest.mark.django_db(transaction=True)
in_thread = sync_to_async


def begin():
    return make_lesson(started_at=timezone.now() - timedelta(minutes=5))


def log_in(user):
    """A browser that is logged in, with its row in the list of logins."""
    client = Client()
    client.force_login(user)
    client.get(reverse("usersessions_list"))
    return client


def socket(lesson, client, who="teacher"):
    key = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    headers = [(b"origin", b"http://testserver"), (b"host", b"testserver")]
    headers.append((b"cookie", f"{django_settings.SESSION_COOKIE_NAME}={key}".encode()))
    return Socket(application, f"/ws/lessons/{lesson.id}/{who}/", headers=headers)


async def closing_code(connection):
    while (message := await connection.receive_output())["type"] != "websocket.close":
        pass
    return message["code"]


async def test_ending_a_login_from_the_list_closes_its_open_lesson():
    lesson = await in_thread(begin)()
    teacher = lesson.classroom.teacher
    here, there = await in_thread(log_in)(teacher), await in_thread(log_in)(teacher)
    mine, other = socket(lesson, here), socket(lesson, there)
    assert (await mine.connect())[0] and (await other.connect())[0]
    login = await UserSession.objects.aget(session_key=there.session.session_key)
    await in_thread(here.post)(reverse("end_login", args=[login.id]))
    assert await closing_code(other) == 4003
    await mine.receive_json_from()
    await mine.disconnect()


def seat(lesson):
    student = make_user(school=lesson.classroom.school)
    make_consent(lesson=lesson, participant=make_participant(classroom=lesson.classroom, user=student))
    return student


@pytest.mark.parametrize("who", ["teacher", "student"])
async def test_a_logout_closes_the_open_lesson_of_that_browser_and_of_no_other(who):
    lesson = await in_thread(begin)()
    user = lesson.classroom.teacher if who == "teacher" else await in_thread(seat)(lesson)
    here, there = await in_thread(log_in)(user), await in_thread(log_in)(user)
    mine, other = socket(lesson, here, who), socket(lesson, there, who)
    assert (await mine.connect())[0] and (await other.connect())[0]
    was = here.cookies["sessionid"].value
    await in_thread(here.post)(reverse("logout"))
    assert await closing_code(mine) == 4003
    here.cookies["sessionid"] = was
    assert not (await socket(lesson, here, who).connect())[0]
    await other.receive_json_from()
    await other.disconnect()


async def test_no_socket_opens_without_the_second_factor_that_the_school_asks_for(settings):
    settings.REQUIRE_SECOND_FACTOR = "teachers"
    lesson = await in_thread(begin)()
    teacher = lesson.classroom.teacher
    client = await in_thread(log_in)(teacher)
    assert not (await socket(lesson, client).connect())[0]
    await Authenticator.objects.acreate(user=teacher, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    connection = socket(lesson, client)
    assert (await connection.connect())[0]
    await connection.disconnect()
