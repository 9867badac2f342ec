"""Sockets of those who share a class, and of those who are shut out of it."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.utils import timezone

from classroom import access, services
from classroom.models import AccessLogEntry, ClassroomTeacher, Policy
from classroom.wire import events
from tests.factories import make_classroom, make_lesson, make_participant, make_school, make_teacher
from tests.test_rights_sockets import socket
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.django_db(transaction=True)
in_thread = sync_to_async


def shared_lesson(**how):
    lesson = make_lesson(started_at=timezone.now() - timedelta(minutes=5))
    teacher = make_teacher(school=lesson.classroom.school)
    ends_at = timezone.now() + timedelta(hours=1) if how.get("substitute") else None
    services.share_classroom(
        classroom_id=lesson.classroom_id, teacher_id=teacher.id, ends_at=ends_at, now=timezone.now()
    )
    return lesson, teacher


def logged_in(teacher):
    client = Client()
    client.force_login(teacher)
    return client


async def opened(lesson, teacher):
    client = await in_thread(logged_in)(teacher)
    connection = socket(f"/ws/lessons/{lesson.id}/teacher/", client.cookies)
    assert (await connection.connect())[0]
    return connection


async def closing_code(connection):
    async with asyncio.timeout(PATIENCE_S):
        while (message := await connection.receive_output())["type"] != "websocket.close":
            pass
    return message["code"]


def end(lesson, teacher):
    services.end_share(classroom_id=lesson.classroom_id, teacher_id=teacher.id)


def give_away(lesson, teacher):
    owner = make_teacher(school=lesson.classroom.school)
    services.hand_over(
        classroom_id=lesson.classroom_id,
        owner_id=lesson.classroom.teacher_id,
        teacher_id=owner.id,
        stays=False,
        actor=lesson.classroom.teacher,
        now=timezone.now(),
    )


async def test_a_co_teacher_who_is_shared_with_no_longer_is_shut_out_at_once():
    lesson, teacher = await in_thread(shared_lesson)()
    connection = await opened(lesson, teacher)
    await in_thread(end)(lesson, teacher)
    assert await closing_code(connection) == events.RIGHTS_LOST_CODE


async def test_the_owner_is_shut_out_by_the_hand_over_and_a_co_teacher_is_not():
    lesson, teacher = await in_thread(shared_lesson)()
    owner, other = await opened(lesson, lesson.classroom.teacher), await opened(lesson, teacher)
    await in_thread(give_away)(lesson, teacher)
    assert await closing_code(owner) == events.RIGHTS_LOST_CODE
    await other.send_json_to({"type": "refresh"})
    while (await other.receive_json_from())["type"] != "state":
        pass
    await other.disconnect()


async def test_a_substitutes_socket_ends_with_the_right_although_nobody_does_anything(monkeypatch):
    monkeypatch.setattr("classroom.sockets.teacher.TEACHER_HEARTBEAT_S", 0.1)
    lesson, teacher = await in_thread(shared_lesson)(substitute=True)
    connection = await opened(lesson, teacher)
    soon = timezone.now() + timedelta(seconds=0.5)
    await ClassroomTeacher.objects.filter(teacher=teacher).aupdate(ends_at=soon)
    assert await closing_code(connection) == events.RIGHTS_LOST_CODE
    assert timezone.now() >= soon


async def test_what_a_co_teacher_reveals_is_logged_under_the_own_name():
    lesson, teacher = await in_thread(shared_lesson)()
    student = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    await lesson.states.acreate(
        participant=student,
        first_at=lesson.started_at,
        measured_at=timezone.now() + timedelta(minutes=1),
        level="engaged",
        faces=1,
    )
    connection = await opened(lesson, teacher)
    await connection.send_json_to({"type": "reveal", "on": True})
    while not (await connection.receive_json_from()).get("tiles"):
        pass
    entry = await AccessLogEntry.objects.aget()
    assert (entry.viewer_id, entry.participant_id) == (teacher.id, student.id)
    await connection.disconnect()


async def test_who_is_blocked_is_shut_out_at_once_and_stays_out():
    lesson = await in_thread(make_lesson)(started_at=timezone.now() - timedelta(minutes=5))
    student = await in_thread(make_participant)(lesson=lesson, choice="no_camera")
    client, path = Client(), f"/ws/lessons/{lesson.id}/student/"
    name, value = access.guest_cookie(student)
    client.cookies[name] = value
    connection = socket(path, client.cookies)
    assert (await connection.connect())[0]
    await in_thread(services.block_participant)(participant_id=student.id, now=timezone.now())
    assert await closing_code(connection) == events.RIGHTS_LOST_CODE
    assert not (await socket(path, client.cookies).connect())[0]
    assert await lesson.attendances.filter(left_at=None).acount() == 0


async def test_who_is_removed_is_shut_out_at_once_and_never_told_to_have_withdrawn():
    lesson = await in_thread(make_lesson)(started_at=timezone.now() - timedelta(minutes=5))
    student = await in_thread(make_participant)(lesson=lesson, choice="no_camera")
    client = Client()
    name, value = access.guest_cookie(student)
    client.cookies[name] = value
    connection = socket(f"/ws/lessons/{lesson.id}/student/", client.cookies)
    assert (await connection.connect())[0]
    teacher = lesson.classroom.teacher
    await in_thread(services.remove_place)(participant_id=student.id, by=teacher, now=timezone.now())
    sent = []
    while not sent or sent[-1]["type"] != "websocket.close":
        sent.append(await connection.receive_output())
    assert sent[-1]["code"] == events.RIGHTS_LOST_CODE
    assert "withdrawn" not in "".join(one.get("text", "") for one in sent)


def erase(student, teacher):
    services.erase_own_place(participant_id=student.id, now=timezone.now())


def remove(student, teacher):
    services.remove_place(participant_id=student.id, by=teacher, now=timezone.now())


async def full_state(connection):
    while (message := await connection.receive_json_from())["type"] != "state":
        pass
    return message


@pytest.mark.parametrize("preset", Policy.Preset.values)
@pytest.mark.parametrize("end_place", [erase, remove])
async def test_who_is_erased_or_removed_is_gone_from_an_open_dashboard_at_once(end_place, preset):
    school = await in_thread(make_school)(preset=preset)
    teacher = await in_thread(make_teacher)(school=school)
    classroom = await in_thread(make_classroom)(teacher=teacher)
    lesson = await in_thread(make_lesson)(classroom=classroom, started_at=timezone.now())
    gone, stays = [await in_thread(make_participant)(lesson=lesson, choice="no_camera") for _ in range(2)]
    connection = await opened(lesson, teacher)
    assert (await full_state(connection))["tiles"] is None
    await connection.send_json_to({"type": "reveal", "on": True})
    assert {one["id"] for one in (await full_state(connection))["tiles"]} == {gone.id, stays.id}
    await in_thread(end_place)(gone, teacher)
    assert [one["id"] for one in (await full_state(connection))["tiles"]] == [stays.id]
    await connection.disconnect()


async def test_a_screen_that_shows_no_names_is_told_of_an_erasure_without_one():
    lesson = await in_thread(make_lesson)(started_at=timezone.now())
    gone, _ = [await in_thread(make_participant)(lesson=lesson, choice="no_camera") for _ in range(2)]
    connection = await opened(lesson, lesson.classroom.teacher)
    await full_state(connection)
    await in_thread(erase)(gone, lesson.classroom.teacher)
    assert (await full_state(connection))["tiles"] is None
    await connection.disconnect()
