"""What a student's own program may say over the socket: each is refused by name, and makes no row."""

import asyncio
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from classroom.models import Consent, Pause, Policy, Reading
from classroom.wire import mailbox
from tests.classroom.test_browser_read import browser_lesson, said, taken
from tests.classroom.test_consumers import JPEG, in_thread, rings, seated, still, student_socket, waits
from tests.factories import make_participant
from tests.measured import ATTENTION, message, picture
from tests.waiting import PATIENCE_S, comes_true
from worker import tasks

__all__ = ["rings", "still"]
pytestmark = pytest.mark.django_db(transaction=True)

PRESENCE = {"attention": None, "expression": None, "uncertain": None}


def text_with(**fields):
    """As JSON that says a number in a way that Python would not."""
    marked = message(picture(**{name: f"<{name}>" for name in fields}))
    text = json.dumps(marked)
    for name, number in fields.items():
        text = text.replace(f'"<{name}>"', number)
    return text


NO_MESSAGES = [
    text_with(age_ms="NaN"),
    text_with(age_ms="1e400"),
    text_with(age_ms="0.5"),
    text_with(age_ms='"0"'),
    text_with(age_ms="true"),
    text_with(faces="Infinity"),
    text_with(faces="-Infinity"),
    text_with(faces="null"),
    text_with(attention="[]"),
    text_with(attention=json.dumps({**ATTENTION, "yaw": "<"}).replace('"<"', "1e999")),
    text_with(attention=json.dumps({**ATTENTION, "left": 0.1})),
    text_with(expression="[NaN, 0, 0, 0, 0, 0, 1]"),
    text_with(expression='"0.1429"'),
    text_with(uncertain="0"),
    json.dumps(message(picture(), sent_ms=-1)),
    json.dumps(message(picture(), sent_ms=2**53 + 1)),
    json.dumps(message(picture(), sent_ms="now")),
    json.dumps(message(picture(), network=None)),
    json.dumps(message(picture(), box=[0, 0, 1, 1])),
    json.dumps(message(picture(box=[0, 0, 1, 1]))),
    json.dumps(message(picture(jpeg="/9j/4AAQSkZJRg=="))),
    json.dumps(message(picture())).replace('"faces": 1', '"faces": 1, "faces": "two"'),
    json.dumps({"type": "measured"}),
    json.dumps({"type": "measured", "readings": picture()}),
]


async def test_what_is_no_message_is_refused_and_the_next_one_is_taken(rings):
    lesson = await in_thread(browser_lesson)()
    _, connection, _ = await seated(lesson)
    for text in NO_MESSAGES:
        await connection.send_to(text_data=text)
        assert (await connection.receive_json_from())["code"] == "bad_message", text
    assert (await taken(lesson)).size == 0
    await said(connection, picture())
    assert (await taken(lesson)).size == 1
    await connection.disconnect()


REFUSED = [
    ([picture(age_ms=-1)], {}),
    ([picture(age_ms=10**40)], {}),
    ([picture(), picture(age_ms=10_001)], {}),
    ([picture(faces=10**40)], {}),
    ([picture(faces=0)], {}),
    ([picture(attention={**ATTENTION, "yaw": 1e308})], {}),
    ([picture(attention={**ATTENTION, "eye_openness": -5e-324})], {}),
    ([picture(expression=[1.0] * 7)], {}),
    ([picture(expression=[1e308] * 7)], {}),
    ([picture(expression=[])], {}),
    ([picture()], {"network": "00000000"}),
    ([picture()], {"network": ""}),
    ([picture()], {"network": "x" * 400}),
    ([picture(**PRESENCE)], {"network": "\u0000"}),
    ([picture(**PRESENCE)] * 9, {}),
    ([], {}),
]


async def test_what_no_browser_reads_is_refused_by_name_and_nothing_of_its_message_is_kept(rings):
    lesson = await in_thread(browser_lesson)()
    _, connection, _ = await seated(lesson)
    for pictures, fields in REFUSED:
        refused = await said(connection, *pictures, code="bad_reading", **fields)
        assert refused["detail"], pictures
    assert (await taken(lesson)).size == 0
    await connection.disconnect()


@pytest.mark.parametrize("preset", ["presence", "attention"])
async def test_a_signal_that_was_not_agreed_to_is_refused_and_takes_its_message_with_it(preset, rings):
    lesson = await in_thread(browser_lesson)(preset=preset)
    participant, connection, _ = await seated(lesson)
    await said(connection, picture(attention=None), code="bad_reading")
    await said(connection, picture(attention=None), picture(**PRESENCE), code="bad_reading")
    if preset == "presence":
        await said(
            connection, picture(**(PRESENCE | {"attention": ATTENTION})), network="", code="bad_reading"
        )
    await said(connection, picture(**PRESENCE), network="")
    await in_thread(tasks.analyse_lesson)(lesson_id=lesson.id)
    row = await Reading.objects.aget(participant=participant)
    assert (row.faces, row.yaw, row.probabilities, row.network) == (1, None, None, "")
    await connection.disconnect()


async def test_in_a_lesson_without_cameras_nothing_is_taken_in_either_form(rings):
    lesson = await in_thread(browser_lesson)("either")
    participant = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    lesson.is_without_cameras = True
    await lesson.asave()
    connection = student_socket(lesson, participant)
    await connection.connect()
    assert (await connection.receive_json_from())["camera_refused"] == "without_cameras"
    await said(connection, picture(), code="without_cameras")
    await connection.send_to(bytes_data=JPEG)
    assert (await connection.receive_json_from())["code"] == "without_cameras"
    assert (await taken(lesson)).size == 0
    await connection.disconnect()


async def test_one_moment_said_again_and_again_is_one_row(rings):
    lesson = await in_thread(browser_lesson)()
    participant, connection, _ = await seated(lesson)
    await said(connection, *[picture(age_ms=3000)] * 8)
    await in_thread(tasks.analyse_lesson)(lesson_id=lesson.id)
    assert await Reading.objects.filter(participant=participant).acount() == 1
    await connection.disconnect()


async def test_a_clock_that_lies_places_no_reading_after_its_arrival_or_long_before(rings):
    lesson = await in_thread(browser_lesson)()
    participant, connection, _ = await seated(lesson)
    began = timezone.now()
    hour_ms, now_ms = 3_600_000, 1_800_000_000_000
    for says, sent_ms in [
        (0, 2**53),
        (2**53, 0),
        (now_ms, now_ms + hour_ms),
        (now_ms + hour_ms, now_ms + hour_ms - 4000),
        (now_ms - hour_ms, now_ms - hour_ms),
    ]:
        await connection.send_json_to({"type": "clock", "now": says})
        await connection.send_json_to(message(picture(age_ms=500), sent_ms=sent_ms))
        while (await connection.receive_json_from())["type"] != "arrived":
            pass
    await in_thread(tasks.analyse_lesson)(lesson_id=lesson.id)
    ended = timezone.now()
    stored = [row.taken_at async for row in Reading.objects.filter(participant=participant)]
    assert stored
    assert all(began - timedelta(seconds=11) <= at <= ended for at in stored)
    await connection.disconnect()


async def test_a_reading_of_the_pause_or_of_before_the_choice_is_no_row_when_it_is_sent_later(rings, still):
    lesson = await in_thread(browser_lesson)()
    participant, connection, _ = await seated(lesson)
    before = [still - timedelta(seconds=seconds) for seconds in (8, 6, 1)]
    await Consent.objects.aupdate(given_at=before[0])
    await Pause.objects.acreate(lesson=lesson, started_at=before[1], ended_at=before[2])
    ages_ms = (9900, 9500, 7000, 4500, 0)
    await said(connection, *(picture(age_ms=age) for age in ages_ms))
    batch = await taken(lesson)
    assert len(batch.measurements) == len(ages_ms)
    await in_thread(tasks._record)(lesson.id, batch)
    assert await Reading.objects.filter(participant=participant).acount() == 2
    ages = [row.taken_at async for row in Reading.objects.order_by("taken_at")]
    assert before[0] <= ages[0] < before[1] < before[2] < ages[1]
    await connection.disconnect()


@pytest.mark.parametrize("narrowed", ["readers", "expression"])
async def test_a_policy_that_narrows_while_readings_wait_holds_for_them(narrowed, rings):
    lesson = await in_thread(browser_lesson)("either")
    participant, connection, _ = await seated(lesson)
    await said(connection, picture())
    await connection.send_to(bytes_data=JPEG)
    await comes_true(lambda: waits(lesson, participant))
    if narrowed == "readers":
        await Policy.objects.aupdate(readers="browser")
    else:
        await Policy.objects.aupdate(allows_expression=False)
    batch = await taken(lesson)
    assert (len(batch.snapshots), len(batch.measurements)) == (1, 1)
    only = mailbox.Batch(batch.snapshots if narrowed == "readers" else (), False, {}, batch.measurements)
    await in_thread(tasks._record)(lesson.id, only)
    row = await Reading.objects.aget(participant=participant)
    assert row.reader == "browser"
    assert (row.probabilities is None) == (narrowed == "expression")
    await connection.disconnect()


async def test_floods_are_refused_and_what_waits_stays_small(rings, still):
    lesson = await in_thread(browser_lesson)()
    _, connection, _ = await seated(lesson)
    for _ in range(40):
        await connection.send_json_to(message(*[picture()] * 8))
    codes = []
    for _ in range(40):
        while (answer := await connection.receive_json_from())["type"] != "arrived":
            codes.append(answer["code"])
    assert codes == ["too_fast"] * 39
    for _ in range(300):
        await connection.send_json_to({"type": "clock", "now": 5})
    for _ in range(60):
        await connection.send_json_to({"type": "take_over"})
    refused = [(await connection.receive_json_from())["code"] for _ in range(50)]
    assert set(refused) == {"bad_message"}
    assert len((await taken(lesson)).measurements) == 8
    await connection.disconnect()


async def window(lesson, participant, name):
    connection = student_socket(lesson, participant)
    connection.scope["query_string"] = f"window={name}".encode()
    await connection.connect()
    await connection.receive_json_from()
    return connection


async def last_told(connection, sender):
    """Who sends, as that window was told last; a request that came too soon is refused by name."""
    while not await connection.receive_nothing(timeout=0.5):
        answer = await connection.receive_json_from()
        assert answer["type"] == "sender" or answer["code"] == "bad_message"
        sender = answer.get("sender", sender)
    return sender


async def told_at_last(windows):
    """What each was told last, once nothing is told any more."""
    before, told = None, [None for _ in windows]
    async with asyncio.timeout(PATIENCE_S):
        while told != before or None in told:
            before, told = told, [await last_told(*one) for one in zip(windows, told, strict=True)]
    return told


async def test_of_two_windows_that_take_the_camera_from_each_other_again_and_again_one_sends(rings):
    lesson = await in_thread(browser_lesson)()
    participant = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    windows = [await window(lesson, participant, name) for name in ("aaaaaaaa", "bbbbbbbb")]
    for each in windows * 30:
        await each.send_json_to({"type": "take_over"})
    told = await told_at_last(windows)
    assert sorted(told) == ["elsewhere", "here"]
    for each, sender in zip(windows, told, strict=True):
        await said(each, picture(), code=None if sender == "here" else "elsewhere")
    assert (await taken(lesson)).size == 1
    for each in windows:
        await each.disconnect()
