"""The two sockets, over the real channel layer."""

import asyncio
from datetime import timedelta

import pytest
import redis
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from channels_redis.pubsub import RedisPubSubLoopLayer
from django.conf import settings
from django.test import Client
from django.utils import timezone

from classroom import access, mailbox, services
from classroom.asgi import application
from classroom.models import AccessLogEntry, Attendance, Policy, SelfReport
from classroom.services.readings import Measurement
from tests.analyses import attentive
from tests.factories import make_lesson, make_participant, make_teacher

pytestmark = pytest.mark.django_db(transaction=True)
JPEG = b"\xff\xd8\xff" + b"0" * 5000
in_thread = sync_to_async


@pytest.fixture
def rings(monkeypatch):
    """No worker runs here: the rings are counted where they leave for the broker."""
    rung = []
    monkeypatch.setattr("classroom.bell.ring", rung.append)
    return rung


def live_lesson(**fields):
    return make_lesson(started_at=timezone.now() - timedelta(minutes=5), **fields)


def socket(path, *, cookies=None, origin="http://testserver"):
    headers = [(b"origin", origin.encode()), (b"host", b"testserver")]
    if cookies:
        headers.append((b"cookie", "; ".join(f"{k}={v}" for k, v in cookies.items()).encode()))
    return WebsocketCommunicator(application, path, headers=headers)


def guest_cookies(participant):
    return dict([access.guest_cookie(participant)])


def student_socket(lesson, participant, **options):
    path = f"/ws/lessons/{lesson.id}/student/"
    return socket(path, cookies=guest_cookies(participant), **options)


def teacher_cookies(teacher):
    client = Client()
    client.force_login(teacher)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def teacher_socket(lesson, teacher=None):
    cookies = teacher_cookies(teacher or lesson.classroom.teacher)
    return socket(f"/ws/lessons/{lesson.id}/teacher/", cookies=cookies)


async def seated(lesson, choice="own_results"):
    participant = await in_thread(make_participant)(lesson=lesson, choice=choice)
    connection = student_socket(lesson, participant)
    assert (await connection.connect())[0]
    return participant, connection, await connection.receive_json_from()


async def until(connection, kind):
    while (message := await connection.receive_json_from(timeout=3))["type"] != kind:
        pass
    return message


async def test_a_student_gets_the_full_state_first():
    lesson = await in_thread(live_lesson)(interval_ms=2000)
    participant, connection, state = await seated(lesson)
    assert state["type"] == "state"
    assert state["lesson"]["capture_interval_ms"] == 2000
    assert (state["camera"], state["choice"]) == (True, "own_results")
    assert state["signals"] == ["attention", "expression", "presence"]
    assert await Attendance.objects.filter(participant=participant, left_at=None).acount() == 1
    await connection.disconnect()
    assert await Attendance.objects.filter(participant=participant, left_at=None).acount() == 0


async def test_a_socket_opens_although_the_connection_to_redis_was_just_being_renewed(monkeypatch):
    lesson = await in_thread(live_lesson)()
    subscribe, breaks = RedisPubSubLoopLayer.group_add, [redis.ConnectionError()]

    async def meets_a_break(self, group, channel):
        if breaks:
            raise breaks.pop()
        await subscribe(self, group, channel)

    monkeypatch.setattr(RedisPubSubLoopLayer, "group_add", meets_a_break)
    _, connection, _ = await seated(lesson)
    assert not breaks
    await in_thread(services.pause_lesson)(lesson_id=lesson.id, now=timezone.now())
    assert (await until(connection, "lesson"))["lesson"]["paused"]
    await connection.disconnect()


async def test_a_snapshot_waits_in_the_mailbox_and_rings(rings):
    lesson = await in_thread(live_lesson)()
    participant, connection, _ = await seated(lesson)
    await connection.send_to(bytes_data=JPEG)
    assert await connection.receive_nothing()
    batch = await in_thread(mailbox.take)(lesson.id, 8, timezone.now())
    assert [(one.participant_id, one.jpeg) for one in batch.snapshots] == [(participant.id, JPEG)]
    assert rings == [lesson.id]
    await connection.disconnect()


async def test_the_server_stamps_a_snapshot_with_lesson_time(rings):
    lesson = await in_thread(live_lesson)(speed=10, interval_ms=10_000)
    _, connection, _ = await seated(lesson)
    await connection.send_to(bytes_data=JPEG)
    assert await connection.receive_nothing()
    (snapshot,) = (await in_thread(mailbox.take)(lesson.id, 8, timezone.now())).snapshots
    minutes = (snapshot.taken_at - lesson.started_at).total_seconds() / 60
    assert 50 <= minutes < 51
    await connection.disconnect()


@pytest.mark.parametrize(
    ("frame", "code"),
    [(b"\xff\xd8\xff" + b"0" * 200_001, "too_large"), (b"GIF89a" + b"0" * 50, "not_jpeg"), (b"", "not_jpeg")],
)
async def test_a_bad_frame_gets_a_typed_error_and_the_next_one_is_taken(frame, code, rings):
    lesson = await in_thread(live_lesson)()
    _, connection, _ = await seated(lesson)
    await connection.send_input({"type": "websocket.receive", "bytes": frame})
    assert (await connection.receive_json_from())["code"] == code
    await connection.send_to(bytes_data=JPEG)
    assert await connection.receive_nothing()
    assert rings == [lesson.id]
    await connection.disconnect()


async def test_a_frame_over_a_megabyte_closes_the_socket():
    lesson = await in_thread(live_lesson)()
    _, connection, _ = await seated(lesson)
    await connection.send_to(bytes_data=b"\xff\xd8\xff" + b"0" * 1_000_001)
    closed = await connection.receive_output()
    assert (closed["type"], closed["code"]) == ("websocket.close", 1009)


async def test_snapshots_that_come_too_fast_are_refused_by_name(rings):
    lesson = await in_thread(live_lesson)()
    _, connection, _ = await seated(lesson)
    for _ in range(5):
        await connection.send_to(bytes_data=JPEG)
    assert (await connection.receive_json_from())["code"] == "too_fast"
    await connection.disconnect()


async def test_a_key_moment_asks_for_one_snapshot_beside_the_rhythm(rings):
    lesson = await in_thread(live_lesson)()
    _, connection, _ = await seated(lesson)
    for _ in range(3):
        await connection.send_to(bytes_data=JPEG)
    await in_thread(services.add_marker)(lesson_id=lesson.id, label="New topic", now=timezone.now())
    assert await until(connection, "snap_now")
    await connection.send_to(bytes_data=JPEG)
    assert await connection.receive_nothing()
    await connection.disconnect()


async def test_a_pause_refuses_snapshots_until_it_ends(rings):
    lesson = await in_thread(live_lesson)()
    _, connection, _ = await seated(lesson)
    await in_thread(services.pause_lesson)(lesson_id=lesson.id, now=timezone.now())
    assert (await until(connection, "lesson"))["lesson"]["paused"]
    await connection.send_to(bytes_data=JPEG)
    assert (await connection.receive_json_from())["code"] == "paused"
    await in_thread(services.resume_lesson)(lesson_id=lesson.id, now=timezone.now())
    assert not (await until(connection, "lesson"))["lesson"]["paused"]
    await connection.send_to(bytes_data=JPEG)
    assert await connection.receive_nothing()
    await connection.disconnect()


async def test_after_the_end_snapshots_are_refused_and_new_sockets_too(rings):
    lesson = await in_thread(live_lesson)()
    participant, connection, _ = await seated(lesson)
    await in_thread(services.end_lesson)(lesson_id=lesson.id, now=timezone.now())
    assert not (await until(connection, "lesson"))["lesson"]["open"]
    await connection.send_to(bytes_data=JPEG)
    assert (await connection.receive_json_from())["code"] == "ended"
    await connection.disconnect()
    assert not (await student_socket(lesson, participant).connect())[0]


async def test_without_a_policy_snapshots_are_refused_with_that_reason(rings):
    lesson = await in_thread(live_lesson)()
    await Policy.objects.all().adelete()
    _, connection, state = await seated(lesson)
    assert (state["camera"], state["camera_refused"]) == (False, "no_policy")
    await connection.send_to(bytes_data=JPEG)
    assert (await connection.receive_json_from())["code"] == "no_policy"
    assert rings == []
    await connection.disconnect()


async def test_who_joined_without_camera_reports_but_sends_no_snapshot(rings):
    lesson = await in_thread(live_lesson)()
    _, connection, state = await seated(lesson, choice="no_camera")
    assert not state["camera"]
    await connection.send_to(bytes_data=JPEG)
    assert (await connection.receive_json_from())["code"] == "no_consent"
    await connection.send_json_to({"type": "self_report", "kind": "lost"})
    assert await connection.receive_nothing()
    assert (await SelfReport.objects.aget()).kind == "lost"
    await connection.disconnect()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"type": "dance"}', '{"type": "self_report", "kind": "x"}'])
async def test_a_message_that_nobody_declared_gets_a_typed_error(text):
    lesson = await in_thread(live_lesson)()
    _, connection, _ = await seated(lesson)
    await connection.send_input({"type": "websocket.receive", "text": text})
    assert (await connection.receive_json_from())["code"] == "bad_message"
    await connection.disconnect()


async def test_withdrawing_ends_all_sockets_of_that_participant_only():
    lesson = await in_thread(live_lesson)()
    participant, first, _ = await seated(lesson)
    second = student_socket(lesson, participant)
    assert (await second.connect())[0]
    await second.receive_json_from()
    _, neighbour, _ = await seated(lesson)
    await in_thread(services.withdraw_consent)(
        lesson_id=lesson.id, participant_id=participant.id, now=timezone.now()
    )
    for connection in (first, second):
        assert (await connection.receive_json_from())["type"] == "withdrawn"
        assert (await connection.receive_output())["code"] == 4001
    assert await neighbour.receive_nothing()
    assert not (await student_socket(lesson, participant).connect())[0]
    await neighbour.disconnect()


async def test_an_own_reading_reaches_the_own_socket_and_no_other():
    lesson = await in_thread(live_lesson)()
    participant, own, _ = await seated(lesson)
    _, neighbour, _ = await seated(lesson)
    consent = await participant.consents.aget()
    measurement = Measurement(participant.id, consent.id, lesson.time_at(timezone.now()), attentive())
    await in_thread(services.record_readings)(lesson_id=lesson.id, measurements=[measurement])
    reading = await own.receive_json_from()
    assert (reading["type"], reading["faces"], reading["expression"]["label"]) == ("reading", 1, "neutral")
    assert await neighbour.receive_nothing()
    await own.disconnect()
    await neighbour.disconnect()


async def test_the_teachers_first_message_holds_everything_but_no_names():
    lesson = await in_thread(live_lesson)()
    await in_thread(services.add_marker)(lesson_id=lesson.id, label="Start", now=timezone.now())
    await in_thread(make_participant)(lesson=lesson, choice="own_results", display_name="Robin Example")
    connection = await in_thread(teacher_socket)(lesson)
    assert (await connection.connect())[0]
    state = await connection.receive_json_from()
    assert (state["type"], state["tiles"]) == ("state", None)
    assert [marker["label"] for marker in state["markers"]] == ["Start"]
    assert "Robin" not in str(state)
    await connection.disconnect()


async def test_revealing_sends_tiles_and_is_logged_for_those_who_are_measured():
    lesson = await in_thread(live_lesson)()
    sharing, own, _ = await seated(lesson)
    await in_thread(make_participant)(lesson=lesson, choice="class_mood")
    consent = await sharing.consents.aget()
    measurement = Measurement(sharing.id, consent.id, lesson.time_at(timezone.now()), attentive())
    await in_thread(services.record_readings)(lesson_id=lesson.id, measurements=[measurement])
    connection = await in_thread(teacher_socket)(lesson)
    await connection.connect()
    await connection.receive_json_from()
    await connection.send_json_to({"type": "reveal", "on": True})
    tiles = (await until(connection, "state"))["tiles"]
    assert sorted(tile["kind"] for tile in tiles) == ["measured", "no_individual_data"]
    assert [entry.participant_id async for entry in AccessLogEntry.objects.all()] == [sharing.id]
    await own.disconnect()
    await connection.disconnect()


async def test_numbers_have_no_gaps_for_a_viewer():
    lesson = await in_thread(live_lesson)()
    connection = await in_thread(teacher_socket)(lesson)
    await connection.connect()
    seq = (await connection.receive_json_from())["seq"]
    for label in ("One", "Two"):
        await in_thread(services.add_marker)(lesson_id=lesson.id, label=label, now=timezone.now())
        message = await connection.receive_json_from(timeout=3)
        assert message["seq"] == (seq := seq + 1)
    await connection.disconnect()


async def test_every_refused_socket_looks_the_same():
    lesson = await in_thread(live_lesson)()
    member = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    undecided = await in_thread(make_participant)(lesson=lesson)
    stranger = await in_thread(make_participant)()
    other_teacher = await in_thread(make_teacher)()
    path = f"/ws/lessons/{lesson.id}"
    answers = [
        await (await in_thread(lambda c=c: c)()).connect()
        for c in (
            socket(f"{path}/student/"),
            student_socket(lesson, undecided),
            socket(f"{path}/student/", cookies=guest_cookies(stranger)),
            socket(f"{path}/student/", cookies={f"participant-{lesson.classroom_id}": "forged"}),
            socket("/ws/lessons/999999/student/", cookies=guest_cookies(member)),
            student_socket(lesson, member, origin="http://evil.example"),
            socket(f"{path}/teacher/"),
            socket(f"{path}/teacher/", cookies=guest_cookies(member)),
            socket(f"{path}/teacher/", cookies=await in_thread(teacher_cookies)(other_teacher)),
            socket("/ws/lessons/999999/teacher/", cookies=await in_thread(teacher_cookies)(other_teacher)),
        )
    ]
    assert {accepted for accepted, _ in answers} == {False}
    assert len({code for _, code in answers}) == 1


async def test_a_hidden_hint_about_a_student_does_not_reach_a_shared_screen():
    from classroom import events

    lesson = await in_thread(live_lesson)()
    connection = await in_thread(teacher_socket)(lesson)
    await connection.connect()
    await connection.receive_json_from()
    hint = {"id": 5, "at": "", "kind": "persistently_sad", "text": "Robin Example", "participant": 3}
    await in_thread(events.announce_to_teachers)(lesson.id, {"type": "hint", "hint": hint})
    message = await connection.receive_json_from(timeout=3)
    assert message["type"] == "hint_dismissed"
    assert "Robin" not in str(message)
    await connection.disconnect()


@pytest.fixture(autouse=True)
async def _let_tasks_finish():
    yield
    await asyncio.sleep(0)
