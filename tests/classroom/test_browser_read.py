"""Where pictures are read in the student's browser: numbers come over the socket, and no picture is taken."""

import threading
from datetime import timedelta

import pytest
from django.db import connection as database
from django.utils import timezone

from classroom import services
from classroom.models import Consent, Policy, Reading
from classroom.terms import Reader
from classroom.wire import mailbox
from classroom.wire.measurement import Measurement
from tests.analyses import attentive
from tests.classroom.test_consumers import (
    JPEG,
    in_thread,
    live_lesson,
    rings,
    seated,
    still,
    student_socket,
    waits,
)
from tests.factories import MONDAY, make_classroom, make_consent, make_lesson, make_participant, make_school
from tests.measured import NETWORK_NAME, message, picture
from tests.waiting import comes_true
from tests.worker.test_tasks import Asked
from worker import tasks

__all__ = ["rings", "still"]
pytestmark = pytest.mark.django_db(transaction=True)


def browser_lesson(readers="browser", **fields):
    school = make_school(readers=readers, **fields)
    return live_lesson(classroom=make_classroom(school=school))


async def said(connection, *pictures, code=None, **fields):
    """Sends readings, and waits until they were answered: refused by that code, or taken."""
    await connection.send_json_to(message(*pictures, **fields))
    answer = await connection.receive_json_from()
    if code is not None:
        assert answer["code"] == code
        refusal, answer = answer, await connection.receive_json_from()
    assert answer["type"] == "arrived"
    return refusal if code else None


async def taken(lesson):
    return await in_thread(mailbox.take)(lesson.id, timezone.now())


async def test_a_reading_waits_in_the_mailbox_and_rings(rings, still):
    lesson = await in_thread(browser_lesson)()
    participant, connection, state = await seated(lesson)
    assert (state["camera"], state["readers"], state["readings_a_message"]) == (True, ["browser"], 1)
    await said(connection, picture(age_ms=500), picture(age_ms=1500))
    await comes_true(lambda: rings)
    older, newer = (await taken(lesson)).measurements
    assert (older.participant_id, older.reader) == (participant.id, Reader.BROWSER)
    assert older.network == newer.network == NETWORK_NAME
    assert [still - one.taken_at for one in (older, newer)] == [
        timedelta(seconds=1.5),
        timedelta(seconds=0.5),
    ]
    assert rings == [lesson.id]
    await connection.disconnect()


@pytest.mark.parametrize("choice", ["own_results", "class_mood"])
async def test_where_only_the_browser_reads_every_picture_is_refused_and_the_server_says_why(choice, rings):
    lesson = await in_thread(browser_lesson)()
    _, connection, _ = await seated(lesson, choice)
    for frame in (JPEG, b"", b"\xff\xd8\xff" + b"0" * 300_000):
        await connection.send_input({"type": "websocket.receive", "bytes": frame})
        assert (await connection.receive_json_from())["code"] == "no_pictures"
    assert (await taken(lesson)).size == 0
    assert rings == []
    await connection.disconnect()


async def test_where_only_the_server_reads_numbers_are_refused(rings):
    lesson = await in_thread(browser_lesson)("server")
    _, connection, _ = await seated(lesson)
    await said(connection, picture(), code="no_measurements")
    assert (await taken(lesson)).size == 0
    await connection.disconnect()


async def test_where_the_device_decides_both_are_taken(rings):
    lesson = await in_thread(browser_lesson)("either")
    participant, connection, state = await seated(lesson)
    assert state["readers"] == ["browser", "server"]
    await said(connection, picture())
    await connection.send_to(bytes_data=JPEG)
    await comes_true(lambda: waits(lesson, participant))
    batch = await taken(lesson)
    assert (len(batch.snapshots), len(batch.measurements)) == (1, 1)
    await connection.disconnect()


async def test_an_impossible_reading_is_refused_by_name_and_the_next_one_is_taken(rings):
    lesson = await in_thread(browser_lesson)()
    _, connection, _ = await seated(lesson)
    refused = await said(connection, picture(faces=1000), code="bad_reading")
    assert (refused["about"], refused["detail"]) == ("measured", "No picture holds so many faces.")
    await said(connection, picture())
    assert len((await taken(lesson)).measurements) == 1
    await connection.disconnect()


async def test_a_signal_that_the_policy_does_not_allow_is_refused(rings):
    lesson = await in_thread(browser_lesson)(preset="attention")
    _, connection, _ = await seated(lesson)
    await said(connection, picture(), code="bad_reading")
    assert (await taken(lesson)).size == 0
    await connection.disconnect()


async def test_readings_that_come_too_fast_are_refused_by_name(rings, still):
    lesson = await in_thread(browser_lesson)()
    _, connection, _ = await seated(lesson)
    eight = [picture(age_ms=age) for age in range(0, 8000, 1000)]
    await said(connection, *eight)
    await said(connection, *eight, code="too_fast")
    assert len((await taken(lesson)).measurements) == 8
    await connection.disconnect()


async def test_what_was_long_on_its_way_is_as_old_as_that_and_too_old_in_the_end(rings, still):
    lesson = await in_thread(browser_lesson)()
    _, connection, _ = await seated(lesson)
    clock_ms = 50_000_000
    await said(connection, picture(age_ms=1000), sent_ms=clock_ms)
    await said(connection, picture(age_ms=1000), sent_ms=clock_ms - 5000)
    await said(connection, picture(age_ms=6000), sent_ms=clock_ms - 5000, code="too_old")
    prompt, late = (await taken(lesson)).measurements
    assert prompt.taken_at - late.taken_at == timedelta(seconds=5)
    await connection.disconnect()


async def test_while_the_teacher_pauses_no_reading_is_taken(rings):
    lesson = await in_thread(browser_lesson)()
    await in_thread(services.pause_lesson)(lesson_id=lesson.id, now=timezone.now())
    _, connection, _ = await seated(lesson)
    await said(connection, picture(), code="paused")
    await connection.disconnect()


async def test_who_agreed_to_pictures_on_the_server_is_read_nowhere_until_asked_again(rings):
    """A school that changes to the browser: nobody agreed to that yet, and pictures are refused at once."""
    lesson = await in_thread(browser_lesson)("server")
    participant = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    await Policy.objects.aupdate(readers="browser")
    connection = student_socket(lesson, participant)
    await connection.connect()
    state = await connection.receive_json_from()
    assert (state["camera"], state["camera_refused"], state["asks_again"]) == (False, "no_consent", True)
    await connection.send_to(bytes_data=JPEG)
    assert (await connection.receive_json_from())["code"] == "no_consent"
    await said(connection, picture(), code="no_consent")
    await connection.disconnect()


# --- what a worker makes of it -----------------------------------------------------------------------------


async def sent(lesson, *pictures):
    """A participant whose readings wait."""
    participant, connection, _ = await seated(lesson)
    await said(connection, *pictures)
    await connection.disconnect()
    return participant


class NeverLoaded:
    def __call__(self):
        raise AssertionError("no network is needed for what is measured already")


async def test_what_is_measured_already_is_recorded_without_a_network(monkeypatch, rings):
    monkeypatch.setattr(tasks, "analyser", NeverLoaded())
    lesson = await in_thread(browser_lesson)()
    participant = await sent(lesson, picture(age_ms=1000), picture(faces=1))
    await in_thread(tasks.analyse_lesson)(lesson_id=lesson.id)
    rows = [row async for row in Reading.objects.filter(participant=participant)]
    assert [(row.reader, row.network, row.faces, row.was_folded) for row in rows] == [
        ("browser", NETWORK_NAME, 1, True),
        ("browser", NETWORK_NAME, 1, True),
    ]
    assert (rows[0].yaw, rows[0].uncertain) == (1.5, False)


async def test_a_mixed_batch_is_recorded_whole(monkeypatch, rings):
    monkeypatch.setattr(tasks, "analyser", Asked)
    lesson = await in_thread(browser_lesson)("either")
    await sent(lesson, picture())
    participant, connection, _ = await seated(lesson)
    await connection.send_to(bytes_data=JPEG)
    await comes_true(lambda: waits(lesson, participant))
    await in_thread(tasks.analyse_lesson)(lesson_id=lesson.id)
    rows = [row async for row in Reading.objects.order_by("reader").values_list("reader", flat=True)]
    assert rows == ["browser", "server"]
    await connection.disconnect()


@pytest.mark.parametrize(
    "change", ["withdrawn", "another choice", "server only", "no camera allowed", "no policy"]
)
async def test_readings_that_wait_while_they_are_forbidden_become_no_row(change, rings):
    """Also where the mailbox was not told: the row's consent decides, under its lock."""
    lesson = await in_thread(browser_lesson)()
    participant = await sent(lesson, picture())
    if change == "withdrawn":
        await Consent.objects.aupdate(ended_at=timezone.now())
    if change == "another choice":
        await Consent.objects.aupdate(choice="no_camera")
    if change == "server only":
        await Policy.objects.aupdate(readers="server")
    if change == "no camera allowed":
        await Policy.objects.aupdate(allows_presence=False, allows_attention=False, allows_expression=False)
    if change == "no policy":
        await Policy.objects.all().adelete()
    await in_thread(tasks.analyse_lesson)(lesson_id=lesson.id)
    assert not await Reading.objects.filter(participant=participant).aexists()


async def test_a_withdrawal_empties_the_mailbox(rings):
    lesson = await in_thread(browser_lesson)()
    participant = await sent(lesson, picture(), picture(age_ms=900))
    await in_thread(services.withdraw_consent)(
        lesson_id=lesson.id, participant_id=participant.id, now=timezone.now()
    )
    assert (await taken(lesson)).size == 0


def test_a_withdrawal_and_a_batch_of_readings_at_once_leave_nothing():
    """Whichever comes first: what was read under a consent that ended is in no row."""
    for _ in range(6):
        lesson = browser_lesson()
        participant = make_participant(lesson=lesson, choice="own_results")
        consent = Consent.objects.get(participant=participant)
        measured = tuple(measurement(consent, second) for second in range(8))
        batch = mailbox.Batch((), ring=False, seen={}, measurements=measured)
        start = threading.Barrier(2)

        def record(lesson=lesson, batch=batch, start=start):
            start.wait()
            tasks._record(lesson.id, batch)

        def withdraw(lesson=lesson, participant=participant, start=start):
            start.wait()
            services.withdraw_consent(lesson_id=lesson.id, participant_id=participant.id, now=timezone.now())

        run_together(record, withdraw)
        assert not Reading.objects.filter(participant=participant).exists()


def measurement(consent, second):
    at = consent.lesson.started_at + timedelta(seconds=second)
    return Measurement(consent.participant_id, consent.id, at, attentive(), Reader.BROWSER, NETWORK_NAME)


def run_together(*functions):
    def closing(function):
        try:
            function()
        finally:
            database.close()

    threads = [threading.Thread(target=closing, args=(each,)) for each in functions]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)


@pytest.mark.parametrize(
    ("policy", "agreed", "read_in", "stored"),
    [
        ("browser", ["browser"], Reader.BROWSER, 1),
        ("browser", ["browser", "server"], Reader.BROWSER, 1),
        ("browser", ["browser", "server"], Reader.SERVER, 0),
        ("either", ["browser"], Reader.SERVER, 0),
        ("either", ["browser"], Reader.BROWSER, 1),
        ("server", ["browser"], Reader.BROWSER, 0),
        ("server", ["browser"], Reader.SERVER, 0),
        ("server", ["browser", "server"], Reader.SERVER, 1),
    ],
)
def test_a_row_is_read_where_policy_and_consent_both_let_it_be(policy, agreed, read_in, stored):
    lesson = make_lesson(classroom=make_classroom(school=make_school(readers=policy)))
    consent = make_consent(lesson=lesson, participant=make_participant(lesson=lesson), readers=agreed)
    one = Measurement(consent.participant_id, consent.id, MONDAY, attentive(), read_in, NETWORK_NAME)
    assert services.record_readings(lesson_id=lesson.id, measurements=[one]) == stored


def test_what_a_browser_read_beyond_what_is_allowed_is_in_no_row():
    lesson = browser_lesson(preset="attention")
    make_participant(lesson=lesson, choice="own_results")
    consent = Consent.objects.get()
    tasks._record(lesson.id, mailbox.Batch((), ring=False, seen={}, measurements=(measurement(consent, 1),)))
    row = Reading.objects.get()
    assert (row.probabilities, row.uncertain) == (None, None)
    assert row.yaw is not None
