"""The two sockets, over the real channel layer."""

import asyncio
import json
import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest
import redis
from asgiref.sync import sync_to_async
from channels_redis.pubsub import RedisPubSubLoopLayer
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from classroom import access, services
from classroom.asgi import application
from classroom.models import (
    AccessLogEntry,
    Attendance,
    Classroom,
    Hint,
    MoodGroup,
    Policy,
    PulseAnswer,
    QuestionVote,
    SelfReport,
    User,
)
from classroom.services.hints import _announce as announce_hint
from classroom.sockets.keeper import keeper
from classroom.sockets.lesson import TRY_AGAIN_CODE
from classroom.wire import events, frames, keys, mailbox
from classroom.wire.measurement import Measurement
from classroom.wire.redis import async_client, client
from tests import servers
from tests.analyses import attentive
from tests.factories import (
    LAWFUL,
    make_classroom,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
    make_user,
)
from tests.waiting import PATIENCE_S, Socket, comes_true

pytestmark = pytest.mark.django_db(transaction=True)
JPEG = b"\xff\xd8\xff" + b"0" * 5000
in_thread = sync_to_async


@pytest.fixture
def rings(monkeypatch):
    """No worker runs here: the rings are counted where they leave for the broker."""
    rung = []
    monkeypatch.setattr("classroom.wire.bell.ring", rung.append)
    return rung


@pytest.fixture
def still(monkeypatch, now):
    """No time passes on the clocks of a socket, however long the test takes."""
    monkeypatch.setattr("classroom.sockets.student.time", SimpleNamespace(monotonic=lambda: 0.0))
    return now


def live_lesson(**fields):
    return make_lesson(started_at=timezone.now() - timedelta(minutes=5), **fields)


def socket(path, *, cookies=None, origin="http://testserver"):
    headers = [(b"origin", origin.encode()), (b"host", b"testserver")]
    if cookies:
        headers.append((b"cookie", "; ".join(f"{k}={v}" for k, v in cookies.items()).encode()))
    return Socket(application, path, headers=headers)


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
    while (message := await connection.receive_json_from())["type"] != kind:
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


async def test_a_redis_that_hangs_refuses_a_socket_in_time_and_keeps_no_later_one_out(monkeypatch):
    lesson = await in_thread(live_lesson)()
    participant = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    with servers.hanging_cache(), monkeypatch.context() as quick:
        quick.setattr("classroom.wire.answers.ANSWER_WITHIN_S", 0.2)
        assert await student_socket(lesson, participant).connect() == (False, TRY_AGAIN_CODE)
    connection = student_socket(lesson, participant)
    assert (await connection.connect())[0]
    await connection.disconnect()


async def test_a_snapshot_waits_in_the_mailbox_and_rings(rings):
    lesson = await in_thread(live_lesson)()
    participant, connection, _ = await seated(lesson)
    await connection.send_to(bytes_data=JPEG)
    await comes_true(lambda: rings)
    batch = await in_thread(mailbox.take)(lesson.id, timezone.now())
    assert [(one.participant_id, one.jpeg) for one in batch.snapshots] == [(participant.id, JPEG)]
    assert rings == [lesson.id]
    await connection.disconnect()


async def test_the_server_stamps_a_snapshot_with_lesson_time(rings, still):
    lesson = await in_thread(live_lesson)(speed=10, interval_ms=10_000)
    _, connection, _ = await seated(lesson)
    await connection.send_to(bytes_data=JPEG)
    await comes_true(lambda: rings)
    (snapshot,) = (await in_thread(mailbox.take)(lesson.id, timezone.now())).snapshots
    assert snapshot.taken_at - lesson.started_at == timedelta(minutes=50)
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
    await comes_true(lambda: rings)
    assert rings == [lesson.id]
    await connection.disconnect()


async def test_a_wait_that_a_broken_connection_cancels_closes_the_socket_so_that_the_browser_comes_back(
    monkeypatch,
):
    lesson = await in_thread(live_lesson)()
    _, connection, _ = await seated(lesson)
    monkeypatch.setattr(mailbox, "post", AsyncMock(side_effect=asyncio.CancelledError()))
    await connection.send_to(bytes_data=JPEG)
    closed = await connection.receive_output()
    assert (closed["type"], closed["code"]) == ("websocket.close", TRY_AGAIN_CODE)
    await connection.wait()


async def test_a_frame_over_a_megabyte_closes_the_socket():
    lesson = await in_thread(live_lesson)()
    _, connection, _ = await seated(lesson)
    await connection.send_to(bytes_data=b"\xff\xd8\xff" + b"0" * 1_000_001)
    closed = await connection.receive_output()
    assert (closed["type"], closed["code"]) == ("websocket.close", 1009)


async def test_snapshots_that_come_too_fast_are_refused_by_name(rings, still):
    lesson = await in_thread(live_lesson)()
    _, connection, _ = await seated(lesson)
    for _ in range(5):
        await connection.send_to(bytes_data=JPEG)
    assert (await connection.receive_json_from())["code"] == "too_fast"
    await connection.disconnect()


async def test_a_snapshot_that_says_when_it_was_taken_is_answered_taken_or_refused(rings, still):
    lesson = await in_thread(live_lesson)()
    _, connection, _ = await seated(lesson)
    for count in range(1, 4):
        await connection.send_to(bytes_data=frames.pack(1000, JPEG))
        assert await connection.receive_json_from() == {"type": "arrived", "count": count}
    await connection.send_to(bytes_data=frames.pack(1000, JPEG))
    assert (await connection.receive_json_from())["code"] == "too_fast"
    assert await connection.receive_json_from() == {"type": "arrived", "count": 4}
    await connection.disconnect()


async def test_a_snapshot_counts_for_when_it_was_taken_and_one_of_long_ago_for_nothing(rings, still):
    lesson = await in_thread(live_lesson)()
    participant, connection, _ = await seated(lesson)
    await connection.send_json_to({"type": "clock", "now": 50_000})
    await connection.send_to(bytes_data=frames.pack(46_000, JPEG))
    assert (await connection.receive_json_from())["type"] == "arrived"
    (snapshot,) = (await in_thread(mailbox.take)(lesson.id, timezone.now())).snapshots
    assert lesson.time_at(still) - snapshot.taken_at == timedelta(seconds=4)
    await connection.send_to(bytes_data=frames.pack(44_000, JPEG))
    assert (await connection.receive_json_from())["code"] == "too_old"
    assert (await connection.receive_json_from())["type"] == "arrived"
    assert not await waits(lesson, participant)
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


async def test_snapshots_are_refused_from_the_second_on_in_which_quiet_hours_begin(rings):
    """The next round of those who look after the seats may be fifteen seconds away."""
    lesson = await in_thread(live_lesson)()
    _, connection, _ = await seated(lesson)
    sitter: Any
    (sitter,) = keeper()._sitters
    await connection.send_to(bytes_data=JPEG)
    assert await connection.receive_nothing()
    sitter.quiet_from = timezone.now()
    await connection.send_to(bytes_data=JPEG)
    assert (await connection.receive_json_from())["code"] == "quiet_hours"
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


async def test_a_students_socket_ends_with_the_lesson_and_none_opens_after_it():
    lesson = await in_thread(live_lesson)()
    participant, connection, _ = await seated(lesson)
    await in_thread(services.end_lesson)(lesson_id=lesson.id, now=timezone.now())
    assert not (await until(connection, "lesson"))["lesson"]["open"]
    assert await closing_code(connection) == events.ENDED_CODE
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


async def test_in_a_lesson_without_cameras_snapshots_are_refused_and_it_is_said_why(rings):
    """Also under a consent to a camera, which no page offers there."""
    lesson = await in_thread(live_lesson)(is_without_cameras=True)
    participant, connection, state = await seated(lesson)
    assert (state["camera"], state["camera_refused"], state["signals"]) == (False, "without_cameras", [])
    await connection.send_to(bytes_data=JPEG)
    refused = await connection.receive_json_from()
    assert refused["code"] == "without_cameras"
    assert refused["detail"] == "Your teacher holds this lesson without cameras: no picture is taken in."
    assert rings == []
    assert client().exists(keys.snap(lesson.id, participant.id)) == 0
    await connection.disconnect()


async def test_who_joined_without_camera_reports_but_sends_no_snapshot(rings):
    lesson = await in_thread(live_lesson)()
    participant, connection, state = await seated(lesson, choice="no_camera")
    assert not state["camera"]
    # The socket refuses by itself, whatever the mailbox would take.
    await mailbox.open_for(lesson.id, participant.id, (await participant.consents.aget()).id)
    await connection.send_to(bytes_data=JPEG)
    assert (await connection.receive_json_from())["code"] == "no_consent"
    assert (await in_thread(mailbox.take)(lesson.id, timezone.now())).snapshots == ()
    await connection.send_json_to({"type": "self_report", "kind": "lost"})
    await comes_true(SelfReport.objects.aexists)
    assert (await SelfReport.objects.aget()).kind == "lost"
    await connection.disconnect()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"type": "dance"}',
        '{"type": "self_report", "kind": "x"}',
        '{"type": "self_report", "kind": ["lost"]}',
        "[" * 3_900,
        "1" * 5_000,
        "1" * 4_000,
        '{"a":' * 200_000,
        json.dumps({"type": "self_report", "kind": "lost", "padding": "x" * 4_000}),
    ],
    ids=range(11),
)
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
    assert (reading["type"], reading["faces"]) == ("reading", 1)
    assert reading["expression"] == {"label": "neutral", "clarity": "clearly"}, "in words, never a number"
    assert await neighbour.receive_nothing()
    await own.disconnect()
    await neighbour.disconnect()


async def test_an_own_reading_holds_only_what_policy_and_consent_allow():
    school = await in_thread(make_school)(preset="presence")
    lesson = await in_thread(live_lesson)(classroom=await in_thread(make_classroom)(school=school))
    participant, own, _ = await seated(lesson, choice="own_results")
    consent = await participant.consents.aget()
    measurement = Measurement(participant.id, consent.id, lesson.time_at(timezone.now()), attentive())
    await in_thread(services.record_readings)(lesson_id=lesson.id, measurements=[measurement])
    reading = await own.receive_json_from()
    assert (reading["faces"], reading["attention"], reading["expression"]) == (1, None, None)
    await own.disconnect()


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
        message = await connection.receive_json_from()
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


# --- what names somebody -----------------------------------------------------------------------------------


@pytest.fixture
def slow_hearts(monkeypatch):
    """No tick of a heartbeat falls between what a test announces."""
    monkeypatch.setattr("classroom.sockets.teacher.TEACHER_HEARTBEAT_S", 60)


async def watching(lesson, *, reveals=False, teacher=None):
    connection = await in_thread(teacher_socket)(lesson, teacher)
    assert (await connection.connect())[0]
    await until(connection, "state")
    if reveals:
        await connection.send_json_to({"type": "reveal", "on": True})
        await until(connection, "state")
    return connection


async def measured(lesson, participant):
    consent = await participant.consents.aget()
    measurement = Measurement(participant.id, consent.id, lesson.time_at(timezone.now()), attentive())
    await in_thread(services.record_readings)(lesson_id=lesson.id, measurements=[measurement])


async def stepped(lesson, participant):
    """As a worker does after readings of one participant."""
    await in_thread(services.step_lesson)(
        lesson_id=lesson.id, participant_ids={participant.id}, now=timezone.now()
    )


def forget_pushes(lesson):
    """As after the time in which nothing is pushed or stepped again."""
    client().delete(*(keys.of(name, lesson.id) for name in ("tiles-pushed", "stepped")))


async def looks():
    return [(one.participant_id, one.place) async for one in AccessLogEntry.objects.order_by("id")]


async def test_tiles_are_pushed_to_screens_that_reveal_and_never_to_a_hidden_one(slow_hearts):
    lesson = await in_thread(live_lesson)()
    participant = await in_thread(make_participant)(
        lesson=lesson, choice="own_results", display_name="Robin Example"
    )
    hidden, revealing = await watching(lesson), await watching(lesson, reveals=True)
    assert await looks() == []
    await measured(lesson, participant)
    await stepped(lesson, participant)
    await in_thread(services.tick)(lesson_id=lesson.id, now=timezone.now())
    (tile,) = (await until(revealing, "tiles"))["tiles"]
    assert (tile["name"], tile["kind"]) == ("Robin Example", "measured")
    assert await looks() == [(participant.id, "dashboard")]
    view = await until(hidden, "view")
    assert "tiles" not in view and "Robin" not in str(view)
    assert await hidden.receive_nothing()
    for connection in (hidden, revealing):
        await connection.disconnect()


async def test_a_screen_that_hides_again_gets_no_more_tiles(slow_hearts):
    lesson = await in_thread(live_lesson)()
    participant = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    connection = await watching(lesson, reveals=True)
    await connection.send_json_to({"type": "reveal", "on": False})
    assert (await until(connection, "state"))["tiles"] is None
    tile = {"id": participant.id, "name": "Robin Example", "kind": "measured"}
    await in_thread(events.announce_to_revealing)(lesson.id, {"type": "tiles", "tiles": [tile]})
    assert await connection.receive_nothing()
    assert await looks() == []
    await connection.disconnect()


async def test_nobody_computes_tiles_while_nobody_reveals(slow_hearts, monkeypatch):
    lesson = await in_thread(live_lesson)()
    connection = await watching(lesson)
    monkeypatch.setattr("classroom.queries.tiles", lambda *_: pytest.fail("nobody looks"))
    participant = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    await stepped(lesson, participant)
    await in_thread(services.tick)(lesson_id=lesson.id, now=timezone.now())
    assert await until(connection, "view")
    await connection.disconnect()


@pytest.mark.parametrize("choice", ["class_mood", "own_results"])
async def test_only_those_who_show_their_results_make_tiles_come_between_two_beats(choice, slow_hearts):
    lesson = await in_thread(live_lesson)()
    sharing = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    other = await in_thread(make_participant)(lesson=lesson, choice=choice)
    connection = await watching(lesson, reveals=True)
    await measured(lesson, sharing)
    await in_thread(services.tick)(lesson_id=lesson.id, now=timezone.now())
    assert len((await until(connection, "tiles"))["tiles"]) == 2
    await in_thread(forget_pushes)(lesson)
    await measured(lesson, sharing)
    await measured(lesson, other)
    await stepped(lesson, other)
    if choice == "own_results":
        assert await until(connection, "tiles")
    assert await connection.receive_nothing()
    await connection.disconnect()


async def test_with_viewers_a_step_that_is_due_waits_for_their_beat(slow_hearts):
    lesson = await in_thread(live_lesson)()
    participant = await in_thread(make_participant)(lesson=lesson, choice="class_mood")
    await stepped(lesson, participant)
    assert (await MoodGroup.objects.aget()).stepped_at is not None
    await MoodGroup.objects.all().adelete()
    await in_thread(events.note_viewed)(lesson.id)
    await in_thread(forget_pushes)(lesson)
    await stepped(lesson, participant)
    assert not await MoodGroup.objects.aexists()
    await in_thread(services.tick)(lesson_id=lesson.id, now=timezone.now())
    assert await MoodGroup.objects.aexists()


async def test_a_remark_about_one_student_goes_to_screens_that_reveal_is_logged_and_leaves_no_gap(
    slow_hearts,
):
    lesson = await in_thread(live_lesson)()
    participant = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    hidden, revealing = await watching(lesson), await watching(lesson, reveals=True)
    hint = {
        "id": 5,
        "at": "",
        "kind": "persistently_sad",
        "participant": participant.id,
        "name": "Robin Example",
    }
    await in_thread(events.announce_to_revealing)(lesson.id, {"type": "hint", "hint": hint})
    assert (await until(revealing, "hint"))["hint"]["name"] == "Robin Example"
    assert await looks() == [(participant.id, "hint")]
    assert await hidden.receive_nothing()
    await in_thread(services.add_marker)(lesson_id=lesson.id, label="One", now=timezone.now())
    assert (await until(hidden, "markers"))["seq"] == (await until(revealing, "markers"))["seq"] == 1
    for connection in (hidden, revealing):
        await connection.disconnect()


async def test_a_given_remark_that_names_somebody_goes_to_screens_that_reveal(slow_hearts):
    lesson = await in_thread(live_lesson)()
    participant = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    hidden, revealing = await watching(lesson), await watching(lesson, reveals=True)

    def give(about):
        hint = Hint.objects.create(
            lesson=lesson, at=timezone.now(), kind=Hint.Kind.PERSISTENTLY_SAD, participant=about
        )
        announce_hint(hint)

    await in_thread(give)(participant)
    assert (await until(revealing, "hint"))["hint"]["participant"] == participant.id
    assert await hidden.receive_nothing()
    await in_thread(give)(None)
    assert (await until(hidden, "hint"))["hint"]["participant"] is None
    for connection in (hidden, revealing):
        await connection.disconnect()


async def test_a_remark_in_the_state_is_a_look_too(slow_hearts):
    lesson = await in_thread(live_lesson)()
    participant = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    await Hint.objects.acreate(
        lesson=lesson, participant=participant, at=timezone.now(), kind=Hint.Kind.PERSISTENTLY_SAD
    )
    connection = await watching(lesson)
    assert await looks() == []
    await connection.send_json_to({"type": "reveal", "on": True})
    assert (await until(connection, "state"))["hints"][0]["participant"] == participant.id
    assert await looks() == [(participant.id, "hint")]
    await connection.disconnect()


# --- rights that end while a socket is open ----------------------------------------------------------------


async def closing_code(connection):
    """Whatever was sent before, until the server closes; one that goes on sending is not waited for."""
    async with asyncio.timeout(PATIENCE_S):
        while (output := await connection.receive_output())["type"] != "websocket.close":
            pass
    return output["code"]


def logs_out(lesson, cookies):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookies[settings.SESSION_COOKIE_NAME]
    client.post("/logout/")


def is_deactivated(lesson, cookies):
    lesson.classroom.teacher.is_active = False
    lesson.classroom.teacher.save()


def has_a_new_password(lesson, cookies):
    lesson.classroom.teacher.set_password("another one 2")
    lesson.classroom.teacher.save()


def becomes_a_student(lesson, cookies):
    lesson.classroom.teacher.role = "student"
    lesson.classroom.teacher.save()


def hands_the_classroom_over(lesson, cookies):
    lesson.classroom.teacher = make_teacher(school=lesson.classroom.school)
    lesson.classroom.save()


LOSSES = [logs_out, is_deactivated, has_a_new_password, becomes_a_student, hands_the_classroom_over]


@pytest.mark.parametrize("loses", LOSSES)
async def test_a_teacher_who_loses_the_right_is_told_at_once_and_gets_nothing_more(loses, slow_hearts):
    lesson = await in_thread(live_lesson)()
    cookies = await in_thread(teacher_cookies)(lesson.classroom.teacher)
    connection = socket(f"/ws/lessons/{lesson.id}/teacher/", cookies=cookies)
    assert (await connection.connect())[0]
    await in_thread(loses)(lesson, cookies)
    assert await closing_code(connection) == events.RIGHTS_LOST_CODE
    again = socket(f"/ws/lessons/{lesson.id}/teacher/", cookies=cookies)
    assert not (await again.connect())[0]


def is_deactivated_in_silence(lesson):
    User.objects.filter(id=lesson.classroom.teacher_id).update(is_active=False)


def loses_the_session_in_silence(lesson):
    Session.objects.all().delete()


def loses_the_classroom_in_silence(lesson):
    Classroom.objects.update(teacher=make_teacher(school=lesson.classroom.school))


SILENT = [is_deactivated_in_silence, loses_the_session_in_silence, loses_the_classroom_in_silence]


@pytest.mark.parametrize("loses", SILENT)
async def test_what_nobody_announced_is_found_by_the_heartbeat(loses, monkeypatch):
    monkeypatch.setattr("classroom.sockets.teacher.TEACHER_HEARTBEAT_S", 0.1)
    lesson = await in_thread(live_lesson)()
    connection = await watching(lesson)
    await in_thread(loses)(lesson)
    assert await closing_code(connection) == events.RIGHTS_LOST_CODE


@pytest.mark.parametrize("request_", [{"type": "refresh"}, {"type": "reveal", "on": True}])
@pytest.mark.parametrize("loses", SILENT)
async def test_a_request_is_answered_only_while_the_right_lasts(loses, request_, slow_hearts):
    lesson = await in_thread(live_lesson)()
    connection = await watching(lesson)
    await in_thread(loses)(lesson)
    await connection.send_json_to(request_)
    assert (await connection.receive_output()) == {
        "type": "websocket.close",
        "code": events.RIGHTS_LOST_CODE,
    }


async def test_a_login_of_somebody_else_closes_nothing(slow_hearts):
    lesson = await in_thread(live_lesson)()
    connection = await watching(lesson)
    other = await in_thread(make_teacher)(school=lesson.classroom.school)
    await in_thread(logs_out)(lesson, await in_thread(teacher_cookies)(other))
    await in_thread(teacher_cookies)(lesson.classroom.teacher)
    assert await connection.receive_nothing()
    await connection.disconnect()


async def test_the_teachers_socket_ends_with_the_lesson_and_says_so_once_more_to_a_late_one():
    lesson = await in_thread(live_lesson)()
    connection = await watching(lesson)
    await in_thread(services.end_lesson)(lesson_id=lesson.id, now=timezone.now())
    assert not (await until(connection, "lesson"))["lesson"]["open"]
    assert await closing_code(connection) == events.ENDED_CODE
    late = await in_thread(teacher_socket)(lesson)
    assert (await late.connect())[0]
    assert not (await until(late, "state"))["lesson"]["open"]
    assert await closing_code(late) == events.ENDED_CODE


async def test_a_policy_that_changes_reseats_everybody_of_that_school():
    lesson, elsewhere = await in_thread(live_lesson)(), await in_thread(live_lesson)()
    participant, connection, _ = await seated(lesson)
    _, neighbour, _ = await seated(elsewhere)
    teacher = await watching(lesson)
    school = lesson.classroom.school
    await in_thread(services.choose_policy)(school=school, preset="presence", now=timezone.now(), **LAWFUL)
    assert await closing_code(connection) == events.RESEATED_CODE
    assert await closing_code(teacher) == events.RESEATED_CODE
    again = student_socket(lesson, participant)
    assert (await again.connect())[0]
    assert (await until(again, "state"))["signals"] == ["presence"]
    assert await neighbour.receive_nothing()
    await again.disconnect()
    await neighbour.disconnect()


def policy_goes_in_silence(participant):
    Policy.objects.all()._raw_delete("default")


def policy_narrows_in_silence(participant):
    Policy.objects.update(allows_expression=False)


def consent_ends_in_silence(participant):
    participant.consents.update(ended_at=timezone.now())


@pytest.mark.parametrize(
    "changes", [policy_goes_in_silence, policy_narrows_in_silence, consent_ends_in_silence]
)
async def test_a_seat_whose_consent_or_policy_ended_in_silence_is_found_by_the_keeper(changes, monkeypatch):
    monkeypatch.setattr("classroom.sockets.keeper.KEEP_EVERY_S", 0.1)
    lesson = await in_thread(live_lesson)()
    participant, connection, _ = await seated(lesson)
    await in_thread(changes)(participant)
    assert await closing_code(connection) == events.RESEATED_CODE


@pytest.mark.parametrize("how", ["logs out", "is deactivated", "in silence"])
async def test_a_student_with_an_account_who_loses_it_loses_the_seat(how, monkeypatch):
    monkeypatch.setattr("classroom.sockets.keeper.KEEP_EVERY_S", 0.1 if how == "in silence" else 60)
    lesson = await in_thread(live_lesson)()
    user = await in_thread(make_user)()
    await in_thread(make_participant)(lesson=lesson, choice="own_results", user=user)
    cookies = await in_thread(teacher_cookies)(user)
    connection = socket(f"/ws/lessons/{lesson.id}/student/", cookies=cookies)
    assert (await connection.connect())[0]
    if how == "logs out":
        await in_thread(logs_out)(lesson, cookies)
    elif how == "in silence":
        await Session.objects.all().adelete()
    else:
        user.is_active = False
        await user.asave()
    assert await closing_code(connection) == events.RIGHTS_LOST_CODE


# --- how much one participant may do -----------------------------------------------------------------------


async def test_of_six_sockets_of_a_participant_the_newest_five_stay():
    lesson = await in_thread(live_lesson)()
    participant, oldest, _ = await seated(lesson)
    _, neighbour, _ = await seated(lesson)
    newer = [student_socket(lesson, participant) for _ in range(5)]
    for connection in newer:
        assert (await connection.connect())[0]
        await connection.receive_json_from()
    assert await closing_code(oldest) == events.REPLACED_CODE
    for connection in (*newer, neighbour):
        assert await connection.receive_nothing(0.05)
        await connection.disconnect()


# --- several windows of one student ------------------------------------------------------------------------

HERE, THERE = "window=aaaaaaaaaaaa", "window=bbbbbbbbbbbb"


async def window_of(lesson, participant, query):
    """A page of theirs, and whether it sends."""
    path = f"/ws/lessons/{lesson.id}/student/?{query}"
    connection = socket(path, cookies=guest_cookies(participant))
    assert (await connection.connect())[0]
    return connection, (await connection.receive_json_from())["sender"]


async def test_of_two_windows_the_first_sends_until_the_other_takes_over(rings):
    lesson = await in_thread(live_lesson)()
    participant = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    first, sender = await window_of(lesson, participant, HERE)
    assert sender == "here"
    second, sender = await window_of(lesson, participant, THERE)
    assert sender == "elsewhere"
    await second.send_to(bytes_data=JPEG)
    assert (await second.receive_json_from())["code"] == "elsewhere"
    assert rings == []
    await second.send_json_to({"type": "take_over"})
    assert await second.receive_json_from() == {"type": "sender", "sender": "here"}
    assert await first.receive_json_from() == {"type": "sender", "sender": "elsewhere"}
    await first.send_to(bytes_data=JPEG)
    assert (await first.receive_json_from())["code"] == "elsewhere"
    await second.send_to(bytes_data=JPEG)
    await comes_true(lambda: rings)
    assert rings == [lesson.id]
    assert await second.receive_nothing()
    await second.disconnect()
    assert await first.receive_json_from() == {"type": "sender", "sender": "nobody"}
    await first.disconnect()


async def test_a_window_that_comes_back_keeps_the_camera_and_one_that_waits_goes_on_waiting():
    lesson = await in_thread(live_lesson)()
    participant = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    first, _ = await window_of(lesson, participant, HERE)
    again, sender = await window_of(lesson, participant, HERE)
    assert sender == "here", "its old socket may not have ended yet"
    await first.disconnect()
    second, sender = await window_of(lesson, participant, f"{THERE}&waits=1")
    assert sender == "elsewhere"
    await again.disconnect()
    assert await second.receive_json_from() == {"type": "sender", "sender": "nobody"}
    await second.disconnect()
    second, sender = await window_of(lesson, participant, f"{THERE}&waits=1")
    assert sender == "nobody", "nobody's camera begins because another window was closed"
    third, sender = await window_of(lesson, participant, HERE)
    assert sender == "here"
    assert await second.receive_json_from() == {"type": "sender", "sender": "elsewhere"}
    for connection in (second, third):
        await connection.disconnect()


@pytest.mark.parametrize(
    "query", ["", "window=", "window=%00", "window=zzzzzzzzzzzz", "waits=1", "window=" + "a" * 90]
)
async def test_who_names_no_window_is_no_page_and_just_sends(rings, query):
    lesson = await in_thread(live_lesson)()
    participant = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    page, _ = await window_of(lesson, participant, HERE)
    connection, sender = await window_of(lesson, participant, query)
    assert sender == "here"
    await connection.send_to(bytes_data=JPEG)
    await connection.send_json_to({"type": "take_over"})
    await comes_true(lambda: rings)
    assert await connection.receive_nothing()
    assert await page.receive_nothing()
    assert rings == [lesson.id]
    for each in (page, connection):
        await each.disconnect()


async def test_a_seventh_tap_within_a_minute_is_refused_with_words_whatever_the_socket(still):
    lesson = await in_thread(live_lesson)()
    participant, first, _ = await seated(lesson)
    second = student_socket(lesson, participant)
    await second.connect()
    await second.receive_json_from()
    for taps, connection in enumerate((first, first, first, second, second, second), start=1):
        await connection.send_json_to({"type": "self_report", "kind": "lost"})
        await comes_true(SelfReport.objects.all()[taps - 1 :].aexists)
    await first.send_json_to({"type": "self_report", "kind": "lost"})
    refusal = await first.receive_json_from()
    assert (refusal["code"], "Wait a minute" in refusal["detail"]) == ("bad_message", True)
    assert await SelfReport.objects.acount() == 6
    for connection in (first, second):
        await connection.disconnect()


async def test_a_flood_of_taps_over_one_socket_does_not_reach_the_database(monkeypatch, still):
    lesson = await in_thread(live_lesson)()
    _, connection, _ = await seated(lesson)
    reported = []
    monkeypatch.setattr("classroom.services.report_self", lambda **tap: reported.append(tap))
    for _ in range(50):
        await connection.send_json_to({"type": "self_report", "kind": "lost"})
    for _ in range(44):
        assert (await connection.receive_json_from())["code"] == "bad_message"
    await connection.disconnect()
    assert len(reported) == 6


async def test_a_check_reaches_every_student_is_answered_and_told_to_the_teacher_once_it_closed(
    slow_hearts, still
):
    lesson = await in_thread(live_lesson)()
    people = [await seated(lesson, "no_camera") for _ in range(5)]
    teacher = await in_thread(teacher_socket)(lesson)
    await teacher.connect()
    assert (await teacher.receive_json_from())["pulse"] is None
    pulse = await in_thread(services.ask_pulse_check)(lesson_id=lesson.id, now=timezone.now())
    assert (await until(teacher, "pulse"))["pulse"]["open"]
    for _, connection, _ in people:
        asked = (await until(connection, "pulse_opened"))["pulse"]
        assert asked["closes_in_ms"] == 30_000
        await connection.send_json_to({"type": "pulse_answer", "pulse": asked["id"], "answer": "no"})
    await comes_true(PulseAnswer.objects.all()[4:].aexists)
    closes_at = pulse.at + timedelta(seconds=31)
    await in_thread(services.tick)(lesson_id=lesson.id, now=closes_at)
    told = (await until(teacher, "pulse"))["pulse"]["told"]
    assert told == {"of": "class", "group_size": 5, "asked": 5, "yes": 0, "partly": 0, "no": 5}
    _, late, _ = people[0]
    await late.send_json_to({"type": "pulse_answer", "pulse": pulse.id, "answer": "yes"})
    refusal = await until(late, "error")
    assert (refusal["code"], refusal["about"]) == ("bad_message", "pulse_answer")
    assert "has closed" in refusal["detail"]
    for _, connection, _ in people:
        await connection.disconnect()
    await teacher.disconnect()


async def test_a_flood_of_answers_over_one_socket_does_not_reach_the_database(monkeypatch, still):
    lesson = await in_thread(live_lesson)()
    _, connection, _ = await seated(lesson)
    answered = []
    monkeypatch.setattr("classroom.services.answer_pulse_check", lambda **answer: answered.append(answer))
    for _ in range(50):
        await connection.send_json_to({"type": "pulse_answer", "pulse": 1, "answer": "yes"})
    for _ in range(40):
        assert "a lot at once" in (await connection.receive_json_from())["detail"]
    await connection.disconnect()
    assert len(answered) == 10


async def test_a_question_is_taken_over_the_socket_and_told_to_the_class_without_who_asked(slow_hearts):
    lesson = await in_thread(live_lesson)()
    people = [await seated(lesson, "no_camera") for _ in range(5)]
    (_, asking, _), (_, voting, _), *_ = people
    await asking.send_json_to({"type": "question", "text": "Why is it so?"})
    taken = (await until(asking, "question_taken"))["question"]
    assert taken == {"id": taken["id"], "text": "Why is it so?", "votes": 0, "state": "open"}
    await voting.send_json_to({"type": "vote", "question": taken["id"], "on": True})
    await comes_true(QuestionVote.objects.aexists)
    await in_thread(services.tick)(lesson_id=lesson.id, now=timezone.now())
    for _, connection, _ in people:
        assert (await until(connection, "questions"))["questions"] == [taken | {"votes": 1}]
    await asking.send_json_to({"type": "question", "text": " "})
    refusal = await asking.receive_json_from()
    assert (refusal["about"], refusal["detail"]) == ("question", "Type your question first.")
    for participant, connection, _ in people:
        await connection.disconnect()
        again = student_socket(lesson, participant)
        await again.connect()
        state = await again.receive_json_from()
        assert state["questions"] == [taken | {"votes": 1}]
        assert bool(state["own_questions"]) is (connection is asking)
        assert state["voted"] == ([taken["id"]] if connection is voting else [])
        await again.disconnect()


# --- servers that hang -------------------------------------------------------------------------------------


async def test_snapshots_are_taken_while_the_database_hangs(rings):
    lesson = await in_thread(live_lesson)()
    participant, connection, _ = await seated(lesson)
    back = threading.Event()
    hanging = asyncio.ensure_future(in_thread(back.wait)(2 * PATIENCE_S))
    try:
        await asyncio.sleep(0.05)
        await connection.send_json_to({"type": "self_report", "kind": "lost"})
        await connection.send_to(bytes_data=JPEG)
        await comes_true(lambda: waits(lesson, participant))
        assert await connection.receive_nothing()
    finally:
        back.set()
    await hanging
    await connection.disconnect()
    assert await SelfReport.objects.acount() == 1


async def waits(lesson, participant):
    """Whether a snapshot of theirs is in the mailbox."""
    return await async_client().exists(keys.snap(lesson.id, participant.id))


async def test_all_seats_of_a_process_cost_two_statements(django_assert_num_queries):
    lesson = await in_thread(live_lesson)()
    seats = [(await seated(lesson))[1] for _ in range(12)]
    held = [sitter.seat for sitter in keeper()._sitters]
    assert len(held) == 12

    def keep():
        with django_assert_num_queries(2):
            return services.keep_seats(seats=held, now=timezone.now() + timedelta(seconds=15))

    standings = await in_thread(keep)()
    assert {(it.refusal, it.code) for it in standings.values()} == {(None, None)}
    heard = [one.last_seen_at - one.joined_at async for one in Attendance.objects.all()]
    assert all(timedelta(seconds=14) < it < timedelta(seconds=60) for it in heard)
    for connection in seats:
        await connection.disconnect()


@pytest.fixture(autouse=True)
async def _let_tasks_finish():
    yield
    await asyncio.sleep(0)
